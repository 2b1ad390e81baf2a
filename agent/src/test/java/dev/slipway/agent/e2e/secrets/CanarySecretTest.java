package dev.slipway.agent.e2e.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.Nexus;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.e2e.world.World;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a secret is found nowhere but in its own file, whatever happened with it.
 *
 * <p>Method: one word unlike any other logs in to Git and to where releases come from, and is part
 * of the address of a webhook. After a deploy, a broken release, a login that is refused by a
 * server that repeats it, and a rollback, it is looked for in every byte that was left anywhere.
 */
class CanarySecretTest {
  private static final String WORD = "canary-Xq7tR2mZ9vKd-sings";
  private static final String LOGIN = "ada:" + WORD;
  private static final Canary CANARY = Canary.ofLogin("ada", WORD);

  @TempDir Path directory;

  @Test
  void aSecretIsFoundNowhereButInItsFile() throws IOException {
    var secrets = new SecretFiles(directory).put("git-token", LOGIN + "\n");
    secrets.put("test/nexus", LOGIN + "\n");
    try (var nexus = new Nexus(directory.resolve("nexus"), LOGIN);
        var world =
            new World(directory, 2, "127.0.73")
                .overHttp("ada", WORD, "git-token")
                .receivers(Story.RECEIVERS)
                .describe()) {
      secrets.put("test/slack-url", nexus.url("/hooks/" + WORD));
      var story = new Story(world, nexus);
      try (var agent = AgentProcess.start(world)) {
        story.begin();
        story.goOn();
        assertThat(CANARY.foundIn(story.told())).isEmpty();
        assertThat(CANARY.foundInProcesses()).isEmpty();
        assertThat(agent.log()).contains("401");
      }
      assertThat(CANARY.foundIn(story.everyObject())).isEmpty();
    }
    assertThat(CANARY.foundInFiles(directory)).containsExactly("git-token", "nexus", "slack-url");
  }
}
