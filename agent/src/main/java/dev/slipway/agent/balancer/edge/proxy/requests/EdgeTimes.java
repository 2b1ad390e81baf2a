package dev.slipway.agent.balancer.edge.proxy.requests;

import java.time.Duration;

/**
 * How long the edge waits for whom.
 *
 * @param header for a client to send the head of a request
 * @param keepAlive for a client's next request
 * @param connect for a member to accept a connection
 * @param response for a member to begin its answer
 * @param stall for any byte of a body, from either side
 * @param stop for requests in flight when the process is to end
 */
public record EdgeTimes(
    Duration header,
    Duration keepAlive,
    Duration connect,
    Duration response,
    Duration stall,
    Duration stop) {

  /** The times that are right for most. */
  public static final EdgeTimes DEFAULT =
      new EdgeTimes(
          Duration.ofSeconds(10),
          Duration.ofSeconds(60),
          Duration.ofSeconds(2),
          Duration.ofSeconds(60),
          Duration.ofSeconds(60),
          Duration.ofSeconds(25));
}
