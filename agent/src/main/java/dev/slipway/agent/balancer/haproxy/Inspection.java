package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.haproxy.cfg.HaproxyCfg;
import dev.slipway.agent.balancer.haproxy.cfg.Needs;
import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Compares the configuration that a running HAProxy was started with to what Slipway needs. */
final class Inspection {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** Prints the files that the process was told to read, by its own command line. */
  private static final String READ =
      """
      before=
      tr '\\0' '\\n' <"/proc/$1/cmdline" | while IFS= read -r word; do
        [ ! -d "$word" ] || word=$word/*.cfg
        [ "$before" != -f ] || cat $word || exit 1
        before=$word
      done
      """;

  private final Machine machine;
  private final Line line;
  private final Needs needs;
  private final Backend backend;

  Inspection(BalancerSpec.Haproxy spec, Route route, Machine machine) {
    this.machine = machine;
    this.line = Line.unix(machine, spec.socket());
    this.needs = new Needs(spec, route);
    this.backend = new Backend(route.backend(), line, Workers.unseen());
  }

  /** Returns the lines that are lacking; empty also if HAProxy does not answer. */
  List<String> lacking() {
    try {
      Optional<String> text = configuration(Parsing.generation(line.ask("show info")));
      return text.isPresent()
          ? needs.lacking(HaproxyCfg.parse(text.get()))
          : needs.lackingServers(backend.states()::containsKey);
    } catch (RefusedException e) {
      return needs.lackingServers(_ -> false);
    } catch (IOException e) {
      return List.of();
    }
  }

  private Optional<String> configuration(String generation) {
    var pid = generation.split(":", 2)[0];
    return machine.run(Command.of("sh", "-c", READ, "slipway", pid), PATIENCE)
                instanceof Reply.Exited(var status, var output, var _, var cut)
            && status == 0
            && cut == Reply.Truncated.NO
            && output.contains("global")
        ? Optional.of(output)
        : Optional.empty();
  }
}
