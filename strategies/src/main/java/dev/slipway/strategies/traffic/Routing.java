package dev.slipway.strategies.traffic;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Where requests go for what they carry, and which of them are copied: all of a traffic that is not
 * about shares and states. Rules come first, then the user's track, then the shares.
 */
public record Routing(List<Rule> rules, Optional<Mirror> mirror, Optional<Sticky> sticky) {
  /** Requests go by the shares alone. */
  public static final Routing NONE = new Routing(List.of(), Optional.empty(), Optional.empty());

  public Routing {
    rules = List.copyOf(rules);
  }

  /**
   * Returns for people what is sent or copied to whoever plays in another than the stable track.
   */
  public List<String> texts(String whom) {
    var texts = new ArrayList<String>();
    rules.stream()
        .filter(rule -> !rule.track().equals(Traffic.STABLE))
        .forEach(rule -> texts.add("send %s to %s".formatted(rule.match().text(), whom)));
    mirror.ifPresent(copies ->
        texts.add(
            "copy %s of the %s requests to %s%s"
                .formatted(
                    copies.share(),
                    String.join(" and ", copies.methods()),
                    whom,
                    copies
                        .comparison()
                        .map(answers -> ", and compare " + answers.text())
                        .orElse(""))));
    mirror
        .flatMap(Mirror::comparison)
        .ifPresent(answers -> texts.add("compare the answers by " + answers.text()));
    sticky.ifPresent(users -> texts.add("keep users by " + users.key().text()));
    return texts;
  }

  /** Returns every difference from what is wanted, as sentences. */
  public List<String> differences(Routing wanted) {
    var differences = new ArrayList<String>();
    if (!rules.equals(wanted.rules)) {
      differences.add("the rules are %s, wanted %s".formatted(rules, wanted.rules));
    }
    if (!mirror.equals(wanted.mirror)) {
      differences.add("the mirror is %s, wanted %s".formatted(mirror, wanted.mirror));
    }
    if (!sticky.equals(wanted.sticky)) {
      differences.add("users are kept by %s, wanted %s".formatted(sticky, wanted.sticky));
    }
    return differences;
  }
}
