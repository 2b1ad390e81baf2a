package dev.slipway.agent.artifact;

import java.io.IOException;

/** Ends the reading of something hostile or broken; never leaves this package. */
final class RefusedException extends IOException {
  private static final long serialVersionUID = 1;

  RefusedException(String reason) {
    super(reason);
  }

  String reason() {
    return String.valueOf(getMessage());
  }
}
