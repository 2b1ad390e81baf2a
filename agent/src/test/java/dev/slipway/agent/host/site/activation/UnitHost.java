package dev.slipway.agent.host.site.activation;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** A machine with a real systemd, and applications on it that have one link each. */
final class UnitHost implements AutoCloseable {
  static final Duration SECONDS = Duration.ofSeconds(20);

  private final Path directory;
  private final DockerHosts hosts;
  private final Machines machines;

  UnitHost(Path directory) {
    this.directory = directory;
    this.hosts = DockerHosts.boot(directory, List.of("web1"), 1);
    this.machines = Machines.open(Optional.of(hosts.login()));
  }

  @Override
  public void close() {
    machines.close();
    hosts.close();
  }

  /** An application of this name, in a unit. */
  App app(String name, Service service, OptionalInt port) {
    return new App(this, name, service, new Slot(Slot.CURRENT, port));
  }

  String address() {
    return hosts.host("web1").address();
  }

  void install(String file, String text) {
    run("mkdir -p $(dirname %1$s); cat >%1$s <<'END'%n%2$sEND%n".formatted(file, text));
    run("systemctl daemon-reload");
  }

  String run(String script) {
    var ended = hosts.host("web1").run(script);
    assertThat(ended.status()).as(script + ": " + ended.output()).isZero();
    return ended.output();
  }

  /** Asks a unit for one of its properties. */
  String shown(String unit, String property) {
    return run("systemctl show -P %s %s".formatted(property, unit)).strip();
  }

  /** One application: its releases are one file each. */
  record App(UnitHost on, String name, Service service, Slot slot) {
    Artifact artifact(String path, String text) {
      return new Archives().script(path, text).artifact(on.directory.resolve("agent"));
    }

    Release release(String version, Artifact artifact) {
      return new Release(
          name,
          version,
          artifact.content(),
          Map.of(),
          Map.of("web", service),
          List.of(),
          List.of());
    }

    /** Puts a release there and sets the link. */
    Release activate(String version, Artifact artifact) {
      Release release = release(version, artifact);
      assertDone(site().stage(release, artifact));
      assertDone(site().activate(slot, release));
      return release;
    }

    /** Does what a rollout does in place. */
    Release deploy(String version, Artifact artifact) {
      Release release = release(version, artifact);
      assertDone(site().stage(release, artifact));
      assertDone(site().stop(slot, release, SECONDS));
      assertDone(site().activate(slot, release));
      assertDone(site().start(slot, release));
      return release;
    }

    Site site() {
      var host = new Host("web1", on.address(), Optional.empty(), Reach.SSH, Map.of());
      var timing = new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, SECONDS);
      var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
      var role = new Role("web", List.of(slot), new Health.Running(timing), drain, SECONDS);
      var application = new Application(name, "/srv/" + name, Optional.empty(), List.of(role), 5);
      var place =
          new Place(application, role, List.of(role), host, Map.of(), SshSettings.Become.SUDO);
      return Sites.scripted().open(on.machines.machine(host), place, new Epoch("store-a", 1));
    }

    ProcessSighting process() {
      return switch (site().look()) {
        case Sighting.Seen seen ->
            Optional.ofNullable(seen.slots().get(slot.name())).orElseThrow().process();
        case Sighting.Unreachable(var reason) -> throw new AssertionError(reason);
        case Sighting.IdentityRefused(var reason) -> throw new AssertionError(reason);
      };
    }

    ProcessSighting.Origin origin() {
      return switch (process()) {
        case ProcessSighting.Running running -> running.origin();
        case ProcessSighting other -> throw new AssertionError(other.toString());
      };
    }
  }

  static void assertDone(Act act) {
    assertThat(act).isInstanceOf(Act.Done.class);
  }
}
