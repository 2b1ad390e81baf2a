package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.proxy.routing.Copies.Counter;
import java.net.InetSocketAddress;

/** A copy of a request, and where it goes. */
public final class Parcel {
  private final InetSocketAddress to;
  private final byte[] request;
  private final Counter counter;

  /**
   * Makes a parcel.
   *
   * @param counter is told what became of it
   */
  public Parcel(InetSocketAddress to, byte[] request, Counter counter) {
    this.to = to;
    this.request = request.clone();
    this.counter = counter;
  }

  InetSocketAddress to() {
    return to;
  }

  byte[] request() {
    return request;
  }

  Counter counter() {
    return counter;
  }
}
