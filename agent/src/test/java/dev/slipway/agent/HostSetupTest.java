package dev.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Starts.HostRequest;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: everything that an environment places on a host is in the host's script, and nothing else.
 * Method: the example repository, read as {@code slipway bootstrap} reads it.
 */
final class HostSetupTest {
  private static final Path EXAMPLES = Path.of("..", "examples-repo");

  private final StringWriter out = new StringWriter();
  private final StringWriter errors = new StringWriter();

  @ParameterizedTest
  @ValueSource(strings = {"web01", "job02.prod.example.com", "lb1"})
  void everyKindOfHostHasAScriptThatShellcheckLikes(String host, @TempDir Path directory)
      throws IOException {
    assertThat(run(EXAMPLES, "production", host)).as(errors.toString()).isEqualTo(ExitCode.OK);

    var file = Files.writeString(directory.resolve("script.sh"), out.toString());
    Program.of(Server.SHELLCHECK.require(), "--shell=sh", "--severity=style", file).output();
  }

  @Test
  void aHostGetsTheUnitsOfItsOwnApplicationsOnly() {
    run(EXAMPLES, "production", "web01");
    String web = out.toString();
    out.getBuffer().setLength(0);
    run(EXAMPLES, "production", "job01");

    assertThat(web)
        .contains("for the environment production: api, blog, forum, handbook.", "/srv/api")
        .contains("unit forum-web.service", "reload -- php8.2-fpm.service")
        .doesNotContain("stop -- php8.2-fpm.service", "forum-worker", "socket_user deploy");
    assertThat(out.toString())
        .contains("for the environment production: forum.", "unit forum-digest.timer")
        .doesNotContain("/srv/api", "forum-web");
  }

  @Test
  void onlyWhereCommandsOfAReleaseRunMayTheLoginActAsItsOwner() {
    run(EXAMPLES, "production", "web01");
    assertThat(out.toString())
        .contains("/srv/api/.slipway/units/api@blue.service /etc/systemd/system/api@blue.service")
        .contains("/usr/bin/rm -f -- /etc/systemd/system/api@green.service", "daemon-reload")
        .doesNotContain("  unit api@", "/etc/systemd/system/forum")
        .contains("deploy ALL=(api:api) NOPASSWD: ALL", "deploy ALL=(forum:forum) NOPASSWD: ALL")
        .doesNotContain("ALL=(www-data:www-data)");
    out.getBuffer().setLength(0);

    run(EXAMPLES, "production", "job01");

    assertThat(out.toString()).doesNotContain("ALL=(forum:forum)");
  }

  @Test
  void aBalancersHostGetsItsSocket() {
    run(EXAMPLES, "production", "lb2");

    assertThat(out.toString())
        .contains("socket_user deploy /run/haproxy/admin.sock")
        .contains("install -d -o deploy -g deploy -- /run/haproxy/admin.sock.slipway")
        .doesNotContain("systemctl --no-ask-password restart");
  }

  @Test
  void aHostThatIsNotThereIsAnsweredWithThoseThatAre() {
    assertThat(run(EXAMPLES, "production", "web99")).isEqualTo(ExitCode.INVALID);

    assertThat(errors.toString()).contains("web99", "web01", "job01", "lb1");
  }

  @Test
  void theAgentsOwnMachineIsNotPrepared() {
    assertThat(run(EXAMPLES, "demo", "web1")).isEqualTo(ExitCode.INVALID);

    assertThat(errors.toString()).contains("the agent's own machine");
  }

  @Test
  void whatIsWrongInTheRepositoryIsSaidAndNothingIsPrinted(@TempDir Path directory) {
    assertThat(run(directory, "production", "web01")).isEqualTo(ExitCode.INVALID);
    assertThat(run(directory.resolve("gone"), "production", "web01")).isEqualTo(ExitCode.INVALID);

    assertThat(out.toString()).isEmpty();
    assertThat(errors.toString()).contains("places nothing", "is no directory");
  }

  @Test
  void aKeyThatCannotBeReadIsNamed() {
    var request =
        new HostRequest(
            EXAMPLES,
            "production",
            "web01",
            Optional.of(Path.of("/nowhere/agent.pub")),
            List.of(),
            Optional.empty());

    assertThat(run(request)).isEqualTo(ExitCode.INVALID);
    assertThat(errors.toString()).contains("/nowhere/agent.pub");
  }

  private int run(Path repository, String environment, String host) {
    return run(
        new HostRequest(
            repository, environment, host, Optional.empty(), List.of(), Optional.empty()));
  }

  private int run(HostRequest request) {
    return new Programs()
        .bootstrap(request, new PrintWriter(out, true), new PrintWriter(errors, true));
  }
}
