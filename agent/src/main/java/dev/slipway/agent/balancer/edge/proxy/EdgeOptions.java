package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.balancer.edge.proxy.requests.EdgeTimes;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * What {@code slipway edge} is started with.
 *
 * @param listen where it takes requests for pools that name no address of their own
 * @param control path of the Unix socket that steers it
 * @param state path of the file that keeps the pools over a restart
 * @param damaged what to do if that file cannot be understood
 * @param trusted addresses of proxies in front of the edge whose {@code X-Forwarded-*} are believed
 * @param connectionsMax connections of clients; more wait in the kernel's queue
 */
public record EdgeOptions(
    List<InetSocketAddress> listen,
    Path control,
    Path state,
    Damaged damaged,
    Set<String> trusted,
    int connectionsMax,
    EdgeTimes times) {
  private static final int CONNECTIONS_MAX = 20_000;

  public EdgeOptions {
    listen = List.copyOf(listen);
    trusted = Set.copyOf(trusted);
  }

  /** Returns options with the defaults for what is rarely said. */
  public static EdgeOptions of(List<InetSocketAddress> listen, Path control, Path state) {
    return new EdgeOptions(
        listen, control, state, Damaged.REFUSE, Set.of(), CONNECTIONS_MAX, EdgeTimes.DEFAULT);
  }

  /** Returns these options with other times. */
  public EdgeOptions with(EdgeTimes other) {
    return new EdgeOptions(listen, control, state, damaged, trusted, connectionsMax, other);
  }

  /** Returns these options with another answer to a damaged state file. */
  public EdgeOptions with(Damaged other) {
    return new EdgeOptions(listen, control, state, other, trusted, connectionsMax, times);
  }

  /** What to do with a state file that cannot be understood. */
  public enum Damaged {
    /** Do not start. */
    REFUSE,
    /** Set the file aside and start without pools. */
    START_EMPTY
  }
}
