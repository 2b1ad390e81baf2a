package dev.slipway.agent.rollout.act;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.rollout.sight.Shown;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * All balancers of a role as one: the wanted traffic is one value, and something is so when every
 * one of them says so.
 *
 * <p>Lanes run side by side, so a change and the check that allows it are made under one lock.
 */
public final class Pool {
  private static final Duration JUST_NOW = Duration.ofSeconds(1);

  private final List<Balancer> balancers;
  private final Crew crew;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Duration watch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> generations = new HashMap<>();
  private final Set<Instance> released = ConcurrentHashMap.newKeySet();
  private final Map<String, String> excused = new TreeMap<>();
  private final Set<String> dead = new TreeSet<>();
  private Optional<Traffic> wanted = Optional.empty();
  private Map<String, Observed> justSeen = Map.of();
  private Duration lastLook;
  private Optional<Duration> lastWanted = Optional.empty();
  private int waysBack;

  /** Makes a pool of the balancers, which nobody has told anything yet. */
  public Pool(List<Balancer> balancers, Crew crew, Epoch epoch, Waiter waiter, Duration watch) {
    this.crew = crew;
    this.balancers = List.copyOf(balancers);
    this.epoch = epoch;
    this.waiter = waiter;
    this.watch = watch;
    this.lastLook = waiter.uptime();
  }

  /** What the balancers say. */
  public sealed interface Told {
    /** All of them answered, and as wanted if something was wanted. */
    record Said(Map<String, Observed> observed) implements Told {}

    /** One of them says no, or shows something else. */
    record Denied(String reason) implements Told {}

    /** One of them cannot be asked. */
    record Silent(String reason) implements Told {}
  }

  /** Returns whether there is no balancer at all. */
  public boolean isEmpty() {
    return balancers.isEmpty();
  }

  /**
   * This is a way back: until it ends, a balancer that provably carries no traffic holds nothing
   * up.
   */
  public void goBack() {
    lock.lock();
    try {
      waysBack++;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Goes on without the balancers that provably carry no traffic, until they answer again; returns
   * what the others say. Where nobody would be left, nobody is passed over.
   */
  public Told passOver() {
    lock.lock();
    try {
      var proven = new TreeSet<String>();
      for (Balancer balancer : balancers) {
        if (balancer.observe() instanceof Answer.Unreachable(_, var still) && still.isPresent()) {
          proven.add(balancer.name());
        }
      }
      if (proven.size() < balancers.size()) {
        dead.addAll(proven);
      }
      return look();
    } finally {
      lock.unlock();
    }
  }

  /** Returns those that were passed over at the last look, with the proof. */
  public List<String> passedOver() {
    lock.lock();
    try {
      return excused.entrySet().stream()
          .map(one -> "%s carries nothing: %s".formatted(one.getKey(), one.getValue()))
          .toList();
    } finally {
      lock.unlock();
    }
  }

  /** A way back ended. */
  void endBack() {
    lock.lock();
    try {
      waysBack--;
    } finally {
      lock.unlock();
    }
  }

  /** Returns who says so, for people: those that were passed over are named with the proof. */
  String witnesses() {
    lock.lock();
    try {
      var words = new ArrayList<>(List.of("every balancer says so"));
      words.addAll(passedOver());
      return String.join("; ", words);
    } finally {
      lock.unlock();
    }
  }

  /** Returns the traffic that is wanted now. */
  public Optional<Traffic> wanted() {
    lock.lock();
    try {
      return wanted;
    } finally {
      lock.unlock();
    }
  }

  /** Returns what each balancer called its present life when it last answered, by its name. */
  public Map<String, String> generations() {
    lock.lock();
    try {
      return Map.copyOf(generations);
    } finally {
      lock.unlock();
    }
  }

  /** Takes note of what was seen a moment ago, and in which lives, lest it is asked again. */
  public void saw(Map<String, Observed> observed, Map<String, String> lives) {
    lock.lock();
    try {
      justSeen = Map.copyOf(observed);
      observed.keySet().forEach(name -> generations.put(name, lives.getOrDefault(name, "")));
    } finally {
      lock.unlock();
    }
  }

  /** Makes this traffic the wanted one, and tells every balancer that was not just seen so. */
  public Told want(Traffic traffic) {
    lock.lock();
    try {
      wanted = Optional.of(traffic);
      Map<String, Observed> seen = justSeen;
      justSeen = Map.of();
      Told told =
          seen.size() == balancers.size() && Shown.isAgreed(seen, traffic)
              ? new Told.Said(seen)
              : tell(traffic);
      lastWanted = told instanceof Told.Said ? Optional.of(waiter.uptime()) : Optional.empty();
      return told;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Changes the wanted traffic. Several balancers are asked first, lest one is told while another
   * cannot be, unless all have answered just now; the answer of a single one says all.
   */
  Told change(Change change) {
    lock.lock();
    try {
      boolean isKnown =
          lastWanted.filter(at -> waiter.uptime().minus(at).compareTo(JUST_NOW) < 0).isPresent();
      Told found = balancers.size() > 1 && !isKnown ? look() : new Told.Said(Map.of());
      return found instanceof Told.Said ? want(change.next(wanted.orElseThrow())) : found;
    } finally {
      lock.unlock();
    }
  }

  /** Changes the wanted traffic if what the balancers say now allows it. */
  Changed change(Function<Map<String, Observed>, Optional<String>> objection, Change change) {
    lock.lock();
    try {
      return switch (look()) {
        case Told.Said(var observed) -> {
          Optional<String> reason = objection.apply(observed);
          yield reason.isPresent()
              ? new Changed.Objected(reason.get())
              : new Changed.Answered(want(change.next(wanted.orElseThrow())));
        }
        case Told other -> new Changed.Answered(other);
      };
    } finally {
      lock.unlock();
    }
  }

  /** The next traffic, made known to the journal before it is returned. */
  interface Change {
    Traffic next(Traffic before);
  }

  /** What came of a change. */
  sealed interface Changed {
    /** The balancers were told, and said this. */
    record Answered(Told told) implements Changed {}

    /** It may not be done now; nobody was told anything. */
    record Objected(String reason) implements Changed {}
  }

  /** Asks every balancer what is true now. */
  public Told look() {
    return ask(Balancer::observe, Optional.empty());
  }

  /** Returns whether every balancer answers and shows this traffic already. */
  public boolean shows(Traffic traffic) {
    return ask(Balancer::observe, Optional.of(traffic)) instanceof Told.Said;
  }

  /** Asks every balancer, and says no if it is not what is wanted. */
  Told lookForWanted() {
    return ask(Balancer::observe, wanted());
  }

  /**
   * Tells a balancer again what is wanted if it was restarted or changed by others; called again
   * and again while a rollout waits.
   */
  public void refresh() {
    lock.lock();
    try {
      Duration now = waiter.uptime();
      if (wanted.isEmpty() || now.minus(lastLook).compareTo(watch) < 0) {
        return;
      }
      lastLook = now;
      for (Balancer balancer : balancers) {
        if (balancer.observe() instanceof Answer.Now(var observed, var generation)
            && (isOther(balancer, generation)
                || !Shown.differences(observed, wanted.get()).isEmpty())) {
          answered(balancer, balancer.make(wanted.get(), epoch));
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private boolean isOther(Balancer balancer, String generation) {
    return !generation.equals(generations.get(balancer.name()));
  }

  private Told tell(Traffic traffic) {
    return ask(balancer -> balancer.make(traffic, epoch), Optional.of(traffic));
  }

  /** All are asked side by side, and each of them, whatever the others say. */
  private Told ask(Function<Balancer, Answer> question, Optional<Traffic> expected) {
    lock.lock();
    try {
      var observed = new HashMap<String, Observed>();
      var denied = new ArrayList<String>();
      var silent = new ArrayList<String>();
      List<Answer> answers = answers(question);
      for (int i = 0; i < answers.size(); i++) {
        Balancer balancer = balancers.get(i);
        switch (answered(balancer, fresh(balancer, answers.get(i)))) {
          case Answer.Now(var seen, _) -> {
            observed.put(balancer.name(), seen);
            expected.ifPresent(traffic ->
                Shown.differences(seen, traffic)
                    .forEach(difference -> denied.add(balancer.name() + ": " + difference)));
          }
          case Answer.Refused(var reason) -> denied.add(balancer.name() + ": " + reason);
          case Answer.Unreachable(var reason, var still) -> {
            if (still.isPresent() && (waysBack > 0 || dead.contains(balancer.name()))) {
              excused.put(balancer.name(), still.get());
            } else {
              silent.add(balancer.name() + ": " + reason);
            }
          }
        }
      }
      return told(observed, denied, silent);
    } finally {
      lock.unlock();
    }
  }

  private List<Answer> answers(Function<Balancer, Answer> question) {
    return balancers.size() == 1
        ? List.of(question.apply(balancers.getFirst()))
        : crew.all(
            balancers.stream()
                .map(balancer -> (Supplier<Answer>) () -> question.apply(balancer))
                .toList());
  }

  private static Told told(
      Map<String, Observed> observed, List<String> denied, List<String> silent) {
    if (!silent.isEmpty()) {
      return new Told.Silent(String.join("; ", silent));
    }
    return denied.isEmpty()
        ? new Told.Said(Map.copyOf(observed))
        : new Told.Denied(String.join("; ", denied));
  }

  /** A balancer that was restarted has forgotten what it was told, so it is told again first. */
  private Answer fresh(Balancer balancer, Answer answer) {
    return answer instanceof Answer.Now(_, var generation)
            && wanted.isPresent()
            && (generations.containsKey(balancer.name()) || dead.contains(balancer.name()))
            && isOther(balancer, generation)
        ? balancer.make(wanted.get(), epoch)
        : answer;
  }

  private Answer answered(Balancer balancer, Answer answer) {
    if (answer instanceof Answer.Now(_, var generation)) {
      generations.put(balancer.name(), generation);
      excused.remove(balancer.name());
      dead.remove(balancer.name());
    }
    return answer;
  }

  /** Remembers that nothing is left on an instance that would be lost with it. */
  public void release(Instance instance) {
    released.add(instance);
  }

  void takeBack(Instance instance) {
    released.remove(instance);
  }

  boolean isReleased(Instance instance) {
    return released.contains(instance);
  }
}
