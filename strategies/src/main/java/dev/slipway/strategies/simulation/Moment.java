package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * How one role does from a moment on, until the next moment.
 *
 * @param serving how many instances get requests and can answer them
 * @param shares the part of the requests that each release answers; less than all where nobody does
 * @param hosts how each host does, in the order of the inventory
 */
public record Moment(
    Duration at, int serving, Map<ReleaseId, Share> shares, Map<String, Look> hosts) {
  public Moment {
    shares = Collections.unmodifiableMap(new LinkedHashMap<>(shares));
    hosts = Collections.unmodifiableMap(new LinkedHashMap<>(hosts));
  }

  /** How a host does. */
  public enum Look {
    /** It answers with the former release. */
    FORMER,
    /** It answers with the new release. */
    TARGET,
    /** It finishes the requests that it has. */
    DRAINING,
    /** It gets no requests. */
    AWAY,
    /** It is dead. */
    DEAD
  }

  /** Returns the part of the requests that a release answers. */
  public Share share(ReleaseId release) {
    return Optional.ofNullable(shares.get(release)).orElse(Share.NONE);
  }

  /** Returns how many releases answer. */
  public int versions() {
    return (int) shares.values().stream().filter(share -> share.basisPoints() > 0).count();
  }

  /** Returns whether all is as it is at another moment. */
  boolean isLike(Moment other) {
    return serving == other.serving && shares.equals(other.shares) && hosts.equals(other.hosts);
  }
}
