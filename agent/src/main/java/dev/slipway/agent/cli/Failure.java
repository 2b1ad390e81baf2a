package dev.slipway.agent.cli;

import picocli.CommandLine;

/** Ends a command with a message for people and an exit code for scripts. */
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1;
  private final int exitCode;

  /** Makes a failure; the message says what is wrong and what to do. */
  public Failure(int exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** Prints the message alone for failures, and the whole story for defects. */
  static int handle(RuntimeException thrown, CommandLine command) {
    if (thrown instanceof Failure failure) {
      command.getErr().println("slipway: " + failure.getMessage());
      return failure.exitCode;
    }
    command.getErr().println("slipway: this is a defect of Slipway; please report it");
    thrown.printStackTrace(command.getErr());
    return ExitCode.FAILED;
  }
}
