package dev.slipway.strategies.simulation;

import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import java.time.Duration;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What came of a simulation.
 *
 * @param legs the way there, and the ways back if there were any
 * @param roles what was so from when on, by role and in the order of time
 * @param incomplete hosts that are not as the others are
 * @param reason why it did not succeed; empty if it did
 */
public record Account(
    List<Leg> legs,
    Map<String, List<Moment>> roles,
    Ending ending,
    List<String> incomplete,
    String reason) {
  public Account {
    legs = List.copyOf(legs);
    incomplete = List.copyOf(incomplete);
    var copy = new LinkedHashMap<String, List<Moment>>();
    roles.forEach((role, moments) -> copy.put(role, List.copyOf(moments)));
    roles = Collections.unmodifiableMap(copy);
    if (legs.isEmpty() || roles.values().stream().anyMatch(List::isEmpty)) {
      throw new IllegalArgumentException("an account tells of at least one leg and one moment");
    }
  }

  /** How it ended, in the words of a rollout. */
  public enum Ending {
    SUCCEEDED("succeeded"),
    ROLLED_BACK("rolled back"),
    NEEDS_HELP("needs help");

    private final String text;

    Ending(String text) {
      this.text = text;
    }

    /** Returns the words. */
    public String text() {
      return text;
    }
  }

  /**
   * One plan that was carried out.
   *
   * @param failure why it was left; empty if it was carried out to its end
   */
  public record Leg(
      Plan plan, Duration from, Duration until, List<Stretch> stretches, String failure) {
    public Leg {
      stretches = List.copyOf(stretches);
    }

    /** Returns how many of a role must serve at every moment of it. */
    public int promised(String role) {
      return Optional.ofNullable(plan.roles().get(role)).map(Plan.Serving::minimum).orElse(0);
    }
  }

  /**
   * A step that was carried out.
   *
   * @param phase the name of its phase; empty in the background
   * @param isTakingBack whether it restores what was there before the lane failed
   * @param failure why it failed; empty if it did not
   */
  public record Stretch(
      String phase,
      String lane,
      Step step,
      Duration from,
      Duration until,
      boolean isTakingBack,
      String failure) {}

  /** Returns when all was over. */
  public Duration end() {
    return legs.getLast().until();
  }

  /** Returns the first moment at which the fewest of a role served. */
  public Moment lowest(String role) {
    return moments(role).stream().min(Comparator.comparingInt(Moment::serving)).orElseThrow();
  }

  /** Returns how many releases answered at once, at most. */
  public int versions(String role) {
    return moments(role).stream().mapToInt(Moment::versions).max().orElseThrow();
  }

  /** Returns for how long nobody of a role answered. */
  public Duration downtime(String role) {
    return during(role, moment -> moment.serving() == 0);
  }

  /** Returns for how long two releases or more answered. */
  public Duration mixed(String role) {
    return during(role, moment -> moment.versions() > 1);
  }

  /** Returns what was so at a time. */
  public Moment at(String role, Duration time) {
    return moments(role).stream()
        .filter(moment -> moment.at().compareTo(time) <= 0)
        .reduce((_, later) -> later)
        .orElseThrow();
  }

  private Duration during(String role, Predicate<Moment> is) {
    List<Moment> moments = moments(role);
    Duration sum = Duration.ZERO;
    for (int i = 0; i < moments.size(); i++) {
      Duration until = i + 1 < moments.size() ? moments.get(i + 1).at() : end();
      if (is.test(moments.get(i))) {
        sum = sum.plus(until.minus(moments.get(i).at()));
      }
    }
    return sum;
  }

  /** Returns what was so of a role, from when on. */
  public List<Moment> moments(String role) {
    return Optional.ofNullable(roles.get(role))
        .orElseThrow(() -> new IllegalArgumentException("there is no role '%s'".formatted(role)));
  }
}
