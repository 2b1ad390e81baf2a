package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The proof that a balancer that does not answer carries no traffic: its machine answers, and
 * nothing of its kind runs there, not even one of another configuration or one that finishes old
 * connections.
 *
 * <p>A socket that is dead or missing proves nothing by itself. Where processes of others are
 * hidden, or only those of a container are seen, nothing is proven.
 */
public interface Stillness {
  /** The longest that a look may take. */
  Duration PATIENCE = Duration.ofSeconds(10);

  /** Looks for processes whose name begins with one of the arguments. */
  String LOOK =
      """
      case $(cat /proc/1/comm 2>/dev/null) in
        systemd | init | openrc-init | runit | s6-svscan) ;;
        *) echo hidden && exit ;;
      esac
      for file in /proc/[0-9]*/comm; do
        name=$(cat "$file" 2>/dev/null)
        for program do
          case $name in "$program"*) echo runs && exit ;; esac
        done
      done
      echo still
      """;

  /** Returns what proves it; empty if it may carry traffic. */
  Optional<String> proof();

  /** Returns what never proves anything, for balancers whose machine nobody knows. */
  static Stillness unproven() {
    return Optional::empty;
  }

  /**
   * Returns a look at all processes of a machine.
   *
   * @param kind as people call it
   * @param programs what the names of its processes begin with
   */
  static Stillness of(Machine machine, String kind, String... programs) {
    var words = new ArrayList<>(List.of("sh", "-c", LOOK, "slipway"));
    words.addAll(List.of(programs));
    return () ->
        machine.run(new Command(words), PATIENCE)
                    instanceof Reply.Exited(var status, var output, var _, var _)
                && status == 0
                && output.strip().endsWith("still")
            ? Optional.of("%s answers, and no %s runs there".formatted(machine.name(), kind))
            : Optional.empty();
  }
}
