package dev.slipway.agent.http;

import java.io.IOException;

/** Ends an exchange that the rules do not allow; never leaves this package. */
final class NotAllowedException extends IOException {
  private static final long serialVersionUID = 1;

  NotAllowedException(String message) {
    super(message);
  }

  @Override
  public String getMessage() {
    return String.valueOf(super.getMessage());
  }
}
