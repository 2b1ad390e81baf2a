package dev.slipway.agent.host;

import java.io.IOException;

/** A machine's host key is not the pinned one, or it does not accept ours; do not ask again. */
public final class IdentityRefusedException extends IOException {
  private static final long serialVersionUID = 1L;

  IdentityRefusedException(String reason) {
    super(reason);
  }
}
