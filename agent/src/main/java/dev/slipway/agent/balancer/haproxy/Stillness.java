package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.time.Duration;
import java.util.Optional;

/**
 * The proof that a balancer that does not answer carries no traffic: its machine answers, and no
 * HAProxy runs there, not even one of another configuration or one that finishes old connections.
 *
 * <p>A socket that is dead or missing proves nothing by itself. Where processes of others are
 * hidden, or only those of a container are seen, nothing is proven.
 */
interface Stillness {
  Duration PATIENCE = Duration.ofSeconds(10);

  String LOOK =
      """
      case $(cat /proc/1/comm 2>/dev/null) in
        systemd | init | openrc-init | runit | s6-svscan) ;;
        *) echo hidden && exit ;;
      esac
      for file in /proc/[0-9]*/comm; do
        case $(cat "$file" 2>/dev/null) in haproxy* | hapee*) echo runs && exit ;; esac
      done
      echo still
      """;

  /** Returns what proves it; empty if it may carry traffic. */
  Optional<String> proof();

  /** Returns what never proves anything, for sockets whose machine nobody knows. */
  static Stillness unproven() {
    return Optional::empty;
  }

  /** Returns a look at all processes of a machine. */
  static Stillness on(Machine machine) {
    return () ->
        machine.run(Command.of("sh", "-c", LOOK), PATIENCE)
                    instanceof Reply.Exited(var status, var output, var _, var _)
                && status == 0
                && output.strip().endsWith("still")
            ? Optional.of("%s answers, and no HAProxy runs there".formatted(machine.name()))
            : Optional.empty();
  }
}
