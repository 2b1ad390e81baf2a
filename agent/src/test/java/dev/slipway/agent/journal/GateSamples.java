package dev.slipway.agent.journal;

import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Comparison;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Events about rollouts that wait for people. */
public final class GateSamples {
  private static final Approval TWO =
      new Approval(
          2,
          List.of("ada", "grace@example.com"),
          Duration.ofHours(4),
          Approval.OnTimeout.PROCEED,
          false);
  private static final Position GATE = new Position(0, "promotion", Position.Part.STEPS, 0);

  private GateSamples() {}

  /** Returns older events, and those that came after them. */
  static List<Event> after(List<Event> older) {
    return Stream.of(older, events(), WebhookSamples.events()).flatMap(List::stream).toList();
  }

  private static List<Event> events() {
    var asking =
        new BlueGreen(
            Duration.ofMinutes(5),
            Duration.ofMinutes(10),
            Optional.of(TWO),
            Optional.empty(),
            Optional.empty());
    var shadow =
        new Shadow(
            50,
            Set.of("GET", "HEAD"),
            Optional.of(
                new Comparison(
                    new TreeSet<>(Set.of("Content-Type")), List.of("/items/*/id"), true)),
            Duration.ofMinutes(30),
            Analysis.DEFAULT,
            Optional.of(TWO),
            Duration.ofMinutes(5),
            Duration.ofMinutes(10));
    return List.of(
        new Event.HostsLeft(Samples.SHOP, Samples.deployment(asking), List.of("web1")),
        new Event.HostsLeft(Samples.SHOP, Samples.deployment(shadow), List.of("web2")),
        started(TWO),
        approved("ada <ada@example.com>"));
  }

  /** Returns the start of a rollout that consists of a gate. */
  public static Event.RolloutStarted started(Approval terms) {
    var lane = Lane.of("promotion", new WaitStep.AwaitApproval("promotion", terms));
    var plan =
        new Plan(
            "blueGreen of shop in production",
            Samples.NEW.id(),
            Optional.of(Samples.OLD.id()),
            Map.of("web", new Plan.Serving(Optional.empty(), 1)),
            List.of(),
            List.of(new Phase("promotion", List.of(lane))),
            0,
            List.of(),
            Duration.ofMinutes(10),
            List.of());
    return new Event.RolloutStarted(
        Samples.ROLLOUT,
        Samples.deployment(BlueGreen.DEFAULT),
        Samples.NEW,
        Optional.of(Samples.OLD),
        plan,
        "commit c0ffee on main",
        Optional.empty());
  }

  /** Returns that the gate is reached. */
  public static Event.StepStarted reached() {
    return new Event.StepStarted(Samples.ROLLOUT, GATE);
  }

  /** Returns that somebody approves there. */
  public static Event.Approved approved(String who) {
    return new Event.Approved(Samples.ROLLOUT, GATE, who, "approve", "looks good");
  }
}
