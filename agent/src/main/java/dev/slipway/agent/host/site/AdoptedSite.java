package dev.slipway.agent.host.site;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Adopted;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.Site;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A place where one release was put by others and adopted: it is seen, activated and started like
 * any other, although its files stay where they are and as they are.
 */
final class AdoptedSite implements Site {
  private final Site site;
  private final Place place;
  private final Adopted adopted;

  AdoptedSite(Site site, Place place, Adopted adopted) {
    this.site = site;
    this.place = place;
    this.adopted = adopted;
  }

  private boolean isAdopted(Release release) {
    return release.digest().equals(adopted.release().digest());
  }

  @Override
  public Act stage(Release release, Artifact artifact) {
    return isAdopted(release)
        ? new Act.Refused("%s, which others had put there, is gone".formatted(adopted.path()))
        : site.stage(release, artifact);
  }

  @Override
  public Act run(Release release, Task task) {
    return site.run(release, task);
  }

  /** What others put there is theirs alone: it has no hooks. */
  @Override
  public Act run(Slot slot, Release release, Lifecycle moment) {
    return isAdopted(release)
        ? new Act.Done("others had put it there, and it has no hooks", 0)
        : site.run(slot, release, moment);
  }

  @Override
  public Site during(Occasion occasion) {
    return new AdoptedSite(site.during(occasion), place, adopted);
  }

  @Override
  public Ran ran(Release release, Task task) {
    return site.ran(release, task);
  }

  @Override
  public Act activate(Slot slot, Release release) {
    return isAdopted(release) ? site.relink(slot, adopted.path()) : site.activate(slot, release);
  }

  @Override
  public Act relink(Slot slot, String target) {
    return site.relink(slot, target);
  }

  @Override
  public Act clear(Slot slot) {
    return site.clear(slot);
  }

  /** What others had started is started by Slipway only after it has set the link itself. */
  @Override
  public Act start(Slot slot, Release release) {
    Act linked = isAdopted(release) ? site.relink(slot, adopted.path()) : new Act.Done("", 0);
    return linked instanceof Act.Done ? site.start(slot, release) : linked;
  }

  @Override
  public Act stop(Slot slot, Release release, Duration timeout) {
    return site.stop(slot, release, timeout);
  }

  @Override
  public Act prune(Set<String> neededDirectories, int keepReleases) {
    return site.prune(neededDirectories, keepReleases);
  }

  @Override
  public Act remove() {
    return site.remove();
  }

  @Override
  public Sighting look() {
    return switch (site.look()) {
      case Sighting.Seen(var slots, var releases, var epoch) -> {
        var seen = new HashMap<String, SlotSeen>();
        slots.forEach((name, slot) -> seen.put(name, known(name, slot)));
        yield new Sighting.Seen(seen, withAdopted(releases), epoch);
      }
      case Sighting.Unreachable unreachable -> unreachable;
      case Sighting.IdentityRefused refused -> refused;
    };
  }

  @Override
  public OptionalLong freeBytes() {
    return site.freeBytes();
  }

  private Set<String> withAdopted(Set<String> releases) {
    var all = new HashSet<>(releases);
    if (site.lies(adopted.path())) {
      all.add(adopted.release().directory());
    }
    return all;
  }

  private SlotSeen known(String name, SlotSeen seen) {
    boolean isIt =
        seen.occupant() instanceof Occupant.Foreign(var target)
            && Adopted.path(place.deployPath(), target).equals(adopted.path());
    return isIt
        ? new SlotSeen(
            new Occupant.Known(adopted.release().id()),
            seen.environment(),
            site.process(slot(name), adopted.release()))
        : seen;
  }

  private Slot slot(String name) {
    return place.role().slots().stream()
        .filter(slot -> slot.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public boolean lies(String path) {
    return site.lies(path);
  }

  @Override
  public ProcessSighting process(Slot slot, Release release) {
    return site.process(slot, release);
  }

  @Override
  public String log(Slot slot, Release release) {
    return site.log(slot, release);
  }
}
