package dev.slipway.agent.ssh;

import java.util.Optional;

/**
 * An SSH server and the account on it.
 *
 * @param host a name or an address, without brackets
 * @param jump the server to go through, whose key is pinned in the same file
 */
public record SshEndpoint(String user, String host, int port, Optional<SshEndpoint> jump) {
  /** The port of servers that name none. */
  public static final int DEFAULT_PORT = 22;

  private static final int MAX_PORT = 65_535;
  private static final int HOST_LENGTH_MAX = 255;
  private static final String HOST = "[A-Za-z0-9_](?:[A-Za-z0-9._-]*[A-Za-z0-9])?\\.?";
  private static final String IPV6 = "[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(?:%[A-Za-z0-9._-]+)?";
  private static final String USER = "[A-Za-z0-9_][A-Za-z0-9_.@\\\\-]{0,63}\\$?";

  public SshEndpoint {
    if (host.length() > HOST_LENGTH_MAX || !(host.matches(HOST) || host.matches(IPV6))) {
      throw new IllegalArgumentException("'%s' is not a host name".formatted(host));
    }
    if (!user.matches(USER)) {
      throw new IllegalArgumentException("'%s' is not a user name".formatted(user));
    }
    if (port < 1 || port > MAX_PORT) {
      throw new IllegalArgumentException("%d is not a port; use 1 to %d".formatted(port, MAX_PORT));
    }
  }

  /** Returns an endpoint that is reached without a jump. */
  public static SshEndpoint of(String user, String host, int port) {
    return new SshEndpoint(user, host, port, Optional.empty());
  }

  /**
   * Reads {@code [user@]host[:port]}, with an IPv6 address in brackets.
   *
   * @throws IllegalArgumentException if it is none
   */
  public static SshEndpoint parse(String text, String defaultUser) {
    int at = text.lastIndexOf('@');
    String user = at < 0 ? defaultUser : text.substring(0, at);
    String place = text.substring(at + 1);
    int bracket = place.lastIndexOf(']');
    int colon = place.indexOf(':', Math.max(bracket, 0));
    String host = colon < 0 ? place : place.substring(0, colon);
    if (bracket > 0 && place.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, bracket);
    }
    return of(user, host, colon < 0 ? DEFAULT_PORT : port(text, place.substring(colon + 1)));
  }

  /** Returns the same server, reached through another. */
  public SshEndpoint via(SshEndpoint other) {
    return new SshEndpoint(user, host, port, Optional.of(other));
  }

  private static int port(String text, String digits) {
    if (!digits.matches("[0-9]{1,5}")) {
      throw new IllegalArgumentException(
          "'%s' is not of the form [user@]host[:port]".formatted(text));
    }
    return Integer.parseInt(digits);
  }

  /** Prints {@code user@host:port}. */
  @Override
  public String toString() {
    return "%s@%s:%d".formatted(user, host.contains(":") ? "[" + host + "]" : host, port);
  }
}
