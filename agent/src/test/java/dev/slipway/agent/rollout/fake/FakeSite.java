package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.site.Place;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Supplier;

/** One agent's way to a {@link FakeHost}, on which everything may be lost. */
final class FakeSite implements Site {
  private final FakeFleet fleet;
  private final FakeHost host;
  private final Place place;
  private final String name;
  private final Epoch epoch;

  FakeSite(FakeFleet fleet, FakeHost host, Place place, Epoch epoch) {
    this.fleet = fleet;
    this.host = host;
    this.place = place;
    this.name = place.host().name();
    this.epoch = epoch;
  }

  private Instance at(Slot slot) {
    return new Instance(name, place.role().name(), slot.name());
  }

  private Act act(String verb, Supplier<Act> work) {
    return fleet.act(name, verb, () -> host.fence(epoch).orElseGet(work));
  }

  @Override
  public Act stage(Release release, Artifact artifact) {
    return act("stage", () -> host.stage(release, artifact, epoch));
  }

  @Override
  public Act run(Release release, Task task) {
    return act("run", () -> host.run(release, () -> host.runs().run(release, task)));
  }

  @Override
  public Act run(Slot slot, Release release, Lifecycle moment) {
    return act("hook", () -> host.run(release, () -> host.runs().run(release, moment)));
  }

  /** A fake has nobody to tell. */
  @Override
  public Site during(Occasion occasion) {
    return this;
  }

  @Override
  public Ran ran(Release release, Task task) {
    return fleet.ask(
        name, () -> host.runs().hasRun(release, task) ? Ran.WELL : Ran.NOT, () -> Ran.UNKNOWN);
  }

  @Override
  public Act activate(Slot slot, Release release) {
    return act(
        "activate",
        () ->
            switch (place.environment(slot, release)) {
              case Place.Furnished.With(var environment) ->
                  host.activate(at(slot), release, environment.digest());
              case Place.Furnished.Lacking(var reason) -> new Act.Refused(reason);
            });
  }

  @Override
  public Act relink(Slot slot, String target) {
    return act("relink", () -> host.relink(at(slot), target));
  }

  @Override
  public Act clear(Slot slot) {
    return act("clear", () -> host.clear(at(slot)));
  }

  @Override
  public Act start(Slot slot, Release release) {
    fleet.askHost();
    return act("start", () -> host.start(at(slot), release));
  }

  @Override
  public Act stop(Slot slot, Release release, Duration timeout) {
    return act(
        "stop",
        () -> {
          fleet.beforeStop(at(slot));
          return host.stop(at(slot));
        });
  }

  @Override
  public Act prune(Set<String> neededDirectories, int keepReleases) {
    return act("prune", () -> host.prune(neededDirectories, keepReleases));
  }

  @Override
  public boolean lies(String path) {
    return fleet.ask(name, () -> host.lies(path), () -> false);
  }

  @Override
  public Act remove() {
    return act("remove", () -> new Act.Refused("no rollout removes anything"));
  }

  @Override
  public Sighting look() {
    fleet.askHost();
    return fleet.ask(
        name,
        () -> host.look(place.role().name()),
        () -> new Sighting.Unreachable(name + " is down"));
  }

  @Override
  public OptionalLong freeBytes() {
    return fleet.ask(name, () -> OptionalLong.of(1L << 30), OptionalLong::empty);
  }

  @Override
  public ProcessSighting process(Slot slot, Release release) {
    fleet.askHost();
    return fleet.ask(
        name, () -> host.process(at(slot)), () -> new ProcessSighting.Unknown(name + " is down"));
  }

  @Override
  public String log(Slot slot, Release release) {
    return fleet.ask(name, () -> host.log(at(slot)), () -> "");
  }
}
