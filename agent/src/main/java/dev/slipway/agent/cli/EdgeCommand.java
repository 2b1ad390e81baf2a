package dev.slipway.agent.cli;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code slipway edge}: the reverse proxy, as a process of its own. */
@Command(
    name = "edge",
    mixinStandardHelpOptions = true,
    description = "Runs Slipway's own reverse proxy until it is told to stop.")
final class EdgeCommand implements Callable<Integer> {
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--listen",
      required = true,
      paramLabel = "[POOL=]ADDRESS:PORT",
      description = "Where requests come in; may be given several times.")
  private List<String> listen = List.of();

  @Option(
      names = "--control",
      paramLabel = "SOCKET",
      description = "The Unix socket that the agent steers it by (default: ${DEFAULT-VALUE}).")
  private Path control = Path.of("/run/slipway-edge/control.sock");

  @Option(
      names = "--state",
      paramLabel = "FILE",
      description = "What it remembers over a restart (default: ${DEFAULT-VALUE}).")
  private Path state = Path.of("/var/lib/slipway-edge/state.json");

  @Option(
      names = "--start-empty",
      description = "Sets a damaged state file aside; agents bring the pools back.")
  private boolean startEmpty;

  private final Starts starts;

  EdgeCommand(Starts starts) {
    this.starts = starts;
  }

  @Override
  public Integer call() {
    List<InetSocketAddress> addresses = listen.stream().map(EdgeCommand::address).toList();
    var damaged = startEmpty ? Starts.Damaged.START_EMPTY : Starts.Damaged.REFUSE;
    return starts.edge(addresses, control, state, damaged, spec.commandLine().getErr());
  }

  static InetSocketAddress address(String text) {
    int colon = text.lastIndexOf(':');
    try {
      String host = text.substring(0, Math.max(colon, 0)).replace("[", "").replace("]", "");
      return new InetSocketAddress(
          host.isEmpty() ? "0.0.0.0" : host, Integer.parseInt(text.substring(colon + 1)));
    } catch (IllegalArgumentException e) {
      throw new Failure(
          ExitCode.USAGE, "'%s' is not an ADDRESS:PORT, for example 0.0.0.0:8080".formatted(text));
    }
  }
}
