package dev.slipway.strategies.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which users meet a release that is on trial.
 *
 * @param matches requests that carry one of these go to the candidate, whoever sends them
 * @param share of all other users that is drawn for the candidate; nothing where nobody is drawn
 * @param key by what those are known who are drawn, so that each stays where he is
 */
public record Audience(List<Rule.Match> matches, Share share, Optional<Sticky.Key> key) {
  public Audience {
    matches = List.copyOf(matches);
    if (share.equals(Share.ALL) || (share.equals(Share.NONE) && matches.isEmpty())) {
      throw new IllegalArgumentException(
          "%s of the users leave nobody to compare with".formatted(share));
    }
    if (share.equals(Share.NONE) != key.isEmpty()) {
      throw new IllegalArgumentException(
          "users are drawn by a key, and a key is for those who are drawn: %s by %s"
              .formatted(share, key));
    }
    if (key.filter(Sticky.Key.Cleared.class::isInstance).isPresent()) {
      throw new IllegalArgumentException("a key that is taken back keeps nobody");
    }
  }

  /**
   * Returns what sends these users to the candidate.
   *
   * @param salt draws other users than for the last trial
   */
  public Routing routing(String salt) {
    return new Routing(
        matches.stream().map(match -> new Rule(match, Traffic.CANDIDATE)).toList(),
        Optional.empty(),
        key.map(by -> new Sticky(by, salt)));
  }

  /** Returns what of this balancers with these capabilities cannot do, as sentences. */
  public List<String> lacking(Set<Capability> capabilities) {
    var lacking = new ArrayList<String>();
    if (!matches.isEmpty() && !capabilities.contains(Capability.MATCH)) {
      lacking.add("tell requests apart by headers and cookies");
    }
    if (key.isPresent() && !capabilities.contains(Capability.STICKY)) {
      lacking.add("keep users where they were drawn");
    }
    return lacking;
  }
}
