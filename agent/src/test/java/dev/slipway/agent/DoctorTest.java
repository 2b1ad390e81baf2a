package dev.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.reading.AgentFile;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the doctor finds what would stop a rollout, and says how to mend it.
 *
 * <p>Method: a real repository and this machine as the host, sound first, then with one thing wrong
 * at a time.
 */
final class DoctorTest {
  private static final String PROJECT =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Project
      metadata: {name: test}
      spec:
        branches: [{match: main, environment: test}]
      """;

  private final Path directory;
  private final GitServerFixture git;
  private final StringWriter out = new StringWriter();

  DoctorTest(@TempDir Path directory) {
    this.directory = directory;
    this.git = GitServerFixture.in(directory.resolve("git"));
  }

  @BeforeEach
  void makeTheStateDirectory() throws IOException {
    Files.createDirectories(directory.resolve("state"));
  }

  private void push(String project, String balancers, String reference) {
    var checkout = git.cloned();
    checkout.write("slipway.yaml", project);
    checkout.write(
        "environments/test.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Environment
        metadata: {name: test}
        spec:
          hosts: [{name: here, address: 127.0.0.1, groups: [web], local: true}]
          balancers: [%s]
          applications: [{name: page, group: web, balancers: [%s]}]
        """
            .formatted(balancers, reference));
    checkout.write("releases/page/index.html", "hello");
    checkout.write(
        "apps/page.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Application
        metadata: {name: page}
        spec:
          release: {version: "1", source: {path: releases/page}}
          deployPath: "%s/srv"
          service: none
          port: 8080
        """
            .formatted(directory));
    checkout.commitAndPush("Describe it");
  }

  private AgentConfig config(String url) {
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Agent
        spec:
          repositories: [{name: config, url: "%s", trunk: main}]
          environments:
            - {name: test, repository: config, refs: [main], hosts: ["127.*"], local: true, deployPaths: ["%s"]}
          secrets: {directory: "%s"}
          stateDirectory: "%s"
        """
            .formatted(url, directory, directory.resolve("secrets"), directory.resolve("state"));
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return switch (AgentFile.parse(bytes, directory.resolve("agent.yaml"), Map.of())) {
      case Parsed.Valid<AgentConfig>(var config) -> config;
      case Parsed.Invalid<AgentConfig>(var problems) ->
          throw new AssertionError(problems.toString());
    };
  }

  private int examine(String url) {
    return new Doctor(config(url), new PrintWriter(out, true)).examine();
  }

  private void assertToMend(String... words) {
    assertThat(examine(git.fileUrl())).as(out.toString()).isEqualTo(ExitCode.FAILED);
    assertThat(out.toString().lines().filter(line -> line.startsWith("MEND")))
        .as(out.toString())
        .singleElement()
        .asString()
        .contains(words);
    assertThat(out.toString()).endsWith("1 to mend\n");
  }

  @Test
  void whereAllIsWellNothingIsToMend() {
    push(PROJECT, "", "");

    assertThat(examine(git.fileUrl())).as(out.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("repository config answers", "config/test/page on", "0 to mend")
        .doesNotContain("MEND");
    assertThat(directory.resolve("srv")).doesNotExist();
  }

  @Test
  void aShutWindowIsSaidAndNothingIsToMend() throws IOException {
    push(PROJECT, "", "");
    var checkout = git.cloned();
    String file = "environments/test.yaml";
    checkout.write(
        file,
        Files.readString(checkout.directory().resolve(file))
            + "  syncWindows: [{kind: deny, schedule: \"0 0 * * *\", duration: 25h}]\n");
    checkout.commitAndPush("Freeze");

    assertThat(examine(git.fileUrl())).as(out.toString()).isEqualTo(ExitCode.OK);
    assertThat(out.toString())
        .contains("ok    config/test/page: a rollout waits for the window", "deny '0 0 * * *'");
  }

  @Test
  void aStateDirectoryThatIsNotThereIsNamed() throws IOException {
    push(PROJECT, "", "");
    Files.delete(directory.resolve("state"));

    assertToMend(directory.resolve("state").toString(), "give it to the agent's user");
  }

  @Test
  void aSecretThatEverybodyCanReadIsNamedWithItsCure() throws IOException {
    push(PROJECT, "", "");
    Path secret = Files.createDirectories(directory.resolve("secrets/test")).resolve("key");
    Files.writeString(secret, "secret");
    Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-r--r--"));

    assertToMend("chmod 0600 " + secret);
  }

  @Test
  void aRepositoryThatDoesNotAnswerIsNamed() {
    int nobody = Loopback.freePort();

    assertThat(examine("http://127.0.0.1:%d/config.git".formatted(nobody)))
        .isEqualTo(ExitCode.FAILED);
    assertThat(out.toString()).contains("MEND", ":" + nobody, "check address");
  }

  @Test
  void aRepositoryWithoutItsTrunkIsNamed() {
    git.git("branch", "-m", "main", "elsewhere");

    assertToMend("has no branch 'main'", "push it");
  }

  @Test
  void aBrokenSharedFileIsNamedWithItsLine() {
    push(PROJECT.replace("kind: Project", "kind: Progect"), "", "");

    assertToMend("slipway.yaml:2:");
  }

  @Test
  void linesThatAConfigurationLacksArePrintedAsTheyAreToBeAdded() {
    try (var haproxy = HaproxyFixture.in(directory.resolve("haproxy"))) {
      haproxy.backend("page", "server elsewhere 127.0.0.1:9").start();
      push(
          PROJECT,
          "{name: front, haproxy: {socket: \"%s\"}}".formatted(haproxy.socket()),
          "{name: front}");

      assertToMend("balancer front", "its configuration lacks lines");
      assertThat(out.toString().lines().map(String::strip))
          .containsSubsequence(
              "global",
              "server-state-base %s.slipway/state".formatted(haproxy.socket()),
              "backend page",
              "load-server-state-from-file local",
              "server here 127.0.0.1:8080 check disabled");
    }
  }

  @Test
  void aBalancerThatDoesNotAnswerIsNamed() {
    push(
        PROJECT,
        "{name: front, haproxy: {socket: \"%s/no.sock\"}}".formatted(directory),
        "{name: front}");

    assertToMend("balancer front", "let the agent's user use its socket");
  }
}
