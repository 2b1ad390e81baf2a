package dev.slipway.agent.balancer.edge;

import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The whole wanted state of one pool of the edge.
 *
 * @param listen where the pool takes requests, as {@code address:port}; empty means wherever the
 *     process listens by itself
 * @param park what is done with requests while no member serves; empty means they are refused
 * @param check how the edge itself asks members for their health; empty means it does not
 * @param routing how requests are told apart; empty means that all go by the weights
 */
public record PoolSpec(
    String name,
    Optional<String> listen,
    List<MemberSpec> members,
    Optional<ParkSpec> park,
    Optional<CheckSpec> check,
    Optional<RoutingSpec> routing) {
  /** The greatest weight of a member. */
  public static final int WEIGHT_MAX = 10_000;

  private static final int MEMBERS_MAX = 2_000;
  private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.:-]{1,255}");
  private static final Pattern PATH = Pattern.compile("/[!-~]{0,1000}");

  public PoolSpec {
    members = List.copyOf(members);
    checkName("pool", name);
    if (members.size() > MEMBERS_MAX) {
      throw new IllegalArgumentException(
          "pool '%s' has %d members; at most %d".formatted(name, members.size(), MEMBERS_MAX));
    }
    Set<String> names = new HashSet<>();
    for (var member : members) {
      if (!names.add(member.name())) {
        throw new IllegalArgumentException(
            "pool '%s' has two members called '%s'".formatted(name, member.name()));
      }
    }
  }

  /** A pool in which requests are not told apart. */
  public PoolSpec(
      String name,
      Optional<String> listen,
      List<MemberSpec> members,
      Optional<ParkSpec> park,
      Optional<CheckSpec> check) {
    this(name, listen, members, park, check, Optional.empty());
  }

  /** Returns the same pool with requests told apart. */
  public PoolSpec with(RoutingSpec other) {
    return new PoolSpec(name, listen, members, park, check, Optional.of(other));
  }

  /** A member: where it is, its part of the requests, and whether it gets any. */
  public record MemberSpec(String name, String address, int port, int weight, MemberState state) {
    public MemberSpec {
      checkName("member", name);
      checkName("address of member '%s'".formatted(name), address);
      if (port < 1 || port > 65_535) {
        throw new IllegalArgumentException(
            "member '%s' has port %d; ports are 1 to 65535".formatted(name, port));
      }
      if (weight < 0 || weight > WEIGHT_MAX) {
        throw new IllegalArgumentException(
            "member '%s' has weight %d; weights are 0 to %d".formatted(name, weight, WEIGHT_MAX));
      }
    }
  }

  /** At most {@code limit} requests wait, each no longer than the deadline. */
  public record ParkSpec(int limit, long deadlineMillis) {
    public ParkSpec {
      if (limit < 1 || deadlineMillis < 1) {
        throw new IllegalArgumentException(
            "parking %d requests for %d ms parks nothing".formatted(limit, deadlineMillis));
      }
    }

    static Optional<ParkSpec> of(Nobody nobody) {
      return switch (nobody) {
        case Nobody.Refuse() -> Optional.empty();
        case Nobody.Park(var limit, var deadline) ->
            Optional.of(new ParkSpec(limit, Math.max(1, deadline.toMillis())));
      };
    }
  }

  /**
   * How the edge asks members for their health: {@code GET path} every so often; a member is down
   * after {@code fall} bad answers in a row and up after {@code rise} good ones.
   */
  public record CheckSpec(
      String path, long intervalMillis, long timeoutMillis, int rise, int fall) {
    public CheckSpec {
      if (!PATH.matcher(path).matches()) {
        throw new IllegalArgumentException("'%s' is not a path to check".formatted(path));
      }
      if (intervalMillis < 1 || timeoutMillis < 1 || rise < 1 || fall < 1) {
        throw new IllegalArgumentException(
            "a check every %d ms with a timeout of %d ms, rise %d and fall %d checks nothing"
                .formatted(intervalMillis, timeoutMillis, rise, fall));
      }
    }

    /** Returns the time between two questions to a member. */
    public Duration interval() {
      return Duration.ofMillis(intervalMillis);
    }

    /** Returns how long an answer may take. */
    public Duration timeout() {
      return Duration.ofMillis(timeoutMillis);
    }
  }

  private static void checkName(String what, String name) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "%s '%s' is not a name; allowed are 1 to 255 of A-Z a-z 0-9 _ . : -"
              .formatted(what, name));
    }
  }
}
