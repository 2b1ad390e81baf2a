package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.AgentConfig;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

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

  /** Makes a working config repository. */
  int init(Path directory, PrintWriter out, PrintWriter errors);

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
