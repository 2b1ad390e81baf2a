package dev.slipway.agent.rollout;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** A balancer in memory, which outlives the agent, checks its members and can be restarted. */
final class FakeBalancer implements Balancer {
  private final String name;
  private final Object lock;
  private final Predicate<Instance> healthy;
  private final Map<Instance, MemberState> members = new TreeMap<>();
  private final Map<Instance, Integer> sessions = new HashMap<>();
  private final Map<Instance, MemberState> file = new TreeMap<>();
  private final List<String> wrongs = new ArrayList<>();

  private Fuse fuse = Fuse.endless();
  private Runnable changed = () -> {};
  private Optional<String> unreachable = Optional.empty();
  private Optional<Instance> unknown = Optional.empty();
  private int silences;
  private boolean blocked;
  private Optional<Instance> uncounted = Optional.empty();
  private long epoch;
  private int generation = 1;
  private final List<String> lives = new ArrayList<>();

  FakeBalancer(
      String name, Object lock, Predicate<Instance> healthy, Map<Instance, MemberState> members) {
    this.name = name;
    this.lock = lock;
    this.healthy = healthy;
    this.members.putAll(members);
    this.file.putAll(members);
  }

  void agentStarts(Fuse newFuse, Runnable newChanged) {
    fuse = newFuse;
    changed = newChanged;
  }

  /** It forgets what it was told and goes back to its file. */
  void restarts() {
    synchronized (lock) {
      generation++;
      lives.add("restart");
      members.clear();
      members.putAll(file);
    }
  }

  /** Its file says that this member is out. */
  void restartsWith(Instance out) {
    synchronized (lock) {
      file.put(out, MemberState.OUT);
      restarts();
    }
  }

  void goesAway(String why) {
    synchronized (lock) {
      unreachable = Optional.of(why);
    }
  }

  void returns() {
    synchronized (lock) {
      unreachable = Optional.empty();
    }
  }

  /** It does not answer so many times. */
  void isSilent(int times) {
    synchronized (lock) {
      silences = times;
    }
  }

  private Optional<Answer> silence() {
    if (silences > 0) {
      silences--;
      return Optional.of(new Answer.Unreachable("connection refused"));
    }
    return unreachable.map(Answer.Unreachable::new);
  }

  /** It does not know the server of an instance. */
  void knowsNot(Instance instance) {
    synchronized (lock) {
      unknown = Optional.of(instance);
    }
  }

  /** Its own checks reach nobody. */
  void isBlocked() {
    synchronized (lock) {
      blocked = true;
    }
  }

  /** Somebody keeps so many sessions open on an instance for ever. */
  void holds(Instance instance, int count) {
    synchronized (lock) {
      sessions.put(instance, count);
    }
  }

  /** It cannot say how many sessions are open on an instance. */
  void countsNot(Instance instance) {
    synchronized (lock) {
      uncounted = Optional.of(instance);
    }
  }

  private OptionalInt count(Instance instance) {
    return uncounted.equals(Optional.of(instance))
        ? OptionalInt.empty()
        : OptionalInt.of(sessions.getOrDefault(instance, 0));
  }

  boolean sends(Instance instance) {
    synchronized (lock) {
      return members.get(instance) == MemberState.SERVING;
    }
  }

  boolean gets(Instance instance) {
    synchronized (lock) {
      return sends(instance) && healthy.test(instance);
    }
  }

  MemberState state(Instance instance) {
    synchronized (lock) {
      return members.getOrDefault(instance, MemberState.OUT);
    }
  }

  /** Returns when it was told something and when it was restarted. */
  List<String> lives() {
    synchronized (lock) {
      return List.copyOf(lives);
    }
  }

  List<String> wrongs() {
    synchronized (lock) {
      return List.copyOf(wrongs);
    }
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Capability> capabilities() {
    return Set.of(Capability.WEIGHTS, Capability.DRAIN_COUNTS, Capability.PARKING);
  }

  @Override
  public Answer make(Traffic wanted, Epoch by) {
    fuse.burn();
    Answer answer;
    synchronized (lock) {
      answer = silence().orElseGet(() -> made(wanted, by));
    }
    changed.run();
    fuse.burn();
    return answer;
  }

  private Answer made(Traffic wanted, Epoch by) {
    if (by.counter() < epoch) {
      return new Answer.Refused("epoch %d is over".formatted(by.counter()));
    }
    epoch = by.counter();
    lives.add("told");
    if (unknown.filter(wanted.members()::containsKey).isPresent()) {
      return new Answer.Refused("no such server: " + unknown.get());
    }
    wanted.members().forEach(this::gain);
    changed.run();
    fuse.burn();
    wanted.members().forEach((instance, member) -> members.put(instance, member.state()));
    return now();
  }

  private void gain(Instance instance, Member member) {
    if (member.state() == MemberState.SERVING && !sends(instance)) {
      if (!healthy.test(instance)) {
        wrongs.add("%s was admitted to %s while it was not healthy".formatted(instance, name));
      }
      members.put(instance, MemberState.SERVING);
    }
  }

  @Override
  public Answer observe() {
    fuse.check();
    synchronized (lock) {
      return silence().orElseGet(this::now);
    }
  }

  private Answer now() {
    var seen = new TreeMap<Instance, Seen>();
    members.forEach((instance, state) ->
        seen.put(
            instance,
            new Seen(
                state == MemberState.SERVING ? 256 : 0,
                state,
                healthy.test(instance) && !blocked ? Witness.UP : Witness.DOWN,
                count(instance))));
    return new Answer.Now(new Observed(seen), "generation " + generation);
  }

  @Override
  public void close() {}
}
