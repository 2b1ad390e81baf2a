package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** A member while the process runs: its connections, its requests in flight, its record. */
final class Upstream {
  private final MemberSpec spec;
  private final IdleConnections idle = new IdleConnections();
  private final Wellness wellness = new Wellness();
  private final MemberTally tally = new MemberTally();
  private final AtomicInteger sessions = new AtomicInteger();
  private volatile InetSocketAddress address;

  /** The running balance of the smooth weighted choice; guarded by the pool. */
  private long balance;

  Upstream(MemberSpec spec) {
    this.spec = spec;
    this.address = new InetSocketAddress(spec.address(), spec.port());
  }

  String name() {
    return spec.name();
  }

  /** Returns the configured address, which may be a host name. */
  String host() {
    return spec.address();
  }

  int port() {
    return spec.port();
  }

  boolean isAt(MemberSpec other) {
    return spec.address().equals(other.address()) && spec.port() == other.port();
  }

  InetSocketAddress address() {
    return address;
  }

  /** Looks the name up again; the connection of a request never waits for a name service. */
  void lookUp() {
    var found = new InetSocketAddress(spec.address(), spec.port());
    if (!found.isUnresolved()) {
      address = found;
    }
  }

  /** Returns host and port for a Host header. */
  String authority() {
    var host = spec.address();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + spec.port();
  }

  IdleConnections idle() {
    return idle;
  }

  Wellness wellness() {
    return wellness;
  }

  MemberTally tally() {
    return tally;
  }

  AtomicInteger sessions() {
    return sessions;
  }

  long balance() {
    return balance;
  }

  void balance(long balance) {
    this.balance = balance;
  }

  @Override
  public String toString() {
    return "%s (%s)".formatted(name(), authority());
  }
}
