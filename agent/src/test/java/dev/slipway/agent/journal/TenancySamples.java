package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events about what has its time on hosts: previews, and what was taken out. */
final class TenancySamples {
  private TenancySamples() {}

  static List<Event> events() {
    var preview = new Target("config", "preview.feature-a", "shop");
    return List.of(
        new Event.PreviewAllotted(preview, "feature/a", Map.of("web/blue", 9000)),
        new Event.PortForeign(preview, 9000, "web1"),
        new Event.RemovalStarted(
            preview, Samples.deployment(Recreate.DEFAULT), "branch 'feature/a' was deleted"),
        new Event.PreviewRemoved(preview, Optional.of("feature/a")),
        new Event.HostsLeft(
            Samples.SHOP, Samples.deployment(AnalysisSamples.judged()), List.of("web1", "web2")),
        new Event.HostsLeft(Samples.SHOP, Samples.deployment(canary()), List.of("web1")),
        new Event.HostsLeft(Samples.SHOP, Samples.deployment(Ramped.DEFAULT), List.of("web1")),
        new Event.HostsCleared(Samples.SHOP, List.of("web1"), "nothing of it runs there"),
        new Event.HostsReturned(Samples.SHOP, List.of("web1", "web2")));
  }

  private static Canary canary() {
    return new Canary(
        List.of(
            new Canary.Stage.SetWeight(5),
            new Canary.Stage.Pause(Duration.ofMinutes(5)),
            new Canary.Stage.AwaitApproval(Approval.DEFAULT),
            new Canary.Stage.Judge(Analysis.DEFAULT)),
        Optional.of(Analysis.DEFAULT),
        Optional.of(2),
        Canary.DEFAULT.maxUnavailable(),
        Canary.DEFAULT.progressDeadline());
  }
}
