package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Hosts that show another key from an act on, and what they were still asked after that. */
public final class Strangers {
  private final Set<String> hosts = ConcurrentHashMap.newKeySet();
  private final Set<String> changesAt = ConcurrentHashMap.newKeySet();
  private final List<String> asked = new ArrayList<>();

  public void changesAt(String host, String verb) {
    changesAt.add(host + " " + verb);
  }

  public void changed(String host) {
    hosts.add(host);
  }

  public synchronized List<String> asked() {
    return List.copyOf(asked);
  }

  /** Returns the reason if the host is another one now. */
  private synchronized Optional<String> refusal(String host, String verb) {
    if (changesAt.contains(host + " " + verb)) {
      hosts.add(host);
    }
    if (!hosts.contains(host)) {
      return Optional.empty();
    }
    asked.add(host + " " + verb);
    return Optional.of(host + " shows another key than is pinned");
  }

  public Site site(String host, Site real) {
    return new Guarded(host, real);
  }

  private final class Guarded implements Site {
    private final String host;
    private final Site real;

    Guarded(String host, Site real) {
      this.host = host;
      this.real = real;
    }

    private Act act(String verb, Supplier<Act> work) {
      return refusal(host, verb).<Act>map(Act.IdentityRefused::new).orElseGet(work);
    }

    @Override
    public Act stage(Release release, Artifact artifact) {
      return act("stage", () -> real.stage(release, artifact));
    }

    @Override
    public Act run(Release release, Task task) {
      return act("run", () -> real.run(release, task));
    }

    @Override
    public Act run(Slot slot, Release release, Lifecycle moment) {
      return act("hook", () -> real.run(slot, release, moment));
    }

    @Override
    public Site during(Occasion occasion) {
      return new Guarded(host, real.during(occasion));
    }

    @Override
    public Ran ran(Release release, Task task) {
      return real.ran(release, task);
    }

    @Override
    public Act activate(Slot slot, Release release) {
      return act("activate", () -> real.activate(slot, release));
    }

    @Override
    public Act relink(Slot slot, String target) {
      return act("relink", () -> real.relink(slot, target));
    }

    @Override
    public Act clear(Slot slot) {
      return act("clear", () -> real.clear(slot));
    }

    @Override
    public Act start(Slot slot, Release release) {
      return act("start", () -> real.start(slot, release));
    }

    @Override
    public Act stop(Slot slot, Release release, Duration timeout) {
      return act("stop", () -> real.stop(slot, release, timeout));
    }

    @Override
    public Act prune(Set<String> neededDirectories, int keepReleases) {
      return act("prune", () -> real.prune(neededDirectories, keepReleases));
    }

    @Override
    public boolean lies(String path) {
      return refusal(host, "look").isEmpty() && real.lies(path);
    }

    @Override
    public Act remove() {
      return act("remove", real::remove);
    }

    @Override
    public OptionalLong freeBytes() {
      return real.freeBytes();
    }

    @Override
    public Sighting look() {
      return refusal(host, "look")
          .<Sighting>map(Sighting.IdentityRefused::new)
          .orElseGet(real::look);
    }

    @Override
    public ProcessSighting process(Slot slot, Release release) {
      return refusal(host, "process")
          .<ProcessSighting>map(ProcessSighting.IdentityRefused::new)
          .orElseGet(() -> real.process(slot, release));
    }

    @Override
    public String log(Slot slot, Release release) {
      return refusal(host, "log").isPresent() ? "" : real.log(slot, release);
    }
  }
}
