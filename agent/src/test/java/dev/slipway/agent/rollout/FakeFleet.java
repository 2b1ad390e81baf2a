package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.probe.Checked;
import dev.slipway.agent.probe.Prober;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Hosts with processes in memory, which outlive the agent.
 *
 * <p>How a release behaves follows from its version; faults are set for a host and a verb.
 */
final class FakeFleet implements Prober {
  private final Role role;
  private final Map<Instance, Place> places = new TreeMap<>();
  private final Map<String, Set<String>> releases = new TreeMap<>();
  private final Map<String, Behaviour> behaviours = new ConcurrentHashMap<>();
  private final Set<String> unreachable = ConcurrentHashMap.newKeySet();
  private final Map<String, Fault> faults = new ConcurrentHashMap<>();
  private final List<String> acts = new ArrayList<>();
  private long bytesSent;
  private int marks;

  private Fuse fuse = Fuse.endless();
  private Supplier<Duration> clock = () -> Duration.ZERO;
  private Watcher watcher = new Watcher() {};

  FakeFleet(Role role, List<Instance> instances) {
    this.role = role;
    instances.forEach(instance -> {
      places.put(instance, new Place());
      releases.put(instance.host(), new HashSet<>());
    });
  }

  /** What a release does once it is started. */
  enum Behaviour {
    GOOD,
    WILL_NOT_START,
    UNHEALTHY,
    /** Healthy for two seconds at a time, then its service manager starts it again. */
    CRASH_LOOPS
  }

  /** What goes wrong with one act. */
  enum Fault {
    LOST_BEFORE,
    LOST_AFTER,
    UNREACHABLE_ONCE,
    REFUSED,
    FAILED,
    /** The host goes down with the act undone and stays away. */
    DIES
  }

  /** Hears of every change, before it is made and after. */
  interface Watcher {
    default void beforeStop(Instance instance) {}

    default void changed() {}
  }

  private static final class Place {
    private Occupant occupant = new Occupant.None();
    private Digest environment = Digest.of("");
    private Optional<Release> running = Optional.empty();
    private String mark = "";
    private Duration since = Duration.ZERO;
    private boolean recorded;
  }

  /** The agent starts anew: another fuse, another clock. */
  void agentStarts(Fuse newFuse, Supplier<Duration> newClock, Watcher newWatcher) {
    fuse = newFuse;
    clock = newClock;
    watcher = newWatcher;
  }

  synchronized void runs(Instance instance, Release release, Digest environment) {
    Place place = place(instance);
    place.occupant = new Occupant.Known(release.id());
    place.environment = environment;
    releases(instance.host()).add(release.directory());
    launch(place, release);
  }

  synchronized void runsForeign(Instance instance, String target, Release like) {
    Place place = place(instance);
    place.occupant = new Occupant.Foreign(target);
    launch(place, like);
  }

  void behaves(String version, Behaviour behaviour) {
    behaviours.put(version, behaviour);
  }

  void fault(String host, String verb, Fault fault) {
    faults.put(host + " " + verb, fault);
  }

  void dies(String host) {
    unreachable.add(host);
  }

  void returns(String host) {
    unreachable.remove(host);
  }

  /** The host boots: services that run at boot run again, in another process. */
  synchronized void reboots(String host) {
    places.forEach((instance, place) -> {
      if (instance.host().equals(host)) {
        place.running.ifPresent(release -> {
          launch(place, release);
          place.recorded = false;
        });
      }
    });
  }

  synchronized void stopsByItself(Instance instance) {
    place(instance).running = Optional.empty();
  }

  synchronized Map<Instance, Occupant> occupants() {
    var found = new TreeMap<Instance, Occupant>();
    places.forEach((instance, place) -> found.put(instance, place.occupant));
    return found;
  }

  synchronized Optional<ReleaseId> running(Instance instance) {
    return place(instance).running.map(Release::id);
  }

  synchronized List<String> acts() {
    return List.copyOf(acts);
  }

  synchronized long bytesSent() {
    return bytesSent;
  }

  synchronized boolean isHealthy(Instance instance) {
    Place place = place(instance);
    return !unreachable.contains(instance.host())
        && place.running.isPresent()
        && switch (behaviour(place.running.get())) {
          case GOOD -> true;
          case WILL_NOT_START, UNHEALTHY -> false;
          case CRASH_LOOPS -> true;
        };
  }

  private Behaviour behaviour(Release release) {
    return behaviours.getOrDefault(release.version(), Behaviour.GOOD);
  }

  private Place place(Instance instance) {
    Place place = places.get(instance);
    if (place == null) {
      throw new AssertionError("there is no " + instance);
    }
    return place;
  }

  private Set<String> releases(String host) {
    return releases.computeIfAbsent(host, _ -> new HashSet<>());
  }

  private void launch(Place place, Release release) {
    marks++;
    place.running = Optional.of(release);
    place.mark = "process " + marks;
    place.since = clock.get();
    place.recorded = true;
  }

  @Override
  public synchronized Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables) {
    fuse.check();
    if (unreachable.contains(host.name())) {
      return new Checked.Unknown(host.name() + " cannot be asked");
    }
    return isHealthy(new Instance(host.name(), role.name(), slot.name()))
        ? new Checked.Good("200")
        : new Checked.Bad("503");
  }

  Site site(Host host) {
    return new FakeSite(host.name());
  }

  private final class FakeSite implements Site {
    private final String host;

    private FakeSite(String host) {
      this.host = host;
    }

    private Place at(Slot slot) {
      return place(instance(slot));
    }

    private Instance instance(Slot slot) {
      return new Instance(host, role.name(), slot.name());
    }

    /** Runs an act with the agent's death and the host's faults on both sides of it. */
    private Act act(String verb, Supplier<Act> work) {
      fuse.burn();
      Act result;
      synchronized (FakeFleet.this) {
        result = faulty(verb, work);
        watcher.changed();
      }
      fuse.burn();
      return result;
    }

    private Act faulty(String verb, Supplier<Act> work) {
      if (unreachable.contains(host)) {
        return new Act.Unreachable(host + " is down");
      }
      Fault fault = faults.remove(host + " " + verb);
      if (fault == null) {
        return done(verb, work);
      }
      return switch (fault) {
        case LOST_BEFORE -> new Act.Unknown("connection lost");
        case LOST_AFTER -> {
          done(verb, work);
          yield new Act.Unknown("connection lost");
        }
        case UNREACHABLE_ONCE -> new Act.Unreachable("no route to " + host);
        case REFUSED -> new Act.Refused(host + " says no");
        case FAILED -> new Act.Failed(host + " failed", "line 1\nline 2");
        case DIES -> {
          unreachable.add(host);
          yield new Act.Unknown(host + " went down");
        }
      };
    }

    private Act done(String verb, Supplier<Act> work) {
      acts.add(host + " " + verb);
      return work.get();
    }

    @Override
    public Act stage(Release release, Artifact artifact) {
      return act(
          "stage",
          () -> {
            boolean sent = releases(host).add(release.directory());
            bytesSent += sent ? artifact.unpackedBytes() : 0;
            return new Act.Done("staged", sent ? artifact.unpackedBytes() : 0);
          });
    }

    @Override
    public Act activate(Slot slot, Release release) {
      return act(
          "activate",
          () -> {
            if (!releases(host).contains(release.directory())) {
              return new Act.Refused(release.directory() + " is not staged");
            }
            return link(slot, new Occupant.Known(release.id()), World.environment(release));
          });
    }

    @Override
    public Act relink(Slot slot, String target) {
      return act("relink", () -> link(slot, new Occupant.Foreign(target), Digest.of("")));
    }

    @Override
    public Act clear(Slot slot) {
      return act("clear", () -> link(slot, new Occupant.None(), Digest.of("")));
    }

    private Act link(Slot slot, Occupant occupant, Digest environment) {
      Place place = at(slot);
      if (!place.occupant.equals(occupant) || !place.environment.equals(environment)) {
        place.recorded = false;
      }
      place.occupant = occupant;
      place.environment = environment;
      return new Act.Done("linked", 0);
    }

    @Override
    public Act start(Slot slot, Release release) {
      return act(
          "start",
          () -> {
            Place place = at(slot);
            if (place.occupant instanceof Occupant.None) {
              return new Act.Refused("nothing is linked in " + slot.name());
            }
            if (place.running.isPresent() && place.recorded) {
              return new Act.Done("runs", 0);
            }
            if (behaviour(release) == Behaviour.WILL_NOT_START) {
              return new Act.Failed("exit 1", "cannot start");
            }
            launch(place, release);
            return new Act.Done("started", 0);
          });
    }

    @Override
    public Act stop(Slot slot, Release release, Duration timeout) {
      return act(
          "stop",
          () -> {
            watcher.beforeStop(instance(slot));
            at(slot).running = Optional.empty();
            return new Act.Done("stopped", 0);
          });
    }

    @Override
    public Act prune(Set<String> neededDirectories, int keepReleases) {
      return act("prune", () -> new Act.Done("pruned", 0));
    }

    @Override
    public Sighting look() {
      fuse.check();
      synchronized (FakeFleet.this) {
        if (unreachable.contains(host)) {
          return new Sighting.Unreachable(host + " is down");
        }
        var slots = new HashMap<String, SlotSeen>();
        places.forEach((instance, place) -> {
          if (instance.host().equals(host)) {
            slots.put(
                instance.slot(), new SlotSeen(place.occupant, place.environment, process(place)));
          }
        });
        return new Sighting.Seen(slots, releases(host), 1L << 30, "");
      }
    }

    @Override
    public ProcessSighting process(Slot slot, Release release) {
      fuse.check();
      synchronized (FakeFleet.this) {
        return unreachable.contains(host)
            ? new ProcessSighting.Unknown(host + " is down")
            : process(at(slot));
      }
    }

    private ProcessSighting process(Place place) {
      if (place.running.isEmpty()) {
        return new ProcessSighting.Stopped("inactive");
      }
      Origin origin = place.recorded ? Origin.RECORDED : Origin.OTHER;
      if (behaviour(place.running.get()) == Behaviour.CRASH_LOOPS) {
        int crashes = (int) (clock.get().minus(place.since).toSeconds() / 2);
        return new ProcessSighting.Running(place.mark + "." + crashes, crashes, origin);
      }
      return new ProcessSighting.Running(place.mark, 0, origin);
    }
  }
}
