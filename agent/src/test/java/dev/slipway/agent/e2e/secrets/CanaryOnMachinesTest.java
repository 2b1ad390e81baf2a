package dev.slipway.agent.e2e.secrets;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.AgentProcess;
import dev.slipway.agent.e2e.world.FrontedFleet;
import dev.slipway.agent.e2e.world.Nexus;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.e2e.world.World;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: of all that machines keep and run, a secret of the application is only in its file and its
 * process, and what the agent logs in with is nowhere.
 *
 * <p>Method: the story of {@link CanarySecretTest} on two machines behind HAProxy, under load, with
 * a word that only the application gets and the agent's key as further secrets. Then every file,
 * the journal with what sshd and sudo wrote, and the arguments and variables of every process are
 * searched, on each machine as on the agent's. The same search finds words that were put there.
 */
@Timeout(300)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class CanaryOnMachinesTest {
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String WORD = "canary-Lw3nB8xT5cHj-sings";
  private static final String LOGIN = "ada:" + WORD;
  private static final String TOKEN = "canary-Pz6dF1yV4gMs-whistles";
  private static final Canary OF_THE_AGENT = Canary.ofLogin("ada", WORD);
  private static final Canary OF_THE_APPLICATION = Canary.of(TOKEN);
  private static final Canary BOTH = OF_THE_AGENT.and(OF_THE_APPLICATION);

  private final DockerHosts hosts;
  private final FrontedFleet fleet;

  CanaryOnMachinesTest(@TempDir Path directory) {
    // Without it not even root may see the variables of another user's process in a container.
    hosts = DockerHosts.boot(directory, List.of("web1", "web2", "lb1"), 1, "SYS_PTRACE");
    fleet = FrontedFleet.on(hosts);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @Test
  void aSecretIsFoundOnNoMachineButInItsFileAndItsProcess(
      @TempDir Path directory, @TempDir Path words) throws IOException {
    try (var nexus = new Nexus(directory.resolve("nexus"), LOGIN);
        var world = world(directory, nexus);
        var arguments = CommandLines.watch(BOTH)) {
      var story = new Story(world, nexus);
      try (var agent = AgentProcess.start(world)) {
        story.begin();
        try (var load = world.load(Duration.ofMillis(20))) {
          story.goOn();
          assertFoundWhereTheyBelong(words);
          assertNothingLost(load);
        }
        assertThat(BOTH.foundIn(story.told())).isEmpty();
        assertThat(BOTH.foundIn(agent.log())).isEmpty();
        arguments.assertNothingFound();
      }
      assertThat(BOTH.foundIn(story.everyObject())).isEmpty();
    }
    assertThat(BOTH.foundInFiles(directory))
        .containsExactly("TOKEN", "git-token", "nexus", "slack-url");
  }

  private World world(Path directory, Nexus nexus) {
    new SecretFiles(directory)
        .put("git-token", LOGIN + "\n")
        .put("test/nexus", LOGIN + "\n")
        .put("test/slack-url", nexus.url("/hooks/" + WORD))
        .put("test/TOKEN", TOKEN + "\n");
    var origin = Origin.byFile(directory.resolve("git"));
    return new World(directory, fleet.letIn(directory), origin)
        .behind(fleet.front())
        .overHttp("ada", WORD, "git-token")
        .receivers(Story.RECEIVERS)
        .secrets("[TOKEN]")
        .describe();
  }

  private void assertFoundWhereTheyBelong(Path directory) throws IOException {
    Canary key = new Canary(List.of(privatePart(hosts.userKey())));
    for (DockerHost host : fleet.members()) {
      assertThat(new Search(host, directory).places(OF_THE_APPLICATION))
          .as(host.name())
          .containsExactly("/srv/shop/env/current.env", "environ of shop.service");
      assertThat(new Search(host, directory).places(OF_THE_AGENT.and(key))).isEmpty();
    }
    assertThat(new Search(hosts.host("lb1"), directory).places(BOTH.and(key))).isEmpty();
    assertThat(OF_THE_AGENT.foundInProcesses()).isEmpty();
    assertThat(OF_THE_APPLICATION.foundInProcesses())
        .filteredOn(file -> !isOfTheApplication(file))
        .isEmpty();
  }

  /** In the fifth line of OpenSSH's format the secret half of an Ed25519 key begins. */
  private static String privatePart(Path key) throws IOException {
    return Files.readAllLines(key).get(4);
  }

  /** What runs in a container is a process of this machine too. */
  private static boolean isOfTheApplication(Path file) {
    return file.endsWith("environ")
        && Canary.text(file.resolveSibling("cgroup")).contains("/shop.service\n");
  }

  private static void assertNothingLost(LoadClient load) {
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + 100);
    LoadReport report = load.stop();
    assertThat(report.lost()).as(report.render()).isZero();
    assertThat(report.sent()).isGreaterThan(1_000);
    assertThat(report.byVersion()).as(report.render()).containsOnlyKeys("1", "3");
  }

  @Test
  void theSearchFindsWhatIsThere(@TempDir Path directory) throws IOException {
    DockerHost host = hosts.host("web1");
    var ended =
        host.run(
            """
            echo decoy-a >/tmp/a; echo decoy-b >/var/tmp/b; echo decoy-c >/run/c
            sudo -u deploy sudo -n true decoy-d
            systemd-run --quiet --unit=arguments sh -c 'sleep 60; true decoy-e'
            systemd-run --quiet --unit=variables --uid=deploy --setenv=E=decoy-f sleep 60
            """);
    assertThat(ended.status()).as(ended.output()).isZero();
    try (var arguments = CommandLines.watch(Canary.of("decoy-e"))) {
      await().atMost(PATIENCE).until(() -> !arguments.found().isEmpty());
    }

    assertThat(found(host, directory, "decoy-a")).containsExactly("/tmp/a");
    assertThat(found(host, directory, "decoy-b")).containsExactly("/var/tmp/b");
    assertThat(found(host, directory, "decoy-c")).containsExactly("/run/c");
    assertThat(found(host, directory, "decoy-d")).contains("journal");
    assertThat(found(host, directory, "decoy-e")).contains("cmdline of arguments.service");
    assertThat(found(host, directory, "decoy-f")).contains("environ of variables.service");
    var path = Canary.of(requireNonNull(System.getenv("PATH")));
    assertThat(path.foundInProcesses()).isNotEmpty();
    host.run("systemctl stop arguments variables; rm /tmp/a /var/tmp/b /run/c");
  }

  private static List<String> found(DockerHost host, Path directory, String word)
      throws IOException {
    return new Search(host, directory).places(Canary.of(word));
  }
}
