package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a static site without any port goes from one release to the next by its link alone.
 *
 * <p>Method: two hosts, blue-green behind {@code symlink}, and a release that a later commit takes
 * back, as the files show it.
 */
@Timeout(300)
class StaticSiteTest {
  private static final String ENVIRONMENT = "environments/test.yaml";

  private static World site(Path directory) throws IOException {
    World world =
        new World(directory, 2, "127.0.245").strategy("blueGreen: {scaleDownDelay: 1s}").describe();
    String link = "{name: live, symlink: {link: \"%s/{{host.name}}/live\"}}".formatted(world.srv());
    String written = Files.readString(world.checkout().directory().resolve(ENVIRONMENT));
    world
        .checkout()
        .write(
            ENVIRONMENT,
            written
                .replaceFirst("(?m)^  balancers: .*$", "  balancers: [" + link + "]")
                .replaceFirst(
                    "group: web, balancers: \\[[^]]*]", "group: web, balancers: [{name: live}]"));
    return world;
  }

  private static RolloutStatus release(World world, String version) {
    return world.ended(
        world
            .checkout()
            .write("releases/site-%s/index.html".formatted(version), version)
            .write(
                "apps/shop.yaml",
                """
                apiVersion: slipway.dev/v1alpha1
                kind: Application
                metadata: {name: shop}
                spec:
                  release: {version: "%s", source: {path: "releases/site-{{version}}"}}
                  deployPath: "%s/{{host.name}}"
                  service: none
                  slots: [{name: blue}, {name: green}]
                  drain: {timeout: 1s}
                """
                    .formatted(version, world.srv()))
            .commitAndPush("Publish " + version));
  }

  private static void assertServed(World world, String slot, String version) throws IOException {
    world.awaitPhase(Phase.HEALTHY);
    for (String host : new String[] {"web1", "web2"}) {
      Path link = world.srv().resolve(host).resolve("live");
      assertThat(Files.readSymbolicLink(link)).isEqualTo(link.resolveSibling(slot));
      assertThat(link.resolve("index.html")).hasContent(version);
    }
  }

  @Test
  void aSiteWithoutPortsGoesBlueGreenByItsLinkAndBack(@TempDir Path directory) throws IOException {
    try (World world = site(directory)) {
      world.start();

      assertThat(release(world, "two").ending()).isEqualTo(Optional.of("succeeded"));
      String slot =
          Files.readSymbolicLink(world.srv().resolve("web1/live")).getFileName().toString();
      assertServed(world, slot, "two");

      assertThat(release(world, "three").ending()).isEqualTo(Optional.of("succeeded"));
      String other = slot.equals("blue") ? "green" : "blue";
      assertServed(world, other, "three");

      assertThat(release(world, "two").ending()).isEqualTo(Optional.of("succeeded"));
      assertServed(world, slot, "two");
    }
  }
}
