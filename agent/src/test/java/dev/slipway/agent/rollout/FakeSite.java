package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/** One agent's way to a {@link FakeHost}, on which everything may be lost. */
final class FakeSite implements Site {
  private final FakeFleet fleet;
  private final FakeHost host;
  private final String name;
  private final Epoch epoch;

  FakeSite(FakeFleet fleet, FakeHost host, String name, Epoch epoch) {
    this.fleet = fleet;
    this.host = host;
    this.name = name;
    this.epoch = epoch;
  }

  private Act act(String verb, Supplier<Act> work) {
    return fleet.act(name, verb, () -> host.fence(epoch).orElseGet(work));
  }

  @Override
  public Act stage(Release release, Artifact artifact) {
    return act("stage", () -> host.stage(release, artifact, epoch));
  }

  @Override
  public Act activate(Slot slot, Release release) {
    return act("activate", () -> host.activate(slot, release));
  }

  @Override
  public Act relink(Slot slot, String target) {
    return act("relink", () -> host.relink(slot, target));
  }

  @Override
  public Act clear(Slot slot) {
    return act("clear", () -> host.clear(slot));
  }

  @Override
  public Act start(Slot slot, Release release) {
    return act("start", () -> host.start(slot, release));
  }

  @Override
  public Act stop(Slot slot, Release release, Duration timeout) {
    return act(
        "stop",
        () -> {
          fleet.beforeStop(name, slot);
          return host.stop(slot);
        });
  }

  @Override
  public Act prune(Set<String> neededDirectories, int keepReleases) {
    return act("prune", () -> host.prune(neededDirectories, keepReleases));
  }

  @Override
  public Sighting look() {
    return fleet.ask(name, host::look, () -> new Sighting.Unreachable(name + " is down"));
  }

  @Override
  public ProcessSighting process(Slot slot, Release release) {
    return fleet.ask(
        name, () -> host.process(slot), () -> new ProcessSighting.Unknown(name + " is down"));
  }

  @Override
  public String log(Slot slot, Release release) {
    return fleet.ask(name, () -> host.log(slot), () -> "");
  }
}
