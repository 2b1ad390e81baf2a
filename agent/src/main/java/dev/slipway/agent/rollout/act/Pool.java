package dev.slipway.agent.rollout.act;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Share;
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

/**
 * All balancers of a role as one: the wanted traffic is one value, and something is so when every
 * one of them says so.
 *
 * <p>Lanes run side by side, so a change and the check that allows it are made under one lock.
 */
public final class Pool {
  private final List<Balancer> balancers;
  private final Epoch epoch;
  private final Waiter waiter;
  private final Duration watch;
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<String, String> generations = new HashMap<>();
  private final Set<Instance> released = ConcurrentHashMap.newKeySet();
  private final Map<String, String> excused = new TreeMap<>();
  private final Set<String> dead = new TreeSet<>();
  private Optional<Traffic> wanted = Optional.empty();
  private Duration lastLook;
  private int waysBack;

  /** Makes a pool of the balancers, which nobody has told anything yet. */
  public Pool(List<Balancer> balancers, Epoch epoch, Waiter waiter, Duration watch) {
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

  /** Makes this traffic the wanted one and tells every balancer. */
  public Told want(Traffic traffic) {
    lock.lock();
    try {
      wanted = Optional.of(traffic);
      return tell(traffic);
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
        case Told.Denied denied -> new Changed.Answered(denied);
        case Told.Silent silent -> new Changed.Answered(silent);
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

  /** Returns whether what balancers said is this traffic, so that there is nothing to tell them. */
  public static boolean isAgreed(Map<String, Observed> observed, Traffic traffic) {
    return observed.values().stream().allMatch(one -> differences(one, traffic).isEmpty());
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
            && (isOther(balancer, generation) || !differences(observed, wanted.get()).isEmpty())) {
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

  /** Every balancer is asked, also when one before it failed: the others can be right at least. */
  private Told ask(Function<Balancer, Answer> question, Optional<Traffic> expected) {
    lock.lock();
    try {
      var observed = new HashMap<String, Observed>();
      var denied = new ArrayList<String>();
      var silent = new ArrayList<String>();
      for (Balancer balancer : balancers) {
        switch (answered(balancer, fresh(balancer, question.apply(balancer)))) {
          case Answer.Now(var seen, _) -> {
            observed.put(balancer.name(), seen);
            expected.ifPresent(traffic ->
                differences(seen, traffic)
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

  /** Weights are the adapter's business; here counts who gets requests and who does not. */
  private static List<String> differences(Observed observed, Traffic wanted) {
    var differences = new ArrayList<String>();
    wanted
        .members()
        .forEach((instance, member) -> {
          Seen seen = observed.members().get(instance);
          boolean should =
              member.state() == MemberState.SERVING
                  && wanted.tracks().getOrDefault(member.track(), Share.NONE).basisPoints() > 0;
          if (should ? !isAdmitted(seen) : isSent(seen)) {
            differences.add(
                "%s is %s, wanted %s"
                    .formatted(instance, seen == null ? "missing" : seen.state(), member.state()));
          }
        });
    return differences.isEmpty() ? shares(observed, wanted) : differences;
  }

  /** Where requests are shared out, a balancer must give the candidates their part. */
  private static List<String> shares(Observed observed, Traffic wanted) {
    if (!wanted.isSplit()) {
      return List.of();
    }
    Share candidates = observed.share(wanted.inTrack(Traffic.CANDIDATE));
    Share share = wanted.tracks().getOrDefault(Traffic.CANDIDATE, Share.NONE);
    return candidates.isAbout(share)
        ? List.of()
        : List.of("the candidates get %s, wanted %s".formatted(candidates, share));
  }

  /** Whether it gets all that it can get, were it up. */
  private static boolean isAdmitted(@org.jspecify.annotations.Nullable Seen seen) {
    return isSent(seen) || (seen != null && seen.state() == MemberState.SERVING && seen.idle());
  }

  /** Whether requests would be sent there, were it up. */
  static boolean isSent(@org.jspecify.annotations.Nullable Seen seen) {
    return seen != null && seen.state() == MemberState.SERVING && seen.weight() > 0;
  }

  /** Returns the members that, by every balancer's word, really get requests. */
  static Set<Instance> serving(Map<String, Observed> observed) {
    var serving = new TreeSet<Instance>();
    observed.values().forEach(one -> serving.addAll(one.members().keySet()));
    serving.removeIf(instance ->
        !observed.values().stream()
            .allMatch(one -> {
              Seen seen = one.members().get(instance);
              return seen != null && seen.gets();
            }));
    return serving;
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
