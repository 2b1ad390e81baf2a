package dev.slipway.agent.manifest.reading;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Receiver.Kind;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.source.Tree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what the pages on secrets and notices show can be copied. Method: their files are read as
 * an agent reads them, and their commands are run.
 */
class HandbookTest {
  private static final Handbook SECRETS = Handbook.page("secrets.md");
  private static final Handbook NOTIFY = Handbook.page("notify.md");

  @Test
  void theFilesOfThePagesAreOneConfiguration() {
    Deployment shop = deployment(files());

    assertThat(shop.release().source())
        .isInstanceOfSatisfying(
            ArtifactSource.Url.class,
            url -> assertThat(url.secret()).contains(new SecretName("production", "nexus")));
    assertThat(shop.receivers())
        .containsExactly(
            new Receiver(
                Kind.SLACK,
                new SecretName("production", "slack-url"),
                Set.of(Occasion.ROLLED_BACK, Occasion.ABORTED, Occasion.NEEDS_HELP)),
            new Receiver(
                Kind.WEBHOOK,
                new SecretName("production", "deploys-url"),
                Set.of(Occasion.values())));
  }

  @Test
  void theAgentsFileOfTheReadmeIsRight() throws IOException {
    String readme = Files.readString(Path.of("..", "README.md")).replaceAll("(?m)^   ", "");

    List<String> files = new Handbook(readme).blocks("yaml");

    assertThat(files).hasSize(1);
    assertThat(AgentFile.parse(files.getFirst().getBytes(UTF_8), Path.of("agent.yaml"), Map.of()))
        .isInstanceOf(Parsed.Valid.class);
  }

  @Test
  void withoutOnItIsWhatThePageSays() {
    var files = files();
    var environment = NOTIFY.file("environments/production.yaml");
    var receivers =
        deployment(
                files.with(
                    "environments/production.yaml", environment.replaceAll(", on: \\[.*\\]", "")))
            .receivers();

    assertThat(receivers)
        .extracting(Receiver::on)
        .hasSize(2)
        .containsOnly(Set.of(Occasion.ROLLED_BACK, Occasion.ABORTED, Occasion.NEEDS_HELP));
    assertThat(NOTIFY.text())
        .contains("Without `on` it is `rolledBack`, `aborted` and `needsHelp`.");
  }

  @Test
  void everyEventIsInTheTable() {
    for (Occasion occasion : Occasion.values()) {
      assertThat(NOTIFY.text()).contains("\n| `%s` | ".formatted(occasion.text()));
    }
  }

  @Test
  void theCommandsMakeASecretThatIsRead(@TempDir Path directory) throws IOException {
    Files.writeString(directory.resolve("nexus.new"), "ada:hunter2\n");

    assertThat(SECRETS.commands()).hasSize(2);
    for (String command : SECRETS.commands()) {
      Program.of("sh", "-c", command.replace("/etc/slipway", directory + "/etc"))
          .in(directory)
          .output();
    }

    var secrets = new Secrets(directory.resolve("etc/secrets"), Optional.empty());
    assertThat(secrets.read(new SecretName("production", "nexus")))
        .isInstanceOfSatisfying(
            Secrets.Read.Found.class,
            found -> assertThat(found.secret().value()).isEqualTo("ada:hunter2"));
  }

  private static MapTree files() {
    return MapTree.of(
        Map.of(
            "slipway.yaml",
            """
            apiVersion: slipway.dev/v1alpha1
            kind: Project
            metadata: {name: handbook}
            spec:
              branches: [{match: main, environment: production, strategy: rolling}]
            """,
            "apps/shop.yaml",
            SECRETS.file("apps/shop.yaml"),
            "environments/production.yaml",
            NOTIFY.file("environments/production.yaml")));
  }

  private static Deployment deployment(Tree tree) {
    List<Wanted> wanted = Shop.wanted(config(), "config", tree, Map.of("main", tree), Set.of());
    return wanted.getFirst() instanceof Wanted.Deploy(var deployment, var _, var _, var _)
        ? deployment
        : org.assertj.core.api.Assertions.fail(wanted.toString());
  }

  private static AgentConfig config() {
    byte[] text = SECRETS.file("agent.yaml").getBytes(UTF_8);
    return switch (AgentFile.parse(text, Path.of("/etc/slipway/agent.yaml"), Map.of())) {
      case Parsed.Valid<AgentConfig>(var config) -> config;
      case Parsed.Invalid<AgentConfig>(var problems) -> throw new AssertionError(problems);
    };
  }
}
