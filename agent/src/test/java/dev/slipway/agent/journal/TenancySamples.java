package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Events about what comes and goes outside of rollouts: previews, hosts, and what others set. */
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
        new Event.HostsLeft(
            Samples.SHOP, Samples.deployment(AnalysisSamples.divided()), List.of("web1")),
        new Event.HostsLeft(Samples.SHOP, Samples.deployment(Ramped.DEFAULT), List.of("web1")),
        AnalysisSamples.measured(),
        new Event.HostsCleared(Samples.SHOP, List.of("web1"), "nothing of it runs there"),
        new Event.HostsReturned(Samples.SHOP, List.of("web1", "web2")),
        new Event.BalancersSplit(
            Samples.SHOP, Samples.OLD.id(), List.of("front2: web1 is DRAINING, wanted SERVING")),
        new Event.BalancersUnited(Samples.SHOP, Samples.OLD.id()));
  }

  private static Canary canary() {
    return new Canary(
        List.of(
            new Canary.Stage.SetCanaryScale(Optional.of(new Amount.Count(2))),
            new Canary.Stage.SetHeaderRoute(
                "testers", List.of(new Rule.Match.Header("X-Trial", "yes"))),
            new Canary.Stage.SetMirrorRoute("copies", Share.percent(20), Mirror.SAFE),
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
