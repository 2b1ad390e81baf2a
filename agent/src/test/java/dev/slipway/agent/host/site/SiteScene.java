package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Sighting.SlotSeen;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.io.TempDir;

/** One application's place on one host, and the releases that a {@link SiteContract} puts there. */
public abstract class SiteScene {
  /** The slot that most acts are about. */
  protected static final Slot CURRENT = new Slot(Slot.CURRENT, OptionalInt.empty());

  /** The slot beside it. */
  protected static final Slot BLUE = new Slot("blue", OptionalInt.empty());

  /** The version of the release that does not start. */
  protected static final String BROKEN = "broken";

  static final Epoch EPOCH = new Epoch("store-a", 3);
  static final Epoch OLDER = new Epoch("store-a", 2);
  static final Epoch NEWER = new Epoch("store-a", 4);
  static final Epoch OTHER = new Epoch("store-b", 9);
  static final Duration SECONDS = Duration.ofSeconds(5);

  private static final Duration SECOND = Duration.ofSeconds(1);

  /** A directory for the files of the test. */
  @TempDir protected Path files;

  /** Returns where the sites under test come from. */
  protected abstract Sites sites();

  /** Returns the machine that the place is on. */
  protected abstract Machine machine();

  /**
   * Somebody sets the slot's link, by hand, to something that Slipway has not put there and that
   * does not run; returns where it points.
   */
  protected abstract String linkedByHand(Slot slot);

  /** Returns how the place's host is reached. */
  protected Reach reach() {
    return Reach.LOCAL;
  }

  /** Returns the place under test, which is the same in every test. */
  protected final Place place() {
    var role =
        new Role(
            "web",
            List.of(CURRENT, BLUE),
            new Health.Running(
                new Health.Timing(SECOND, SECOND, 1, Duration.ZERO, Duration.ofSeconds(9))),
            new DrainPolicy(SECOND, DrainPolicy.OnTimeout.PROCEED),
            SECONDS);
    var path = files.resolve("srv/shop").toString();
    var application = new Application("shop", path, Optional.empty(), List.of(role), 2);
    var host = new Host("web1", "127.0.0.1", Optional.empty(), reach(), Map.of("HOST_ONLY", "yes"));
    return new Place(
        application, role, List.of(role), host, Map.of("environment", "test"), Become.NONE);
  }

  protected final Site site() {
    return site(EPOCH);
  }

  final Site site(Epoch epoch) {
    return sites().open(machine(), place(), epoch);
  }

  protected final Release release(String version) {
    return release(version, Map.of("GREETING", "hello"));
  }

  final Release release(String version, Map<String, String> variables) {
    var program = version.equals(BROKEN) ? "bin/nothing" : "bin/run";
    return new Release(
        "shop",
        version,
        artifact(version).content(),
        variables,
        Map.of("web", new Service.Detached(List.of(program))),
        List.of("log"),
        List.of());
  }

  protected final Artifact artifact(String version) {
    return new Archives()
        .script("bin/run", "#!/bin/sh\nexec sleep 1000\n")
        .file("version", version)
        .artifact(files.resolve("agent"));
  }

  /** The artifact, whose files are sent in another way. */
  static Artifact sent(Artifact artifact, Input files) {
    return new Artifact() {
      @Override
      public Digest content() {
        return artifact.content();
      }

      @Override
      public String manifest() {
        return artifact.manifest();
      }

      @Override
      public long unpackedBytes() {
        return artifact.unpackedBytes();
      }

      @Override
      public void writeTar(OutputStream out) throws IOException {
        files.writeTo(out);
      }
    };
  }

  final Set<String> directories(String... versions) {
    return Arrays.stream(versions)
        .map(version -> release(version).directory())
        .collect(Collectors.toSet());
  }

  final void stage(String version) {
    assertDone(site().stage(release(version), artifact(version)));
  }

  /** Stages, activates and starts a release. */
  final void deploy(String version) {
    stage(version);
    assertDone(site().activate(CURRENT, release(version)));
    assertDone(site().start(CURRENT, release(version)));
  }

  final Sighting.Seen seen() {
    return seen(EPOCH);
  }

  final Sighting.Seen seen(Epoch by) {
    return switch (site(by).look()) {
      case Sighting.Seen seen -> seen;
      case Sighting.Unreachable(var reason) -> throw new AssertionError(reason);
      case Sighting.IdentityRefused(var reason) -> throw new AssertionError(reason);
    };
  }

  final SlotSeen current() {
    return slot(CURRENT);
  }

  final SlotSeen slot(Slot slot) {
    return Optional.ofNullable(seen().slots().get(slot.name())).orElseThrow();
  }

  final ProcessSighting.Running running() {
    return switch (current().process()) {
      case ProcessSighting.Running running -> running;
      case ProcessSighting other -> throw new AssertionError(other.toString());
    };
  }

  /** Returns every act that an agent may want, each for a version. */
  final List<Function<String, Act>> everyAct(Epoch epoch) {
    var site = site(epoch);
    return List.of(
        version -> site.stage(release(version), artifact(version)),
        _ -> site.stage(release("2"), artifact("2")),
        version -> site.activate(BLUE, release(version)),
        _ -> site.relink(CURRENT, "/"),
        _ -> site.clear(CURRENT),
        version -> site.start(CURRENT, release(version)),
        version -> site.stop(CURRENT, release(version), SECONDS),
        _ -> site.prune(Set.of(), 0));
  }

  /** The artifact of a version, whose files cannot be sent. */
  final Artifact unreadable(String version) {
    return sent(
        artifact(version),
        _ -> {
          throw new IOException("the files of " + version + " cannot be read");
        });
  }
}
