package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.failure;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: an application with commands of its own is started, seen and stopped through them. Method:
 * a daemon with a pid file, as old applications have.
 */
@ParameterizedClass
@EnumSource(
    value = Server.class,
    names = {"DASH", "BASH"})
class CommandsServiceTest {
  private static final String CONTROL =
      """
      #!/bin/sh
      # $2 is where the pid lies; an empty word and one with a blank come before.
      [ -z "$3" ] && [ "$4" = "a b" ] || exit 9
      case $1 in
        start) echo "started with $GREETING"; setsid sleep 1000 & echo $! >"$2" ;;
        stop) kill "$(cat "$2")"; rm "$2" ;;
        status) kill -0 "$(cat "$2")" ;;
      esac
      """;

  private final Path directory;
  private final Scene scene;
  private final Artifact artifact;
  private final Release release;

  CommandsServiceTest(Server shell, @TempDir Path directory) {
    this.directory = directory;
    this.scene = new Scene(shell, directory);
    this.artifact =
        new Archives().script("bin/control", CONTROL).artifact(directory.resolve("agent"));
    this.release = scene.release("1", artifact, commands());
  }

  private Service commands() {
    return new Service.Commands(control("start"), control("stop"), control("status"));
  }

  private List<String> control(String verb) {
    return List.of("bin/control", verb, directory.resolve("{{slot}}.pid").toString(), "", "a b");
  }

  @AfterEach
  void stop() {
    scene.site().stop(Scene.CURRENT, release, Scene.SECONDS);
  }

  @Test
  void itIsStartedOnceAndStoppedOnce() {
    scene.deploy(release, artifact);
    var mark = scene.running().mark();

    scene.deploy(release, artifact);

    assertThat(scene.running().mark()).isEqualTo(mark);
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));
    assertDone(scene.site().stop(Scene.CURRENT, release, Scene.SECONDS));
    assertThat(scene.current().process()).isInstanceOf(ProcessSighting.Stopped.class);
  }

  @Test
  void anotherReleaseIsAnotherProcess() throws IOException {
    scene.deploy(release, artifact);
    var pid = Files.readString(directory.resolve("current.pid"));
    var next = scene.release("2", artifact, commands());

    scene.deploy(next, artifact);

    assertThat(Files.readString(directory.resolve("current.pid"))).isNotEqualTo(pid);
  }

  @Test
  void whatRanBeforeTheLinkWasSetIsAFormerProcessThoughTheStatusCommandSaysYes() {
    scene.deploy(release, artifact);
    var next = scene.release("2", artifact, commands());
    assertDone(scene.site().stage(next, artifact));

    assertDone(scene.site().activate(Scene.CURRENT, next));

    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.FORMER);
    assertDone(scene.site().start(Scene.CURRENT, next));
    assertThat(scene.running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
  }

  @Test
  void aStartThatFailsTellsWhy() {
    var broken =
        scene.release(
            "3",
            artifact,
            new Service.Commands(
                List.of("sh", "-c", "echo no database >&2; exit 4"),
                List.of("true"),
                List.of("false")));
    assertDone(scene.site().stage(broken, artifact));
    assertDone(scene.site().activate(Scene.CURRENT, broken));

    var act = failure(scene.site().start(Scene.CURRENT, broken));

    assertThat(act.reason()).contains("status 4");
    assertThat(act.log()).contains("no database");
  }
}
