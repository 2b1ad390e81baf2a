package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;

/**
 * What outlives the process: a file for each backend that HAProxy reads when it starts or reloads.
 *
 * <p>A file holds the servers that Slipway steers and no others, so that what people do to theirs
 * is not put back.
 */
interface Twin {

  /**
   * Keeps what {@code show servers state} showed of these servers.
   *
   * @return whether anything was written
   * @throws IOException if the machine cannot be reached
   * @throws RefusedException if it cannot be written there
   */
  boolean keep(String backend, String shown, Set<String> servers)
      throws IOException, RefusedException;

  /** Returns a twin that keeps nothing, for sockets whose machine nobody knows. */
  static Twin none() {
    return (_, _, _) -> false;
  }

  /** Returns the files in a directory of a machine, which is made when it is missing. */
  static Twin in(Machine machine, String directory) {
    return (backend, shown, servers) -> {
      var files = new Files(machine, directory);
      String former = StateRows.of(files.read(backend));
      String next = StateRows.merged(shown, servers, former);
      if (next.equals(former)) {
        return false;
      }
      files.write(backend, next);
      return true;
    };
  }

  /** Small files on a machine, each of them whole or not there. */
  record Files(Machine machine, String directory) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final String READ = "[ ! -e \"$1/$2\" ] || cat -- \"$1/$2\"";
    private static final String WRITE =
        """
        umask 022 && mkdir -p -- "$1" && cat >"$1/.$2.new" && sync "$1/.$2.new" &&
        mv -f -- "$1/.$2.new" "$1/$2\"\
        """;

    String read(String name) throws IOException, RefusedException {
      return run(READ, name, Input.NONE);
    }

    void write(String name, String text) throws IOException, RefusedException {
      run(WRITE, name, out -> out.write(text.getBytes(StandardCharsets.UTF_8)));
    }

    private String run(String script, String name, Input input)
        throws IOException, RefusedException {
      var command = Command.of("sh", "-c", script, "slipway", directory, name);
      return switch (machine.run(command, input, PATIENCE)) {
        case Reply.Exited(var status, var output, var _, var cut)
            when status == 0 && cut == Reply.Truncated.NO ->
            output;
        case Reply.Exited(var _, var _, var errors, var _) ->
            throw new RefusedException(
                "%s/%s cannot be kept, so that a reload would lose it: %s"
                    .formatted(directory, name, Parsing.shown(errors)));
        case Reply.Signalled(var signal) -> throw new IOException("ended by " + signal);
        case Reply.TimedOut(var after) -> throw new IOException("no answer in " + after);
        case Reply.Lost(var reason) -> throw new IOException(reason);
        case Reply.Unreachable(var reason) -> throw new IOException(reason);
        case Reply.IdentityRefused(var reason) -> throw new RefusedException(reason);
      };
    }
  }
}
