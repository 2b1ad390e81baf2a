package dev.slipway.agent.reconcile.tenancy;

import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.rollout.removal.Departed;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.fleet.Host;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Hosts that one application had and has no more: what ran there runs on until it is taken away,
 * which is done only where {@code prune} asks for it, and after those that stay are as they should
 * be.
 */
public final class Departures {
  private final Target target;
  private final Journal journal;
  private final Rollouts rollouts;
  private final Neighbours neighbours;
  private final Supplier<Optional<Deployment>> last;
  private volatile Map<String, String> obstacles = Map.of();

  Departures(
      Target target,
      Journal journal,
      Rollouts rollouts,
      Neighbours neighbours,
      Supplier<Optional<Deployment>> last) {
    this.last = last;
    this.target = target;
    this.journal = journal;
    this.rollouts = rollouts;
    this.neighbours = neighbours;
  }

  /**
   * Writes down which hosts a deployment has no more, before anything is done about it. One of the
   * same name or address is taken for the same host.
   */
  public void note(Deployment present) {
    if (!journal.isTried(target)) {
      return;
    }
    Map<String, Deployment> known = new HashMap<>(journal.cleared(target));
    known.putAll(journal.left(target));
    var events = new ArrayList<Event>();
    List<String> back =
        known.entrySet().stream()
            .filter(one -> isIn(present, one.getKey(), one.getValue()))
            .map(Map.Entry::getKey)
            .toList();
    if (!back.isEmpty()) {
      events.add(new Event.HostsReturned(target, back));
    }
    last.get()
        .map(former -> new Event.HostsLeft(target, former, gone(former, present, known.keySet())))
        .filter(left -> !left.hosts().isEmpty())
        .ifPresent(events::add);
    if (!events.isEmpty()) {
      journal.append(events);
    }
  }

  private static List<String> gone(Deployment former, Deployment present, Set<String> known) {
    return hosts(former)
        .filter(host -> !isIn(present, host) && !known.contains(host.name()))
        .map(Host::name)
        .toList();
  }

  private static boolean isIn(Deployment present, String name, Deployment former) {
    return hosts(former).anyMatch(host -> host.name().equals(name) && isIn(present, host));
  }

  private static boolean isIn(Deployment deployment, Host host) {
    return hosts(deployment)
        .anyMatch(one -> one.name().equals(host.name()) || one.address().equals(host.address()));
  }

  /** Takes away what may be, now that those that stay are as they should be. */
  public void settle(Wanted.Deploy wanted, Verdict verdict) {
    if (!wanted.options().contains(SyncOption.PRUNE)) {
      obstacles = Map.of();
      return;
    }
    if (verdict instanceof Verdict.Shut shut) {
      obstacles =
          left(wanted).keySet().stream().collect(Collectors.toMap(host -> host, _ -> shut.text()));
      return;
    }
    obstacles = takeAway(wanted.deployment(), left(wanted));
  }

  /** Takes away whatever left a deployment that is gone, also what is only in repair. */
  List<String> takeAllAway(Deployment gone) {
    var left = new TreeMap<>(journal.left(target));
    left.entrySet().removeIf(one -> isIn(gone, one.getKey(), one.getValue()));
    return List.copyOf(takeAway(gone, left).values());
  }

  private Map<String, String> takeAway(Deployment present, Map<String, Deployment> left) {
    var found = new TreeMap<String, String>();
    left.forEach(
        (host, former) -> takeAway(present, host, former).ifPresent(why -> found.put(host, why)));
    return Collections.unmodifiableMap(found);
  }

  private Optional<String> takeAway(Deployment present, String host, Deployment former) {
    var departed = new Departed(former, Set.of(host));
    Optional<String> obstacle =
        neighbours
            .inTheWay(former, departed.all()::contains)
            .map(Condition::message)
            .or(() -> reasons(rollouts.withdraw(present, departed)));
    if (obstacle.isEmpty()) {
      journal.append(new Event.HostsCleared(target, List.of(host), "it was taken out, and pruned"));
    }
    return obstacle;
  }

  private static Optional<String> reasons(List<String> left) {
    return left.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", left));
  }

  /** Returns what people should know of hosts that were taken out. */
  public List<Condition> remarks(Wanted.Deploy wanted) {
    Set<String> hosts = left(wanted).keySet();
    return hosts.stream()
        .map(host ->
            Optional.ofNullable(obstacles.get(host))
                .map(why -> new Condition("TakenOut", "NotPruned", host + " was taken out: " + why))
                .orElseGet(() -> runsOn(host)))
        .toList();
  }

  private static Condition runsOn(String host) {
    return new Condition(
        "TakenOut",
        "RunsOn",
        ("%s was taken out, and what ran there is left running; 'syncPolicy: {prune: true}' stops"
                + " it, 'slipway forget --host %s' ends this notice")
            .formatted(host, host));
  }

  /** Lets a person end what is known of one; returns whether anything was. */
  public boolean forget(String host, String who, String why) {
    boolean isKnown = journal.left(target).containsKey(host);
    if (isKnown) {
      journal.append(new Event.HostsCleared(target, List.of(host), "%s: %s".formatted(who, why)));
    }
    return isKnown;
  }

  /** Returns who left, but for those that are only in repair. */
  private Map<String, Deployment> left(Wanted.Deploy wanted) {
    var left = new TreeMap<>(journal.left(target));
    left.keySet().removeAll(new TreeSet<>(wanted.suspended()));
    return left;
  }

  private static Stream<Host> hosts(Deployment deployment) {
    return deployment.fleet().hosts().values().stream().flatMap(List::stream).distinct();
  }
}
