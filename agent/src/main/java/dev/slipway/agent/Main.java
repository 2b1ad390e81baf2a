package dev.slipway.agent;

import dev.slipway.agent.cli.SlipwayCommand;

/** The entry point of every way to run Slipway: the agent, the edge proxy and the command line. */
public final class Main {
  private Main() {}

  /** Runs the command that the arguments name and ends the process with its exit code. */
  public static void main(String[] arguments) {
    var line = SlipwayCommand.with(new Programs(), version());
    System.exit(SlipwayCommand.fitting(line, System.getenv()).execute(arguments));
  }

  /** The version that the build wrote into the manifest of the jar. */
  private static String version() {
    String version = Main.class.getPackage().getImplementationVersion();
    return version == null ? "(not packaged)" : version;
  }
}
