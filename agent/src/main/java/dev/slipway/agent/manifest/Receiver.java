package dev.slipway.agent.manifest;

import dev.slipway.agent.secret.SecretName;
import java.util.Set;

/**
 * Somebody who is told of rollouts, and of what in them.
 *
 * @param secret holds the address, which is as good as a password
 */
public record Receiver(Kind kind, SecretName secret, Set<Occasion> on) {
  public Receiver {
    on = Set.copyOf(on);
  }

  /** What is spoken there. */
  public enum Kind {
    /** An incoming webhook of Slack, or of what speaks its language. */
    SLACK,
    /** Slipway's own JSON. */
    WEBHOOK
  }

  /** What people may want to be told of. */
  public enum Occasion {
    STARTED,
    GATE_REACHED,
    SUCCEEDED,
    ROLLED_BACK,
    ABORTED,
    SUPERSEDED,
    NEEDS_HELP;

    /** Returns its name as manifests and notices have it. */
    public String text() {
      return switch (this) {
        case STARTED -> "started";
        case GATE_REACHED -> "gateReached";
        case SUCCEEDED -> "succeeded";
        case ROLLED_BACK -> "rolledBack";
        case ABORTED -> "aborted";
        case SUPERSEDED -> "superseded";
        case NEEDS_HELP -> "needsHelp";
      };
    }
  }

  /** Returns a name that says who it is, and not where. */
  public String name() {
    return switch (kind) {
      case SLACK -> "slack '%s'".formatted(secret.name());
      case WEBHOOK -> "webhook '%s'".formatted(secret.name());
    };
  }
}
