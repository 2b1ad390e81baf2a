package dev.slipway.agent.cli;

/** The numbers that a command ends with; the manual lists them, and scripts rely on them. */
public final class ExitCode {
  /** It was done. */
  public static final int OK = 0;

  /** It failed for a reason that has no number of its own. */
  public static final int FAILED = 1;

  /** The command line itself is wrong. */
  public static final int USAGE = 2;

  /** A manifest or a file is wrong or missing. */
  public static final int INVALID = 3;

  /** The token is missing or wrong. */
  public static final int AUTH = 4;

  /** It cannot be done now. */
  public static final int CONFLICT = 5;

  /** The agent cannot be reached. */
  public static final int UNREACHABLE = 6;

  /** The rollout was rolled back. */
  public static final int ROLLED_BACK = 10;

  /** A person aborted the rollout. */
  public static final int ABORTED = 11;

  /** A newer release took over. */
  public static final int SUPERSEDED = 12;

  /** The way back failed too. */
  public static final int NEEDS_HELP = 13;

  private ExitCode() {}

  /** Returns the number for the words in which the ending of a rollout or commit is told. */
  public static int ofEnding(String ending) {
    return switch (ending) {
      case "succeeded" -> OK;
      case "rolled back" -> ROLLED_BACK;
      case "aborted" -> ABORTED;
      case "superseded" -> SUPERSEDED;
      case "needs help" -> NEEDS_HELP;
      case "invalid" -> INVALID;
      case "refused", "not asked for" -> CONFLICT;
      default -> FAILED;
    };
  }

  /** Returns the number for a status of HTTP that the API refused with. */
  static int ofStatus(int status) {
    return switch (status) {
      case 401, 403 -> AUTH;
      case 404, 409 -> CONFLICT;
      default -> FAILED;
    };
  }
}
