package dev.slipway.agent.demo;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * Who sends requests, where to and how often.
 *
 * @param reusing clients that keep their connection and send one request after the other over it
 * @param reconnecting clients that open a connection for each request
 * @param pause between an answer and the next request of the same client
 * @param timeout for connecting, and for each piece of an answer
 * @param headers what else each request carries, as lines: {@code X-Beta: yes}
 */
public record LoadPlan(
    InetSocketAddress target,
    String path,
    int reusing,
    int reconnecting,
    Duration pause,
    Duration timeout,
    List<String> headers) {
  private static final int CLIENTS_MAX = 10_000;

  public LoadPlan {
    headers = List.copyOf(headers);
    if (!headers.stream().allMatch(line -> line.matches("[A-Za-z0-9-]+: [ -~]+"))) {
      throw new IllegalArgumentException("%s are no lines of a request".formatted(headers));
    }
    if (!path.startsWith("/") || path.chars().anyMatch(c -> c <= ' ' || c > '~')) {
      throw new IllegalArgumentException("'%s' is not a request path".formatted(path));
    }
    int clients = reusing + reconnecting;
    if (reusing < 0 || reconnecting < 0 || clients < 1 || clients > CLIENTS_MAX) {
      throw new IllegalArgumentException(
          "%d reusing and %d reconnecting clients are not 1..%d"
              .formatted(reusing, reconnecting, CLIENTS_MAX));
    }
    if (pause.isNegative() || !timeout.isPositive()) {
      throw new IllegalArgumentException(
          "pause %s is negative or timeout %s is not positive".formatted(pause, timeout));
    }
  }

  /** Both kinds of clients, four of each, gently enough to leave the machine to others. */
  public static LoadPlan against(InetSocketAddress target) {
    return new LoadPlan(target, "/", 4, 4, Duration.ofMillis(5), Duration.ofSeconds(30), List.of());
  }

  /** The same with other numbers of clients. */
  public LoadPlan withClients(int reusingNow, int reconnectingNow) {
    return new LoadPlan(target, path, reusingNow, reconnectingNow, pause, timeout, headers);
  }

  public LoadPlan withPause(Duration other) {
    return new LoadPlan(target, path, reusing, reconnecting, other, timeout, headers);
  }

  public LoadPlan withTimeout(Duration other) {
    return new LoadPlan(target, path, reusing, reconnecting, pause, other, headers);
  }

  public LoadPlan withPath(String other) {
    return new LoadPlan(target, other, reusing, reconnecting, pause, timeout, headers);
  }

  /** The same with these lines in each request, and no others. */
  public LoadPlan withHeaders(String... lines) {
    return new LoadPlan(target, path, reusing, reconnecting, pause, timeout, List.of(lines));
  }
}
