package dev.slipway.agent.e2e.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.e2e.world.Helm;
import dev.slipway.agent.status.InstanceStatus;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the applications of the example repository (a Java service with two slots; web, worker and
 * timer in Ruby with a database; PHP behind php-fpm; static files) are deployed, replaced, kept
 * from a release that is broken, and taken back, and nothing of what people sent is lost.
 *
 * <p>Method: a real agent deploys the repository as it stands to machines that were prepared with
 * its own files and with what {@code slipway bootstrap} prints, while people read and write.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@Timeout(900)
final class FourApplicationsTest {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final String PROCESSES =
      "systemctl show -P InvocationID -P MainPID php8.2-fpm nginx";
  private static final String UNITS =
      "systemctl is-active forum-digest.timer forum-digest.service || true";

  /** A digest cannot be written before the file is there. */
  private static final String LOCK =
      """
      cd /
      { echo 'BEGIN; LOCK TABLE digests;'
        until [ -e /tmp/go ]; do sleep 0.1; done
        echo 'COMMIT;'; } | runuser -u postgres -- psql -q forum >/tmp/lock 2>&1 &
      sleep 1
      """;

  private static final Map<String, Integer> INSTANCES =
      Map.of("api", 2, "forum", 4, "blog", 2, "handbook", 2);

  private final Estate estate;

  FourApplicationsTest(@TempDir Path directory) {
    estate = Estate.boot(directory);
  }

  @AfterAll
  void removeHosts() {
    estate.close();
  }

  @Test
  void areDeployedReplacedAndTakenBackAndNothingIsLost(@TempDir Path directory) throws IOException {
    var git = GitServerFixture.in(directory.resolve("git"));
    var repository = new ExampleRepository(git.cloned()).hosts(estate.hosts());
    estate.bootstrap(repository);
    estate.assertOnlyHaproxyIsOpen();
    estate.letIn(directory);
    String shared = processes();
    String first = repository.push("Describe production");
    String bounds =
        "{name: production, repository: config, refs: [main], hosts: [\"127.*\"],"
            + " unitFiles: [\"api@*.service\"]}";
    try (var helm = Helm.start(directory, git.fileUrl(), bounds)) {
      assertAll(helm, first, "1.0.0", "succeeded");
      assertThat(helm.doctor())
          .contains("ok    host web01 has all", "ok    host lb1 has all")
          .doesNotContain("MEND");

      try (var visitors = Visitors.of(estate)) {
        String next = replaced(helm, repository);
        assertThat(estate.run("web01", slots())).isEqualTo("inactive\nactive\n");

        String broken = repository.pushBroken("1.1.0", "1.2.0");
        assertAll(helm, broken, "1.1.0", "rolled back");
        assertReasons(helm);
        assertAll(helm, repository.revert(broken, next), "1.0.0", "succeeded");

        assertThat(visitors.page("forum")).contains("Forum of production", "Served by web0");
        assertThat(visitors.page("handbook")).contains("Edition 1.0.0");
        assertThat(visitors.page("blog")).contains("The first entry");
        assertThat(estate.run("web01", "ls /srv/blog/shared/cache"))
            .isEqualTo("page-1.0.0.html\npage-1.1.0.html\n");
        assertJobsAreDoneOnce(visitors.leave());
      }
    }
    assertThat(estate.ask("SELECT name FROM migrations ORDER BY name"))
        .containsExactly("001_posts", "002_author");
    assertThat(processes()).isEqualTo(shared);
  }

  /** Rolls the next release out while a run that the timer began goes on; it is awaited. */
  private String replaced(Helm helm, ExampleRepository repository) {
    estate.run("job01", LOCK);
    estate.run("job01", "systemctl start --no-block forum-digest.service");
    String commit = repository.pushNext("1.0.0", "1.1.0");
    await("the timer to be stopped")
        .atMost(PATIENCE)
        .until(() -> estate.run("job01", UNITS).equals("inactive\nactivating\n"));
    estate.run("job01", "touch /tmp/go");
    assertAll(helm, commit, "1.1.0", "succeeded");
    estate.run("job01", "systemctl start forum-digest.service");
    assertThat(estate.ask("SELECT release FROM digests ORDER BY id"))
        .containsExactly("1.0.0", "1.1.0");
    return commit;
  }

  private static String slots() {
    return "systemctl is-active api@blue api@green || true";
  }

  private String processes() {
    return Estate.WEB.stream().map(host -> estate.run(host, PROCESSES)).toList().toString();
  }

  /** Each post's mail was sent once, and no job is left half done by a worker that was replaced. */
  private void assertJobsAreDoneOnce(int posts) {
    await("the last mails")
        .atMost(PATIENCE)
        .until(() -> estate.ask("SELECT count(*) FROM mails").equals(List.of("" + posts)));
    assertThat(estate.ask("SELECT count(DISTINCT post_id) FROM mails")).containsExactly("" + posts);
    assertThat(estate.ask("SELECT count(*) FROM jobs WHERE done_by = begun_by"))
        .containsExactly("" + posts);
    assertThat(estate.ask("SELECT DISTINCT done_by FROM jobs ORDER BY 1"))
        .containsExactly("1.0.0", "1.1.0");
  }

  private static void assertReasons(Helm helm) {
    assertThat(last(helm, "api").reason()).contains("answers 500");
    assertThat(last(helm, "forum").log()).contains("no mail server can be reached");
    assertThat(last(helm, "blog").reason()).contains("answers 500");
    assertThat(last(helm, "handbook").reason()).contains("answers 403");
  }

  private static RolloutStatus last(Helm helm, String application) {
    return helm.status(application).rollout().orElseThrow();
  }

  /** The rollouts of a commit ended so, and this release runs everywhere. */
  private static void assertAll(Helm helm, String commit, String version, String ending) {
    for (String application : ExampleRepository.APPLICATIONS) {
      RolloutStatus rollout = helm.ended(application, commit, PATIENCE);
      assertThat(rollout.ending()).as(application + ": " + rollout).contains(ending);
    }
    for (Map.Entry<String, Integer> expected : INSTANCES.entrySet()) {
      await(expected.getKey() + " everywhere in " + version)
          .atMost(PATIENCE)
          .untilAsserted(() ->
              assertThat(helm.status(expected.getKey()).instances())
                  .filteredOn(one -> one.health().equals("healthy"))
                  .extracting(InstanceStatus::release)
                  .hasSize(expected.getValue())
                  .allMatch(release -> release.startsWith(version + "@")));
    }
  }
}
