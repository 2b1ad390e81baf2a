package dev.slipway.agent.rollout.sight;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which process of each instance of one application was proven healthy while this agent runs, or
 * was seen to serve what is stable.
 *
 * <p>It outlives a rollout, so that what was left warm needs one good answer and no second proof;
 * after a restart of the agent nothing is known.
 */
public final class Processes {
  /** So long a good answer counts as one that was given just now. */
  private static final Duration JUST_NOW = Duration.ofSeconds(2);

  private final Map<Instance, Proven> proven = new ConcurrentHashMap<>();
  private final Map<Instance, Heard> heard = new ConcurrentHashMap<>();

  /** A process that was proven, and the release that it is of. */
  public record Proven(ReleaseId release, String mark) {}

  private record Heard(String mark, Duration at) {}

  /** Remembers the process with this mark. */
  public void prove(Instance instance, ReleaseId release, String mark) {
    proven.put(instance, new Proven(release, mark));
  }

  /** Returns whether exactly this process was proven. */
  public boolean knows(Instance instance, ReleaseId release, String mark) {
    return new Proven(release, mark).equals(proven.get(instance));
  }

  /** Remembers that the process with this mark gave a good answer at this uptime. */
  public void hear(Instance instance, String mark, Duration at) {
    heard.put(instance, new Heard(mark, at));
  }

  /** Forgets what an instance answered last: it is changed, or answers badly. */
  public void doubt(Instance instance) {
    heard.remove(instance);
  }

  /**
   * Returns the process that was proven before and gave a good answer just now, if there is one.
   */
  public Optional<Proven> warm(Instance instance, Duration now) {
    return Optional.ofNullable(heard.get(instance))
        .filter(answer -> now.minus(answer.at()).compareTo(JUST_NOW) <= 0)
        .flatMap(answer ->
            Optional.ofNullable(proven.get(instance))
                .filter(known -> known.mark().equals(answer.mark())));
  }

  /** Forgets an instance that is stopped, or that was found bad. */
  public void forget(Instance instance) {
    proven.remove(instance);
    heard.remove(instance);
  }
}
