package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Route;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import java.util.List;

/** Who gets which part of the requests for one route, as it can be written and is told. */
record Upstream(String name, List<Member> members) {
  private static final FlatMember OUT = new FlatMember(0, MemberState.OUT);

  Upstream {
    members = List.copyOf(members);
  }

  /** One server of it. */
  record Member(String name, String address, int port, FlatMember wanted) {
    /** Returns whether nginx is to send it anything: it takes no weight of 0. */
    boolean gets() {
      return wanted.weight() > 0;
    }

    boolean isAt(Route.Server server) {
      return name.equals(server.name())
          && address.equals(server.address())
          && port == server.port();
    }
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
}
