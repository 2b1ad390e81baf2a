package dev.slipway.agent.ssh;

/** What came of dialling a server. */
public sealed interface Dialed {

  /** We are in. */
  record Connected(SshConnection connection) implements Dialed {}

  /** We are not; {@code reason} names the server, what is wrong and what to do. */
  record Failed(Cause cause, String reason) implements Dialed {}

  /** Whose fault it is. */
  enum Cause {
    /** The server cannot be reached, hangs or speaks no SSH. */
    UNREACHABLE,
    /** Its key is unknown, changed or revoked. Nobody may retry that away. */
    HOST_KEY,
    /** It does not let this user in with this key. That is an answer too, and will not change. */
    LOGIN,
    /** Our own key file or {@code known_hosts} cannot be used. */
    SETUP
  }
}
