package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whatever a manifest may say reaches the host as it is and is never more than text. Method:
 * whole deployments by real shells, and a look at the process that came of them.
 */
class HostileValuesTest {
  private static final Map<String, String> VARIABLES =
      Map.of(
          "TEXT", "one\ntwo\n\nfour\n",
          "QUOTES", "it's \"so\" `here` ''",
          "PERCENT", "100% %s %n %%",
          "BACKSLASHES", "C:\\new\\\\x\\",
          "DOLLARS", "$HOME ${HOME} $(id) $$ $'\\n'",
          "BLANKS", "  a\t b \r",
          "LETTERS", "שלום \u202Eevil\u202C 🚀",
          "COMMENT", "#no; exit 1 & | > x",
          "EMPTY", "");

  private final Path directory;

  HostileValuesTest(@TempDir Path directory) {
    this.directory = directory;
  }

  private static List<String> environment(Scene scene) throws IOException {
    var pid = scene.running().mark().split("/", 3)[1];
    var text = Files.readString(Path.of("/proc", pid, "environ"), StandardCharsets.UTF_8);
    return List.of(text.split("\0", -1));
  }

  @ParameterizedTest
  @EnumSource(
      value = Server.class,
      names = {"DASH", "BASH", "BUSYBOX"})
  void variablesReachTheProcessLetterByLetter(Server shell) throws IOException {
    var scene = new Scene(shell, directory);
    var artifact = scene.artifact("1");
    var release =
        new Release(
            "shop",
            "1",
            artifact.content(),
            VARIABLES,
            Map.of("web", new Service.Detached(List.of("bin/run", "x"))),
            List.of(),
            List.of());
    try {
      scene.deploy(release, artifact);

      await()
          .untilAsserted(() ->
              assertThat(environment(scene))
                  .containsAll(
                      VARIABLES.entrySet().stream()
                          .map(each -> each.getKey() + "=" + each.getValue())
                          .toList()));
    } finally {
      scene.close();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a shop",
        "$(touch sentinel)",
        "`touch sentinel`",
        "; touch sentinel;",
        "it's \"here\"",
        "-rf",
        "*",
        "100%s\\n",
        "שלום 🚀"
      })
  void aPlaceIsOnlyItsName(String name) throws IOException {
    var base = directory.resolve("srv").resolve(name);
    var scene = new Scene(Shell.of(Server.DASH, directory), directory, base);
    var artifact = scene.artifact("1");
    var release = scene.release("1", artifact);
    try {
      scene.deploy(release, artifact);
      assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
      assertThat(scene.read("current/version")).isEqualTo("1");
      assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));
      assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);

      try (var places = Files.list(directory.resolve("srv"))) {
        assertThat(places).containsExactly(base);
      }
      assertThat(scene.list("current/")).doesNotContain("sentinel");
      assertThat(Path.of("sentinel")).doesNotExist();
    } finally {
      scene.close();
    }
  }
}
