package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A balancer in memory, which outlives the agent, checks its members and can be restarted. Like
 * HAProxy it knows the servers of its file and no other, and forgets what it was told.
 */
public final class FakeBalancer implements Balancer {
  private static final int SCALE = 256;
  private static final FlatMember OUT = new FlatMember(0, MemberState.OUT);

  private final String name;
  private final Object lock;
  private final Predicate<Instance> healthy;
  private final Map<Instance, FlatMember> members = new TreeMap<>();
  private final Map<Instance, FlatMember> file = new TreeMap<>();
  private final Map<Instance, Integer> sessions = new HashMap<>();
  private final List<String> wrongs = new ArrayList<>();
  private final List<String> lives = new ArrayList<>();

  private Fuse fuse = Fuse.endless();
  private Runnable changed = () -> {};
  private Runnable trip = () -> {};
  private boolean switchesAtOnce;
  private Optional<Answer> unreachable = Optional.empty();
  private int silences;
  private boolean blocked;
  private Optional<Instance> uncounted = Optional.empty();
  private Optional<Epoch> epoch = Optional.empty();
  private int generation = 1;
  private Routing routing = Routing.NONE;

  /** Makes a balancer whose file has these members in these states. */
  public FakeBalancer(
      String name, Object lock, Predicate<Instance> healthy, Map<Instance, MemberState> members) {
    this.name = name;
    this.lock = lock;
    this.healthy = healthy;
    members.forEach((instance, state) -> file.put(instance, configured(state)));
    this.members.putAll(file);
  }

  private static FlatMember configured(MemberState state) {
    return new FlatMember(state == MemberState.SERVING ? SCALE : 0, state);
  }

  public void agentStarts(Fuse newFuse, Runnable newChanged) {
    fuse = newFuse;
    changed = newChanged;
  }

  /** What it takes to ask it, whatever it is asked. */
  public void takes(Runnable newTrip) {
    trip = newTrip;
  }

  /** It can switch in one act. */
  public void switchesAtOnce() {
    switchesAtOnce = true;
  }

  /** It forgets what it was told and goes back to its file. */
  public void restarts() {
    synchronized (lock) {
      generation++;
      lives.add("restart");
      members.clear();
      members.putAll(file);
      routing = Routing.NONE;
    }
  }

  /** Its file says that this member is out. */
  public void restartsWith(Instance out) {
    synchronized (lock) {
      file.put(out, OUT);
      restarts();
    }
  }

  /** A person, or another agent, sets a member as its file would. */
  public void isSet(Instance instance, MemberState state) {
    synchronized (lock) {
      members.put(instance, configured(state));
    }
  }

  public void goesAway(String why) {
    synchronized (lock) {
      unreachable = Optional.of(new Answer.Unreachable(why));
    }
  }

  /** Its process is gone, and its machine says so. */
  public void dies() {
    synchronized (lock) {
      restarts();
      var proof = Optional.of("no process of it runs");
      unreachable = Optional.of(new Answer.Unreachable("connection refused", proof));
    }
  }

  public void returns() {
    synchronized (lock) {
      unreachable = Optional.empty();
    }
  }

  /** It does not answer so many times. */
  public void isSilent(int times) {
    synchronized (lock) {
      silences = times;
    }
  }

  private Optional<Answer> silence() {
    if (silences > 0) {
      silences--;
      return Optional.of(new Answer.Unreachable("connection refused"));
    }
    return unreachable;
  }

  /** Its file has no server for an instance any more. */
  public void knowsNot(Instance instance) {
    synchronized (lock) {
      file.remove(instance);
      members.remove(instance);
    }
  }

  /** A person makes it obey this agent and no other. */
  public void isTakenOver(Epoch by) {
    synchronized (lock) {
      epoch = Optional.of(by);
    }
  }

  /** Its own checks reach nobody. */
  public void isBlocked() {
    synchronized (lock) {
      blocked = true;
    }
  }

  /** Somebody keeps so many sessions open on an instance for ever. */
  public void holds(Instance instance, int count) {
    synchronized (lock) {
      sessions.put(instance, count);
    }
  }

  /** It cannot say how many sessions are open on an instance. */
  public void countsNot(Instance instance) {
    synchronized (lock) {
      uncounted = Optional.of(instance);
    }
  }

  private OptionalInt count(Instance instance) {
    return uncounted.equals(Optional.of(instance))
        ? OptionalInt.empty()
        : OptionalInt.of(sessions.getOrDefault(instance, 0));
  }

  /** Returns the only member that it sends anything to. */
  public Instance onlyOne() {
    synchronized (lock) {
      var sent = members.keySet().stream().filter(this::sends).toList();
      if (sent.size() != 1) {
        throw new IllegalStateException("requests may go to " + sent);
      }
      return sent.getFirst();
    }
  }

  public boolean sends(Instance instance) {
    synchronized (lock) {
      return members.getOrDefault(instance, OUT).weight() > 0;
    }
  }

  public boolean gets(Instance instance) {
    synchronized (lock) {
      return sends(instance) && healthy.test(instance);
    }
  }

  public MemberState state(Instance instance) {
    synchronized (lock) {
      return members.getOrDefault(instance, OUT).state();
    }
  }

  /** Returns how it tells requests apart. */
  public Routing routing() {
    synchronized (lock) {
      return routing;
    }
  }

  /** Returns when it was told something and when it was restarted. */
  public List<String> lives() {
    synchronized (lock) {
      return List.copyOf(lives);
    }
  }

  public List<String> wrongs() {
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
    var able =
        EnumSet.complementOf(
            EnumSet.of(
                Capability.ONE_SHOT_SWITCH,
                Capability.COUNTERS,
                Capability.MEANS,
                Capability.TIMES));
    if (switchesAtOnce) {
      able.add(Capability.ONE_SHOT_SWITCH);
    }
    return able;
  }

  @Override
  public Answer make(Traffic wanted, Epoch by) {
    trip.run();
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
    Optional<String> objection = stale(by);
    if (objection.isPresent()) {
      return new Answer.Refused(objection.get());
    }
    epoch = Optional.of(by);
    lives.add("told");
    Optional<String> missing = missing(wanted);
    return missing.isPresent()
        ? new Answer.Refused("no such server: " + missing.get())
        : switch (wanted.flatten(SCALE)) {
          case Flattening.Refused(var reason) -> new Answer.Refused(reason);
          case Flattening.Flat(var flat) -> changed(flat);
        };
  }

  private Optional<String> stale(Epoch by) {
    return epoch.flatMap(known ->
        known.store().equals(by.store())
            ? known.counter() <= by.counter()
                ? Optional.empty()
                : Optional.of(
                    "epoch %d is over, %d has been here".formatted(by.counter(), known.counter()))
            : Optional.of(
                "it obeys the store %s, not %s; run slipway takeover"
                    .formatted(known.store(), by.store())));
  }

  /** A server that is not there cannot serve or drain, and is out as it should be. */
  private Optional<String> missing(Traffic wanted) {
    return wanted.members().keySet().stream()
        .filter(instance -> !file.containsKey(instance))
        .filter(instance -> wanted.state(instance) != MemberState.OUT)
        .map(Instance::toString)
        .findFirst();
  }

  private Answer changed(FlatTraffic wanted) {
    wanted.members().forEach(this::gain);
    changed.run();
    fuse.burn();
    members.replaceAll((instance, _) -> wanted.members().getOrDefault(instance, OUT));
    routing = wanted.routing();
    return now();
  }

  private void gain(Instance instance, FlatMember wanted) {
    if (wanted.weight() <= members.getOrDefault(instance, OUT).weight()) {
      return;
    }
    if (!sends(instance) && !healthy.test(instance)) {
      wrongs.add("%s was admitted to %s while it was not healthy".formatted(instance, name));
    }
    members.put(instance, wanted);
  }

  @Override
  public Answer observe() {
    trip.run();
    fuse.check();
    synchronized (lock) {
      return silence().orElseGet(this::now);
    }
  }

  private Answer now() {
    var seen = new TreeMap<Instance, Seen>();
    members.forEach((instance, member) ->
        seen.put(
            instance,
            new Seen(
                member.weight(),
                member.state(),
                healthy.test(instance) && !blocked ? Witness.UP : Witness.DOWN,
                count(instance))));
    return new Answer.Now(new Observed(seen, routing), "generation " + generation);
  }

  @Override
  public void close() {}
}
