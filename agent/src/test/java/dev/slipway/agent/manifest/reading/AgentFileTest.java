package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.AgentConfig.Local;
import dev.slipway.agent.manifest.AgentConfig.Rewind;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.metrics.Program;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the agent's own file says what the agent may do, and what it leaves out is safe. Method:
 * small files, read from where they would lie.
 */
class AgentFileTest {
  private static final Path ETC = Path.of("/etc/slipway/agent.yaml");

  @Test
  void whatIsLeftOutIsSafe() {
    AgentConfig config = valid(Shop.agent("ssh://git@git.example.com/shop.git"), ETC, Map.of());
    AgentConfig.Repository shop = config.repositories().getFirst();
    assertThat(shop.trunk()).isEqualTo("main");
    assertThat(shop.interval()).isEqualTo(Duration.ofMinutes(1));
    assertThat(shop.rewind()).isEqualTo(Rewind.STOP);
    assertThat(shop.remote().knownHosts()).contains(Path.of("/etc/slipway/known_hosts"));
    assertThat(shop.remote().privateKey()).isEmpty();
    Bound production = config.environments().getFirst();
    assertThat(production.local()).isEqualTo(Local.REFUSED);
    assertThat(production.deployPaths()).isEqualTo(Bound.DEPLOY_PATHS);
    assertThat(config.listen()).startsWith("127.0.0.1:");
    assertThat(config.stateDirectory()).isEqualTo(Path.of("/var/lib/slipway"));
  }

  @Test
  void aSecretIsAKeyForSshAndATokenForHttp() {
    var ssh = remote("ssh://git@git.example.com/shop.git");
    assertThat(ssh.remote().privateKey()).contains(Path.of("/etc/slipway/secrets/git"));
    assertThat(ssh.remote().token()).isEmpty();
    var https = remote("https://git.example.com/shop.git");
    assertThat(https.remote().privateKey()).isEmpty();
    assertThat(https.remote().knownHosts()).isEmpty();
    assertThat(https.remote().token()).contains(Path.of("/etc/slipway/secrets/git"));
  }

  @Test
  void aSecretMayBeACredentialOfSystemd(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("production.key"), "private");
    AgentConfig config =
        valid(
            Shop.agent("https://git.example.com/shop.git"),
            directory.resolve("agent.yaml"),
            Map.of("CREDENTIALS_DIRECTORY", directory.toString()));
    assertThat(config.secrets().file("production", "key"))
        .isEqualTo(directory.resolve("production.key"));
    assertThat(config.secrets().file("production", "other"))
        .isEqualTo(directory.resolve("secrets/production/other"));
  }

  @Test
  void environmentsBelongToARepositoryThatIsThere() {
    String text =
        Shop.agent("https://git.example.com/x").replace("repository: shop", "repository: s");
    assertThat(AgentFile.parse(bytes(text), ETC, Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("/etc/slipway/agent.yaml:7:38", "there is no repository 's'"));
  }

  @Test
  void twoEnvironmentsHaveTwoNames() {
    String text = Shop.agent("https://git.example.com/x");
    text += "    - {name: production, repository: shop, refs: [main], hosts: [web]}\n";
    assertThat(AgentFile.parse(bytes(text), ETC, Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("two environments are called 'production'"));
  }

  @Test
  void aProgramIsNamedWithItsPathAndEverythingElseIsUsual() {
    AgentConfig config =
        valid(
            commands(
                "{name: rate, run: [/usr/bin/rate, --a, 'b c']}, "
                    + "{name: ok, run: [/bin/ok], timeout: 1m, reads: status}"),
            ETC,
            Map.of());

    assertThat(config.commands(new Target("shop", "production", "web")))
        .containsExactly(
            new Program(
                "rate",
                List.of("/usr/bin/rate", "--a", "b c"),
                Duration.ofSeconds(10),
                Program.Reads.OUTPUT),
            new Program("ok", List.of("/bin/ok"), Duration.ofMinutes(1), Program.Reads.STATUS));
    assertThat(config.commands(new Target("shop", "production.topic", "web"))).hasSize(2);
    assertThat(config.commands(new Target("shop", "staging", "web"))).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "{name: a, run: [rate]} | 'rate' is no path of a program",
        "{name: a, run: [/bin/a=b]} | '/bin/a=b' is no path of a program",
        "{name: a, run: [/bin/a], timeout: 61s} | would wait for so long",
        "{name: a, run: [/bin/a], timeout: 0s} | 'timeout' is zero",
        "{name: a, run: /bin/a -x} | run",
        "{name: a} | run",
        "{name: a, run: [/bin/a], shell: true} | shell",
        "{name: a, run: [/bin/a]}, {name: a, run: [/bin/b]} | two commands are called 'a'"
      })
  void aProgramThatCannotBeRunIsTold(String commands, String fact) {
    assertThat(AgentFile.parse(bytes(commands(commands)), ETC, Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("/etc/slipway/agent.yaml:7:", fact));
  }

  private static String commands(String commands) {
    return Shop.agent("ssh://git@git.example.com/x")
        .replace("repository: shop", "repository: shop, commands: [%s]".formatted(commands));
  }

  @Test
  void knownHostsLieBesideTheFile() {
    String text =
        Shop.agent("ssh://git@git.example.com/x").replace("x\"}", "x\", knownHosts: ../x}");
    assertThat(AgentFile.parse(bytes(text), ETC, Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("'../x' is not a plain file name"));
  }

  private static AgentConfig.Repository remote(String url) {
    String text = Shop.agent(url).replace("git\"}", "git\", secretRef: {name: git}}");
    return valid(text, ETC, Map.of()).repositories().getFirst();
  }

  private static AgentConfig valid(String text, Path path, Map<String, String> variables) {
    Parsed<AgentConfig> parsed = AgentFile.parse(bytes(text), path, variables);
    return parsed instanceof Parsed.Valid<AgentConfig>(var config)
        ? config
        : fail(parsed.toString());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
