package dev.slipway.agent.journal;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The agent's memory: a list of events that survives every crash, and what follows from them.
 *
 * <p>Safe for use by several threads. A journal that cannot be written any more throws {@link
 * JournalBrokenException}, and the agent has to stop: nothing may be done that cannot be recorded.
 */
public interface Journal extends AutoCloseable {

  /** Returns who acts: the store's own name, and a counter that rose when it was opened. */
  Epoch epoch();

  /** Returns the name for the next rollout; never the same twice. */
  RolloutId next(Target target);

  /** Adds an event; it is durable when this returns. */
  default Entry append(Event event) {
    return append(List.of(event)).getFirst();
  }

  /** Adds events, all of them or none; they are durable when this returns. */
  List<Entry> append(List<? extends Event> events);

  /** Returns the events of a rollout in their order; only its summary if it was pruned. */
  List<Entry> events(RolloutId rollout);

  /** Returns at most so many events after a sequence number, the oldest first. */
  List<Entry> after(long sequence, int limit);

  /** Calls the listener with every event from now on, after it is durable; it must be quick. */
  Subscription subscribe(Consumer<Entry> listener);

  /** Returns every rollout that started and did not end, the oldest first. */
  List<RolloutId> open();

  /** Returns every rollout that did not end, or not before then, the oldest first. */
  List<RolloutId> recent(Instant since);

  /** Returns every application that has a stable release. */
  Set<Target> targets();

  /** Returns the last release that was proven everywhere. */
  Optional<Delivery> stable(Target target);

  /** Returns the release that others had brought and a person let the agent adopt. */
  Optional<Delivery> adopted(Target target);

  /** Returns a release that a rollout of this application brought or was to bring. */
  Optional<Delivery> delivery(Target target, ReleaseId release);

  /** Returns the releases that are not tried again, the oldest first. */
  List<Quarantine> quarantined(Target target);

  /** Returns the release that a person holds the application on. */
  Optional<Pin> pin(Target target);

  /** Returns the lives, by balancer, in which they last showed what was wanted. */
  Map<String, String> generations(Target target);

  /** Returns the marks, by name, of the secrets with which its processes were last started. */
  Map<String, String> secretMarks(Target target);

  /** Returns the rollouts that ended, the newest first. */
  List<Summary> history(Target target, int limit);

  /** Returns the last tip of a branch that was accepted. */
  Optional<String> tip(String repository, String branch);

  /** Returns when the tip of a branch was accepted. */
  Optional<Instant> pushed(String repository, String branch);

  /** Returns every preview that has ports, or may have left something. */
  List<Preview> previews();

  /** Returns the ports that programs of others were found on, while a preview wanted them. */
  Set<Integer> foreignPorts();

  /** Returns every preview that began to be removed, and of which something may be left. */
  List<Event.RemovalStarted> removals();

  /**
   * Returns the hosts that were taken out and may still run something, and what they were last part
   * of.
   */
  Map<String, Deployment> left(Target target);

  /** Returns the hosts that were taken out and run nothing of it any more, in the same way. */
  Map<String, Deployment> cleared(Target target);

  /** Returns whether a rollout of an application began since it was last forgotten or removed. */
  boolean isTried(Target target);

  /** Returns the sequence number of the last status that was published, 0 before the first. */
  long published(String repository);

  /** Replaces ended rollouts beyond the limits by summaries; returns how many events went. */
  int prune(Retention retention);

  @Override
  void close();

  /** A listener's place, until it is closed. */
  interface Subscription extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * How much of the past is kept of each application in each environment.
   *
   * @param detailed ended rollouts whose every step can still be read
   * @param summaries ended rollouts that are in the history at all
   */
  record Retention(int detailed, int summaries) {
    /** Ten rollouts in full, 500 in short. */
    public static final Retention DEFAULT = new Retention(10, 500);

    public Retention {
      if (detailed < 0 || summaries < 1) {
        throw new IllegalArgumentException(
            "keeping %d rollouts in full and %d in short is out of 0.. and 1.."
                .formatted(detailed, summaries));
      }
    }
  }
}
