package dev.slipway.agent.balancer.edge.proxy.routing;

import dev.slipway.agent.balancer.edge.RoutingSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.Kept;
import dev.slipway.agent.balancer.edge.RoutingSpec.MirrorSpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.StickySpec;
import dev.slipway.agent.balancer.edge.RoutingSpec.Where;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import io.undertow.util.HeaderMap;
import io.undertow.util.HttpString;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;

/** Decides for each request of a pool on which track it goes. Safe for use by several threads. */
public final class Steering {
  private static final String ATTRIBUTES = "; Path=/; Max-Age=%d; HttpOnly; SameSite=Lax";

  private final RoutingSpec spec;
  private final Optional<Sticky> sticky;
  private final SortedMap<String, Share> shares;
  private final AtomicLong mirrorable = new AtomicLong();

  /** Makes the steering that the spec says. */
  public Steering(RoutingSpec spec) {
    this.spec = spec;
    this.sticky = spec.sticky().map(StickySpec::sticky);
    this.shares = spec.sharesByTrack();
  }

  /**
   * Where a request is to go.
   *
   * @param track empty where the weights decide
   * @param cookie what the answer is to set; empty if nothing
   */
  public record Course(Optional<String> track, Optional<String> cookie) {
    /** The weights decide. */
    public static final Course FREE = new Course(Optional.empty(), Optional.empty());
  }

  /** Returns where a request with these headers is to go: by the first rule that it matches. */
  public Course course(HeaderMap headers) {
    var carried = new Carried(headers);
    for (var rule : spec.rules()) {
      if (carried.has(rule.where(), rule.name(), rule.value())) {
        return new Course(Optional.of(rule.track()), Optional.empty());
      }
    }
    return spec.sticky().map(users -> ofUser(users, carried)).orElse(Course.FREE);
  }

  private Course ofUser(StickySpec users, Carried carried) {
    var where = users.kept() == Kept.BY_HEADER ? Where.HEADER : Where.COOKIE;
    var user = carried.first(where, users.name());
    return switch (users.kept()) {
      case BY_HEADER, BY_COOKIE -> new Course(user.map(this::track), Optional.empty());
      case BY_ISSUED_COOKIE -> user.isPresent() ? known(user.get()) : issued(users);
      case NO_MORE ->
          new Course(Optional.empty(), user.map(_ -> users.name() + "=" + ATTRIBUTES.formatted(0)));
    };
  }

  private Course known(String user) {
    return new Course(Optional.of(track(user)), Optional.empty());
  }

  private Course issued(StickySpec users) {
    var user = UUID.randomUUID().toString();
    return new Course(
        Optional.of(track(user)),
        Optional.of(users.name() + "=" + user + ATTRIBUTES.formatted(users.maxAgeSeconds())));
  }

  private String track(String user) {
    return sticky.orElseThrow().track(shares, user);
  }

  /** Returns the track that copies go to. */
  public Optional<String> mirrored() {
    return spec.mirror().map(MirrorSpec::track);
  }

  /** Returns how answers to copies are compared; empty if they are not. */
  public Optional<Comparison> comparison() {
    return spec.mirror().flatMap(MirrorSpec::comparison);
  }

  /** Returns whether a request is to be copied, and counts it as one of those that could be. */
  public boolean copies(HttpString method) {
    return spec.mirror().filter(mirror -> isCopied(mirror, method)).isPresent();
  }

  /** Spreads the copies evenly: the count of them is never off by more than one. */
  private boolean isCopied(MirrorSpec mirror, HttpString method) {
    if (!mirror.methods().contains(method.toString())) {
      return false;
    }
    long before = mirrorable.getAndIncrement();
    return due(before + 1, mirror) > due(before, mirror);
  }

  private static long due(long requests, MirrorSpec mirror) {
    return Math.floorDiv(requests * mirror.basisPoints(), (long) Share.ALL.basisPoints());
  }
}
