package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.artifact.Received;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.site.SiteEnvironment;
import dev.slipway.agent.rollout.fake.FakeFleet.Behaviour;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * What lies and runs on one host of a {@link FakeFleet}: the disk, the processes and the epoch.
 *
 * <p>Nothing here knows of agents that die or of connections that are lost.
 */
public final class FakeHost {
  private static final int LOG_LINES = 60;
  private static final Digest NO_VARIABLES = Digest.of("");

  private final Host host;
  private final Nature nature;
  private final Map<Instance, Place> places = new TreeMap<>();
  private final Map<String, Release> foreign = new HashMap<>();

  /** The directories of releases, the one that was staged or activated last at the end. */
  private final List<String> releases = new ArrayList<>();

  private final FakeRuns runs = new FakeRuns();

  private Optional<Epoch> epoch = Optional.empty();

  FakeHost(Host host, List<Role> roles, Nature nature) {
    this.host = host;
    this.nature = nature;
    for (Role role : roles) {
      for (Slot slot : role.slots()) {
        var instance = new Instance(host.name(), role.name(), slot.name());
        places.put(instance, new Place(instance, slot));
      }
    }
  }

  /** Hears of every change, before it is made and after. */
  public interface Watcher {
    default void beforeStop(Instance instance) {}

    default void underARunningOne(Instance instance) {}

    default void changed() {}
  }

  /** What processes follow on every host. */
  interface Nature {
    Behaviour of(Instance instance, Release release);

    /** Hears that a link was set to something else while an instance ran from it. */
    void underARunningOne(Instance instance);

    Duration uptime();

    /** Returns a name for a process that no other one has. */
    String newMark();
  }

  private static final class Place {
    private final Instance instance;
    private final Slot slot;
    private Occupant occupant = new Occupant.None();
    private String directory = "";
    private Digest environment = NO_VARIABLES;
    private Optional<Release> running = Optional.empty();
    private String mark = "";
    private Duration since = Duration.ZERO;
    private Origin origin = Origin.OTHER;

    private Place(Instance instance, Slot slot) {
      this.instance = instance;
      this.slot = slot;
    }
  }

  private Place place(Instance instance) {
    return Optional.ofNullable(places.get(instance))
        .orElseThrow(() -> new AssertionError(host.name() + " has no " + instance));
  }

  /** Roles may use one link. */
  private List<Place> onLink(Instance instance) {
    return places.values().stream()
        .filter(place -> place.instance.slot().equals(instance.slot()))
        .toList();
  }

  /** The release serves in the slot, as Slipway has put it there. */
  void settle(Instance instance, Release release) {
    Slot first =
        onLink(instance).stream()
            .map(place -> place.slot)
            .filter(slot -> slot.port().isPresent())
            .findFirst()
            .orElse(place(instance).slot);
    Digest environment = SiteEnvironment.of(release, host, first, Map.of()).digest();
    for (Place place : onLink(instance)) {
      place.occupant = new Occupant.Known(release.id());
      place.directory = release.directory();
      place.environment = environment;
    }
    use(release.directory());
    launch(place(instance), release);
  }

  /** Somebody links the slot by hand to something that is like this release. */
  void linkByHand(Instance instance, String target, Release like) {
    foreign.put(target, like);
    for (Place place : onLink(instance)) {
      place.occupant = new Occupant.Foreign(target);
      place.directory = target;
    }
  }

  /** Somebody starts what lies in the slot by hand. */
  void startByHand(Instance instance, Release like) {
    launch(place(instance), like);
    place(instance).origin = Origin.OTHER;
  }

  /** Services that run at boot run again, in another process. */
  void reboot() {
    places
        .values()
        .forEach(place ->
            place.running.ifPresent(release -> {
              launch(place, release);
              place.origin = Origin.OTHER;
            }));
  }

  void end(Instance instance) {
    place(instance).running = Optional.empty();
  }

  Occupant occupant(Instance instance) {
    return place(instance).occupant;
  }

  Optional<Release> running(Instance instance) {
    return place(instance).running;
  }

  /** What ran here, or why nothing can: the release does not lie here. */
  Act run(Release release, Supplier<Act> work) {
    return releases.contains(release.directory())
        ? work.get()
        : new Act.Refused("the release is not staged");
  }

  FakeRuns runs() {
    return runs;
  }

  /** Lets an agent in that is not older than the last one and of the same store. */
  Optional<Act> fence(Epoch by) {
    if (epoch.isPresent() && !epoch.get().store().equals(by.store())) {
      return Optional.of(
          new Act.Refused("this place belongs to the store %s".formatted(epoch.get().store())));
    }
    if (epoch.isPresent() && by.counter() < epoch.get().counter()) {
      return Optional.of(
          new Act.Refused(
              "an agent with the newer epoch %d has acted here, this one has %d"
                  .formatted(epoch.get().counter(), by.counter())));
    }
    epoch = Optional.of(by);
    return Optional.empty();
  }

  Act takeOver(Epoch by) {
    epoch = Optional.of(by);
    return new Act.Done("taken over", 0);
  }

  Act stage(Release release, Artifact artifact, Epoch by) {
    if (releases.contains(release.directory())) {
      return new Act.Done("present", 0);
    }
    try {
      var received = Received.of(artifact);
      return received.content().equals(release.content())
          ? fence(by).orElseGet(() -> publish(release, received))
          : new Act.Refused("the files that arrived are not those that were sent");
    } catch (IOException e) {
      return new Act.Unknown("the connection was lost: " + e.getMessage());
    }
  }

  private Act publish(Release release, Received received) {
    use(release.directory());
    return new Act.Done("staged", received.bytes());
  }

  private void use(String directory) {
    releases.remove(directory);
    releases.addLast(directory);
  }

  Act activate(Instance instance, Release release, Digest environment) {
    if (!releases.contains(release.directory())) {
      return new Act.Refused(release.directory() + " is not staged");
    }
    var known = new Occupant.Known(release.id());
    if (link(instance, known, release.directory(), environment)) {
      use(release.directory());
    }
    return new Act.Done("active", 0);
  }

  boolean lies(String path) {
    return foreign.containsKey(path);
  }

  Act relink(Instance instance, String target) {
    if (!foreign.containsKey(target)) {
      return new Act.Refused("'%s' does not exist any more".formatted(target));
    }
    link(instance, new Occupant.Foreign(target), target, NO_VARIABLES);
    return new Act.Done("linked", 0);
  }

  Act clear(Instance instance) {
    link(instance, new Occupant.None(), "", NO_VARIABLES);
    return new Act.Done("clear", 0);
  }

  private boolean link(Instance instance, Occupant occupant, String directory, Digest environment) {
    boolean changes = false;
    for (Place place : onLink(instance)) {
      changes |= link(place, occupant, directory, environment);
    }
    return changes;
  }

  private boolean link(Place place, Occupant occupant, String directory, Digest environment) {
    boolean changes = !place.occupant.equals(occupant) || !place.environment.equals(environment);
    if (changes) {
      place.running.ifPresent(_ -> nature.underARunningOne(place.instance));
      place.origin = Origin.FORMER;
    }
    place.occupant = occupant;
    place.directory = directory;
    place.environment = environment;
    return changes;
  }

  Act start(Instance instance, Release release) {
    Place place = place(instance);
    return switch (place.occupant) {
      case Occupant.Known(var id) when id.equals(release.id()) -> start(place, release);
      case Occupant.Foreign(var target) when foreign.containsKey(target) ->
          start(place, foreign.get(target));
      case Occupant.Known _, Occupant.Foreign _, Occupant.None _ ->
          new Act.Refused(
              "%s does not point at %s; activate it first"
                  .formatted(instance.slot(), release.directory()));
    };
  }

  private Act start(Place place, Release what) {
    if (place.running.isPresent() && place.origin == Origin.RECORDED) {
      return new Act.Done("was running", 0);
    }
    place.running = Optional.empty();
    if (nature.of(place.instance, what) == Behaviour.WILL_NOT_START) {
      return new Act.Failed("exit 1", "cannot start");
    }
    launch(place, what);
    return new Act.Done("started", 0);
  }

  private void launch(Place place, Release release) {
    place.running = Optional.of(release);
    place.mark = nature.newMark();
    place.since = nature.uptime();
    place.origin = Origin.RECORDED;
  }

  Act stop(Instance instance) {
    end(instance);
    return new Act.Done("stopped", 0);
  }

  Act prune(Set<String> needed, int keepReleases) {
    var linked = places.values().stream().map(place -> place.directory).toList();
    var newest = releases.reversed().stream().limit(keepReleases).toList();
    releases.removeIf(directory ->
        !newest.contains(directory) && !needed.contains(directory) && !linked.contains(directory));
    return new Act.Done("pruned", 0);
  }

  Sighting look(String role) {
    var slots = new HashMap<String, SlotSeen>();
    places.values().stream()
        .filter(place -> place.instance.role().equals(role))
        .forEach(place ->
            slots.put(
                place.instance.slot(),
                new SlotSeen(place.occupant, place.environment, seen(place))));
    return new Sighting.Seen(
        slots,
        Set.copyOf(releases),
        epoch.map(held -> held.store() + " " + held.counter()).orElse(""));
  }

  /** Without a release of Slipway's in the slot nothing says which service is meant. */
  private ProcessSighting seen(Place place) {
    return switch (place.occupant) {
      case Occupant.Known _ -> process(place);
      case Occupant.Foreign _ -> new ProcessSighting.Unknown("no release was activated here");
      case Occupant.None _ -> new ProcessSighting.Stopped("nothing lies here");
    };
  }

  /** What the service that runs has written: more lines than anybody wants to read. */
  String log(Instance instance) {
    return place(instance)
        .running
        .map(release ->
            IntStream.rangeClosed(1, LOG_LINES)
                .mapToObj(line -> "%s says %d".formatted(release.version(), line))
                .collect(Collectors.joining("\n")))
        .orElse("");
  }

  ProcessSighting process(Instance instance) {
    return process(place(instance));
  }

  private ProcessSighting process(Place place) {
    if (place.running.isEmpty()) {
      return new ProcessSighting.Stopped("inactive");
    }
    if (nature.of(place.instance, place.running.get()) == Behaviour.CRASH_LOOPS) {
      int crashes = (int) (nature.uptime().minus(place.since).toSeconds() / 2);
      return new ProcessSighting.Running(place.mark + "." + crashes, crashes, place.origin);
    }
    return new ProcessSighting.Running(place.mark, 0, place.origin);
  }
}
