package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.probe.Addressee;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Prober;
import dev.slipway.agent.probe.Warmed;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Hosts with processes in memory, which outlive the agent.
 *
 * <p>How a release behaves follows from its version; faults are set for a host and a verb.
 */
public final class FakeFleet implements Sites, Prober {
  public final FakeNumbers numbers = new FakeNumbers(this);
  public final FakeServices services = new FakeServices();

  private final Fleet fleet;
  private final Map<String, FakeHost> hosts = new TreeMap<>();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final List<String> acts = new ArrayList<>();
  private final List<Addressee> asked = new ArrayList<>();
  private int marks;
  private int badAnswers;

  private Fuse fuse = Fuse.endless();
  private Supplier<Duration> clock = () -> Duration.ZERO;
  private Runnable check = () -> {};
  private Runnable ask = () -> {};
  private FakeHost.Watcher watcher = new FakeHost.Watcher() {};

  public FakeFleet(Fleet fleet) {
    this.fleet = fleet;
    var nature = new Nature();
    for (Instance one : fleet.oneOfEachHost()) {
      Host host = fleet.host(one);
      hosts.put(host.name(), new FakeHost(host, fleet.rolesOn(host), nature));
    }
  }

  /** Returns a fleet of the one host of a place. */
  static FakeFleet of(Place place) {
    return new FakeFleet(
        new Fleet("test", place.application(), Map.of(place.role().name(), List.of(place.host()))));
  }

  private final class Nature implements FakeHost.Nature {
    @Override
    public Behaviour of(Instance instance, Release release) {
      return behaviour(instance, release);
    }

    @Override
    public void underARunningOne(Instance instance) {
      watcher.underARunningOne(instance);
    }

    @Override
    public Duration uptime() {
      return clock.get();
    }

    @Override
    public String newMark() {
      marks++;
      return "process " + marks;
    }
  }

  /** What a release does once it is started. */
  public enum Behaviour {
    GOOD,
    WILL_NOT_START,
    UNHEALTHY,
    /** Healthy, and nothing but that. */
    FAILS_SMOKE_TESTS,
    /** Healthy for two seconds at a time, then its service manager starts it again. */
    CRASH_LOOPS
  }

  /** What goes wrong with one act. */
  public enum Fault {
    LOST_BEFORE,
    LOST_AFTER,
    UNREACHABLE_ONCE,
    REFUSED,
    FAILED,
    /** The host says that it was done. */
    NOT_DONE,
    /** The host goes down with the act undone and stays away. */
    DIES
  }

  /** The agent starts anew: another fuse, another clock. */
  public void agentStarts(Fuse newFuse, Supplier<Duration> newClock, FakeHost.Watcher newWatcher) {
    fuse = newFuse;
    clock = newClock;
    watcher = newWatcher;
  }

  /** The release serves in the instance, as Slipway has put it there. */
  public synchronized void runs(Instance instance, Release release) {
    host(instance).settle(instance, release);
  }

  /** Somebody has linked something by hand, which runs. */
  public synchronized void runsForeign(Instance instance, String target, Release like) {
    linksForeign(instance, target, like);
    host(instance).startByHand(instance, like);
  }

  /** Somebody has linked something by hand, which does not run. */
  public synchronized void linksForeign(Instance instance, String target, Release like) {
    host(instance).linkByHand(instance, target, like);
  }

  public void behaves(String version, Behaviour behaviour) {
    behaviours.put(version, behaviour);
  }

  public void behaves(String version, String role, Behaviour behaviour) {
    behaviours.put(version + " " + role, behaviour);
  }

  private Behaviour behaviour(Instance instance, Release release) {
    return behaviours.getOrDefault(
        release.version() + " " + instance.role(),
        behaviours.getOrDefault(release.version(), Behaviour.GOOD));
  }

  public void fault(String host, String verb, Fault fault) {
    faults.put(host + " " + verb, fault);
  }

  public void dies(String host) {
    unreachable.add(host);
  }

  public void returns(String host) {
    unreachable.remove(host);
  }

  /** The host boots: services that run at boot run again, in another process. */
  public synchronized void reboots(String host) {
    host(host).reboot();
  }

  /** Nothing was ever put there. */
  public synchronized void forgets(Instance instance) {
    host(instance).end(instance);
    host(instance).clear(instance);
  }

  public synchronized void stopsByItself(Instance instance) {
    host(instance).end(instance);
  }

  public synchronized Map<Instance, Occupant> occupants() {
    var found = new TreeMap<Instance, Occupant>();
    fleet.application().roles().stream()
        .flatMap(role -> fleet.instances(role).stream())
        .forEach(instance -> found.put(instance, host(instance).occupant(instance)));
    return found;
  }

  Duration uptime() {
    return clock.get();
  }

  public synchronized Optional<ReleaseId> running(Instance instance) {
    return host(instance).running(instance).map(Release::id);
  }

  /** Returns the hooks that ran on a host, in their order. */
  public synchronized List<String> hooks(String host) {
    return host(host).runs().hooks();
  }

  public synchronized List<String> acts() {
    return List.copyOf(acts);
  }

  public synchronized boolean isHealthy(Instance instance) {
    Optional<Release> running = host(instance).running(instance);
    return !unreachable.contains(instance.host())
        && running.isPresent()
        && switch (behaviour(instance, running.get())) {
          case GOOD, CRASH_LOOPS, FAILS_SMOKE_TESTS -> true;
          case WILL_NOT_START, UNHEALTHY -> false;
        };
  }

  private FakeHost host(Instance instance) {
    return host(instance.host());
  }

  private FakeHost host(String name) {
    return Optional.ofNullable(hosts.get(name))
        .orElseThrow(() -> new AssertionError("there is no " + name));
  }

  /** What it takes to ask an instance for its health. */
  public void checksTake(Runnable newCheck) {
    check = newCheck;
  }

  /** What it takes to ask a host what runs on it, or to tell it that something shall. */
  public void hostsTake(Runnable newAsk) {
    ask = newAsk;
  }

  void askHost() {
    ask.run();
  }

  @Override
  public Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables) {
    check.run();
    return checked(host, slot, variables);
  }

  private synchronized Checked checked(Host host, Slot slot, Map<String, String> variables) {
    fuse.check();
    if (unreachable.contains(host.name())) {
      return new Checked.Unknown(host.name() + " cannot be asked");
    }
    return isHealthy(new Instance(host.name(), variables.getOrDefault("role", ""), slot.name()))
        ? new Checked.Good("200")
        : new Checked.Bad("503");
  }

  @Override
  public synchronized Checked smoke(SmokeTest test, Addressee to) {
    fuse.check();
    if (unreachable.contains(to.host().name())) {
      return new Checked.Unknown(to.host().name() + " cannot be asked");
    }
    asked.add(to);
    Instance instance = judged(to);
    Optional<Behaviour> behaviour =
        host(instance).running(instance).map(release -> behaviour(instance, release));
    boolean isBad = badAnswers > 0;
    badAnswers -= isBad ? 1 : 0;
    return !isBad && behaviour.equals(Optional.of(Behaviour.GOOD))
        ? new Checked.Good("200")
        : new Checked.Bad(test.inquiry().text() + " answers 500, expected 200");
  }

  @Override
  public synchronized Warmed warm(Warmup warmup, Addressee to, BooleanSupplier isOver) {
    fuse.check();
    if (unreachable.contains(to.host().name())) {
      return new Warmed.Unknown(to.host().name() + " cannot be asked");
    }
    asked.add(to);
    return host(judged(to)).running(judged(to)).isPresent()
        ? new Warmed.Sent(warmup.requests(), 0, 0, Optional.empty())
        : new Warmed.Sent(0, 0, 1, Optional.of("connection refused"));
  }

  private Instance judged(Addressee to) {
    return new Instance(to.host().name(), fleet.application().judged().name(), to.slot().name());
  }

  /** The next so many smoke tests fail, whatever the release. */
  public synchronized void answersBadly(int times) {
    badAnswers = times;
  }

  /** Returns who was asked in warm-ups and smoke tests, in their order. */
  public synchronized List<Addressee> asked() {
    return List.copyOf(asked);
  }

  @Override
  public Site open(Machine machine, Place place, Epoch epoch) {
    return new FakeSite(this, host(place.host().name()), place, epoch);
  }

  @Override
  public Act takeOver(Machine machine, Place place, Epoch epoch) {
    String name = place.host().name();
    return act(name, "takeover", () -> host(name).takeOver(epoch));
  }

  public void beforeStop(Instance instance) {
    watcher.beforeStop(instance);
  }

  /** Looks at a host that is up, with nobody acting meanwhile. */
  public <T> T ask(String host, Supplier<T> question, Supplier<T> silence) {
    fuse.check();
    synchronized (this) {
      return unreachable.contains(host) ? silence.get() : question.get();
    }
  }

  /** Runs an act with the agent's death and the host's faults on both sides of it. */
  public Act act(String host, String verb, Supplier<Act> work) {
    fuse.burn();
    Act result;
    synchronized (this) {
      result = faulty(host, verb, work);
      watcher.changed();
    }
    fuse.burn();
    return result;
  }

  private Act faulty(String host, String verb, Supplier<Act> work) {
    if (unreachable.contains(host)) {
      return new Act.Unreachable(host + " is down");
    }
    Fault fault = faults.remove(host + " " + verb);
    if (fault == null) {
      return done(host, verb, work);
    }
    return switch (fault) {
      case LOST_BEFORE -> new Act.Unknown("connection lost");
      case LOST_AFTER -> {
        done(host, verb, work);
        yield new Act.Unknown("connection lost");
      }
      case UNREACHABLE_ONCE -> new Act.Unreachable("no route to " + host);
      case REFUSED -> new Act.Refused(host + " says no");
      case NOT_DONE -> new Act.Done("done", 0);
      case FAILED -> new Act.Failed(host + " failed", "line 1\nline 2");
      case DIES -> {
        unreachable.add(host);
        yield new Act.Unknown(host + " went down");
      }
    };
  }

  private Act done(String host, String verb, Supplier<Act> work) {
    acts.add(host + " " + verb);
    return work.get();
  }
}
