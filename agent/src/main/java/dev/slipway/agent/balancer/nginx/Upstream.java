package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Routing;
import java.util.List;
import java.util.Optional;

/** Who gets which part of the requests for one route, as it can be written and is told. */
record Upstream(String name, List<Member> members, Optional<Steering> steering) {
  private static final FlatMember OUT = new FlatMember(0, MemberState.OUT);

  Upstream {
    members = List.copyOf(members);
  }

  /** One whose weights alone decide. */
  Upstream(String name, List<Member> members) {
    this(name, members, Optional.empty());
  }

  /** One server of it. */
  record Member(String name, String address, int port, FlatMember wanted) {
    /** Returns whether nginx is to send it anything: it takes no weight of 0. */
    boolean gets() {
      return wanted.weight() > 0;
    }

    /** Returns whether it may be sent what carries what it is there for, without a weight too. */
    boolean serves() {
      return wanted.state() == MemberState.SERVING;
    }

    /** Returns the address as nginx takes it. */
    String at() {
      return Upstream.at(address, port);
    }

    boolean isAt(Route.Server server) {
      return name.equals(server.name())
          && address.equals(server.address())
          && port == server.port();
    }
  }

  /** Returns an address and a port as nginx writes them. */
  static String at(String address, int port) {
    return "%s:%d".formatted(address.contains(":") ? "[" + address + "]" : address, port);
  }

  /** Returns the upstream in which everybody on the route has what the traffic says, or is out. */
  static Upstream of(Route route, FlatTraffic traffic) {
    return new Upstream(
        route.backend(),
        route.servers().entrySet().stream()
            .map(entry ->
                new Member(
                    entry.getValue().name(),
                    entry.getValue().address(),
                    entry.getValue().port(),
                    traffic.members().getOrDefault(entry.getKey(), OUT)))
            .toList());
  }

  /** Returns this upstream where requests are told apart too. */
  Upstream with(Optional<Steering> other) {
    return new Upstream(name, members, other);
  }

  /** Returns what it says of requests that are told apart. */
  Routing routing() {
    return steering.map(Steering::routing).orElse(Routing.NONE);
  }
}
