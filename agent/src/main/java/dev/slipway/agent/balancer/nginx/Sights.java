package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.agent.balancer.machine.Stillness;
import dev.slipway.agent.host.IdentityRefusedException;
import java.io.IOException;

/** Looks at one upstream of one nginx: what it tells, who runs, and what lies in the file. */
final class Sights {
  /** A worker may end between its answer and the look at its master, and again with a reload. */
  private static final int LOOKS = 3;

  private final BalancerSpec.Nginx spec;
  private final String upstream;
  private final Line line;
  private final Hand hand;
  private final Stillness stillness;

  Sights(BalancerSpec.Nginx spec, String upstream, Line line, Hand hand, Stillness stillness) {
    this.spec = spec;
    this.upstream = upstream;
    this.line = line;
    this.hand = hand;
    this.stillness = stillness;
  }

  View look() {
    return look(LOOKS);
  }

  private View look(int looks) {
    try {
      return Told.ask(line, Section.host(spec, upstream))
          .map(told -> running(told, looks))
          .orElseGet(() -> new View.Nothing(new Answer.Refused(lacking())));
    } catch (IdentityRefusedException e) {
      return new View.Nothing(new Answer.Refused(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      return new View.Nothing(silent(String.valueOf(e.getMessage())));
    }
  }

  private View running(Told told, int looks) {
    return switch (hand.look(told.worker())) {
      case Hand.Done.Not<Hand.Sight>(var answer) -> new View.Nothing(answer);
      case Hand.Done.With<Hand.Sight>(var sight) ->
          sight
              .processes()
              .<View>map(processes -> new View.Running(told, processes, sight.file()))
              .orElseGet(() -> looks > 1 ? look(looks - 1) : headless());
    };
  }

  private static View headless() {
    return new View.Nothing(
        new Answer.Unreachable(
            "its workers answer, and their master is not seen; restart it, or show its processes"
                + " to the agent's user"));
  }

  /** One that was never told of the upstream is not dead, it was set up by half. */
  private Answer silent(String reason) {
    return switch (hand.look(0)) {
      case Hand.Done.Not<Hand.Sight>(var answer) -> answer;
      case Hand.Done.With<Hand.Sight>(var sight)
          when sight.file().flatMap(file -> file.section(upstream)).isEmpty() ->
          new Answer.Refused(lacking());
      case Hand.Done.With<Hand.Sight> _ ->
          new Answer.Unreachable(
              "nothing tells of upstream %s at %s: %s".formatted(upstream, spec.status(), reason),
              stillness.proof());
    };
  }

  private String lacking() {
    return "it does not run with upstream %s of %s; add the lines that slipway doctor prints"
        .formatted(upstream, spec.file());
  }
}
