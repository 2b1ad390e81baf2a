package dev.slipway.agent.e2e.sync;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A world in which the shop runs, as it is before somebody changes it or takes something out. */
final class Deployed {
  static final Behaviour SOUND = new Behaviour.Sound();
  static final Duration PATIENCE = Duration.ofMinutes(2);
  static final String ENVIRONMENT = "environments/test.yaml";

  private Deployed() {}

  static HaproxyFixture haproxy(Path directory) {
    return HaproxyFixture.in(directory.resolve("haproxy"));
  }

  /** Makes a world of local hosts behind HAProxy, in which nothing runs yet. */
  static World behind(HaproxyFixture haproxy, Path directory, int hosts, String network) {
    var world = new World(directory, hosts, network);
    return world.behind(Front.haproxy(haproxy, world.addresses(), world.appPort()));
  }

  /** Releases the shop in an environment with more in its file, and waits until all is well. */
  static World with(String more, World world) {
    return released(world.environment(more).describe().start());
  }

  static World released(World world) {
    assertThat(world.release("1", SOUND).ending()).isEqualTo(Optional.of("succeeded"));
    world.awaitPhase(Phase.HEALTHY);
    return world;
  }

  static String text(World world, String file) throws IOException {
    return Files.readString(world.checkout().directory().resolve(file));
  }
}
