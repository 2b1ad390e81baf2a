package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.AgentConfig;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What the command line may start; {@code Main} says how. Each returns an exit code. */
public interface Starts {

  /** Runs the agent until it is told to stop. */
  int agent(AgentConfig config, PrintWriter errors);

  /** Runs the edge proxy until it is told to stop. */
  int edge(
      List<InetSocketAddress> listen,
      Path control,
      Path state,
      Damaged damaged,
      PrintWriter errors);

  /** Checks everything that the agent needs, and says how to mend what is wrong. */
  int doctor(AgentConfig config, PrintWriter out);

  /** Tells the story of a deployment on this machine. */
  int demo(Ending ending, PrintWriter out);

  /** Prints what a host needs for an environment, or makes it so. */
  int bootstrap(HostRequest request, PrintWriter out, PrintWriter errors);

  /** Makes a working config repository. */
  int init(Path directory, PrintWriter out, PrintWriter errors);

  /**
   * What is asked about a host.
   *
   * @param repository the directory that holds slipway.yaml
   * @param host its name in the environment, or its address
   * @param publicKey the file of the key that the agent logs in with
   * @param from where that key may be used from
   * @param login how to get there; empty means that the script is only printed
   */
  record HostRequest(
      Path repository,
      String environment,
      String host,
      Optional<Path> publicKey,
      List<String> from,
      Optional<Login> login) {
    public HostRequest {
      from = List.copyOf(from);
    }
  }

  /** How somebody who may change a host gets there. */
  record Login(String user, Optional<Integer> port, Path identity, Path knownHosts) {}

  /** What the edge does with a state file that cannot be understood. */
  enum Damaged {
    /** It does not start. */
    REFUSE,
    /** It sets the file aside and starts without pools. */
    START_EMPTY
  }

  /** What the demo does after its last act. */
  enum Ending {
    /** It ends. */
    ONCE,
    /** The agent stays up, so that a person can push. */
    STAY
  }
}
