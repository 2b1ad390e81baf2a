package dev.slipway.agent.host.site;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** One application's place on this machine, as many tests want it. */
final class Scene {
  static final Epoch EPOCH = new Epoch("store-a", 3);
  static final Slot CURRENT = new Slot(Slot.CURRENT, OptionalInt.empty());
  static final Slot BLUE = new Slot("blue", OptionalInt.empty());
  static final Duration SECONDS = Duration.ofSeconds(5);

  private static final Duration SECOND = Duration.ofSeconds(1);

  final Path directory;
  final Path base;
  final Shell machine;

  Scene(Server shell, Path directory) {
    this(Shell.of(shell, directory), directory, directory.resolve("srv/shop"));
  }

  Scene(Shell machine, Path directory, Path base) {
    this.machine = machine;
    this.directory = directory;
    this.base = base;
  }

  Site site() {
    return site(EPOCH);
  }

  Site site(Epoch epoch) {
    return site(machine, epoch);
  }

  Site site(Machine other, Epoch epoch) {
    return Sites.scripted().open(other, place(), epoch);
  }

  Place place() {
    var role =
        new Role(
            "web",
            List.of(CURRENT, BLUE),
            new Health.Running(
                new Health.Timing(SECOND, SECOND, 1, Duration.ZERO, Duration.ofSeconds(9))),
            new DrainPolicy(SECOND, DrainPolicy.OnTimeout.PROCEED),
            SECONDS);
    var application = new Application("shop", base.toString(), Optional.empty(), List.of(role), 2);
    var host =
        new Host("web1", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of("HOST_ONLY", "yes"));
    return new Place(
        application, role, List.of(role), host, Map.of("environment", "test"), Become.NONE);
  }

  /** A release of these files whose processes sleep until they are told to end. */
  Release release(String version, Artifact artifact) {
    return release(version, artifact, new Service.Detached(List.of("bin/run", "{{slot}}")));
  }

  Release release(String version, Artifact artifact, Service service) {
    return new Release(
        "shop",
        version,
        artifact.content(),
        Map.of("GREETING", "it's \"$5\" `off` \\ here"),
        Map.of("web", service),
        List.of("log", "public/uploads"),
        List.of("config/master.key"));
  }

  Artifact artifact(String version) {
    return new Archives()
        .script("bin/run", "#!/bin/sh\necho \"$0 $1 $GREETING\"\nexec sleep 1000\n")
        .file("version", version)
        .file("public/index.html", "<p>" + version)
        .file("log/.keep", "")
        .artifact(directory.resolve("agent"));
  }

  /** Stages, activates and starts a release. */
  void deploy(Release release, Artifact artifact) {
    Acts.assertDone(site().stage(release, artifact));
    Acts.assertDone(site().activate(CURRENT, release));
    Acts.assertDone(site().start(CURRENT, release));
  }

  Sighting.Seen seen() {
    return switch (site().look()) {
      case Sighting.Seen seen -> seen;
      case Sighting.Unreachable(var reason) -> throw new AssertionError(reason);
      case Sighting.IdentityRefused(var reason) -> throw new AssertionError(reason);
    };
  }

  Sighting.SlotSeen current() {
    return Optional.ofNullable(seen().slots().get(Slot.CURRENT)).orElseThrow();
  }

  ProcessSighting.Running running() {
    return switch (current().process()) {
      case ProcessSighting.Running running -> running;
      case ProcessSighting other -> throw new AssertionError(other.toString());
    };
  }

  String read(String path) {
    try {
      return Files.readString(base.resolve(path));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<String> list(String path) {
    try (var files = Files.list(base.resolve(path))) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Stops whatever a test has left running. */
  void close() {
    var nothing = artifact("nothing");
    for (var slot : List.of(CURRENT, BLUE)) {
      site(new Epoch("store-a", 1_000_000))
          .stop(slot, release("0", nothing), Duration.ofSeconds(1));
    }
  }
}
