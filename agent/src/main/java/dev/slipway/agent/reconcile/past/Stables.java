package dev.slipway.agent.reconcile.past;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Quarantine;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.ReleaseId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The releases of one application that were stable, as far as the journal remembers. */
public final class Stables {
  private static final int HISTORY = 100;
  private static final int DIGITS_MIN = 4;

  private final Optional<Delivery> present;
  private final Set<ReleaseId> held;

  /** By release, the one that was stable most recently first. */
  private final Map<ReleaseId, Delivery> deliveries = new LinkedHashMap<>();

  /** The releases in the order in which they were first stable. */
  private final List<ReleaseId> firsts;

  private Stables(Optional<Delivery> present, Set<ReleaseId> held, List<Delivery> newestFirst) {
    this.present = present;
    this.held = held;
    newestFirst.forEach(one -> deliveries.putIfAbsent(one.id(), one));
    this.firsts = newestFirst.reversed().stream().map(Delivery::id).distinct().toList();
  }

  /** Reads what the journal knows now. */
  public static Stables of(Journal journal, Target target) {
    return new Stables(
        journal.stable(target),
        journal.quarantined(target).stream()
            .map(Quarantine::release)
            .collect(Collectors.toUnmodifiableSet()),
        newestFirst(journal, target));
  }

  /** What was adopted came by no rollout, and is known as what the first one started from. */
  private static List<Delivery> newestFirst(Journal journal, Target target) {
    List<Summary> good =
        journal.history(target, HISTORY).stream()
            .filter(one -> one.ending() == Ending.SUCCEEDED)
            .toList();
    var deliveries = new ArrayList<Delivery>();
    good.forEach(one -> deliveries.add(one.delivery()));
    good.stream()
        .reduce((_, oldest) -> oldest)
        .flatMap(oldest -> startedFrom(journal, oldest.rollout()))
        .ifPresent(deliveries::add);
    return deliveries;
  }

  private static Optional<Delivery> startedFrom(Journal journal, RolloutId rollout) {
    return journal.events(rollout).stream()
        .map(Entry::event)
        .flatMap(event ->
            event instanceof Event.RolloutStarted start ? start.stable().stream() : Stream.empty())
        .findFirst();
  }

  /** Returns what may be gone back to, the most recent first: nothing that is held back. */
  public List<Delivery> former() {
    return deliveries.values().stream()
        .filter(one -> present.filter(now -> now.id().equals(one.id())).isEmpty())
        .filter(one -> !held.contains(one.id()))
        .toList();
  }

  /** Returns those of {@link #former()} of this version, or whose digest begins so. */
  public List<Delivery> former(String name) {
    return former().stream().filter(one -> isNamed(one.id(), name)).toList();
  }

  private static boolean isNamed(ReleaseId release, String name) {
    String digest = name.substring(name.lastIndexOf('@') + 1);
    boolean byDigest = digest.length() >= DIGITS_MIN && release.digest().hex().startsWith(digest);
    return name.contains("@")
        ? byDigest && name.startsWith(release.version() + "@")
        : byDigest || release.version().equals(name);
  }

  /** Returns whether going to a release from the present one is going back. */
  public boolean liesBehind(ReleaseId release) {
    int there = firsts.indexOf(release);
    int here = present.map(now -> firsts.indexOf(now.id())).orElse(-1);
    return there >= 0 && there < here;
  }

  /** Names what may be gone back to, for people. */
  public String names() {
    List<Delivery> former = former();
    return former.isEmpty()
        ? "none"
        : former.stream().map(one -> one.id().toString()).collect(Collectors.joining(", "));
  }
}
