package dev.slipway.agent.balancer.haproxy;

/** HAProxy says no; carries the reason from where it was heard to where it becomes an answer. */
final class RefusedException extends Exception {
  private static final long serialVersionUID = 1L;

  private final String reason;

  RefusedException(String reason) {
    super(reason);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
