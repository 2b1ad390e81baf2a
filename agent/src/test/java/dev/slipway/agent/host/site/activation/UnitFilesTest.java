package dev.slipway.agent.host.site.activation;

import static dev.slipway.agent.host.site.activation.UnitHost.assertDone;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.artifact.ConfigFile;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.site.activation.UnitHost.App;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Service.OnActivate;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the file of a unit comes and goes with the release that brings it, and nobody else's file
 * is touched. Method: one machine with systemd; releases that differ in the file alone.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class UnitFilesTest {
  private static final String INSTALLED = "/etc/systemd/system/";

  private final Path directory;
  private final UnitHost host;

  UnitFilesTest(@TempDir Path directory) {
    this.directory = directory;
    this.host = new UnitHost(directory);
  }

  @AfterAll
  void removeHost() {
    host.close();
  }

  @AfterEach
  void removeUnits() {
    host.run(
        "systemctl stop 'web*' 'report*'; rm -rf %1$sweb* %1$sreport* /srv/*; systemctl daemon-reload"
            .formatted(INSTALLED));
  }

  private App web(String unit, String... files) {
    var service = new Service.Systemd(unit, OnActivate.RESTART, List.of(files));
    return host.app("web", service, OptionalInt.empty());
  }

  private static String unit(String description) {
    return """
    [Unit]
    Description=%s
    [Service]
    ExecStart=/srv/web/current/bin/run
    """
        .formatted(description);
  }

  private Artifact release(ConfigFile... files) {
    return new Archives()
        .script("bin/run", "#!/bin/sh\nexec sleep 1000\n")
        .artifact(directory.resolve("agent"), files);
  }

  private static ConfigFile file(String name, String text) {
    return new ConfigFile(ConfigFile.UNITS + name, "644", text);
  }

  private Act activate(App app, Artifact artifact) {
    Release release = app.release("1", artifact);
    assertDone(app.site().stage(release, artifact));
    return app.site().activate(app.slot(), release);
  }

  private List<String> installed() {
    return host.run("ls " + INSTALLED).lines().filter(name -> name.startsWith("web")).toList();
  }

  @Test
  void eachReleaseRunsByItsOwnFileAlsoOnTheWayBack() {
    App web = web("web.service", "web.service");
    Artifact first = release(file("web.service", unit("the first")));
    Artifact second = release(file("web.service", unit("the second")));

    Stream.of(first, second, first)
        .forEach(artifact -> {
          web.deploy("1", artifact);

          assertThat(web.origin()).isEqualTo(Origin.RECORDED);
          assertThat(host.shown("web", "Description"))
              .isEqualTo(artifact.equals(first) ? "the first" : "the second");
          assertThat(host.shown("web", "NeedDaemonReload")).isEqualTo("no");
        });
    assertThat(host.run("stat -c '%U:%G %a' " + INSTALLED + "web.service"))
        .isEqualTo("root:root 644\n");
  }

  @Test
  void itGoesWithTheLinkAndWithTheFirstReleaseThatBringsNone() {
    Artifact artifact = release(file("web.service", unit("one")));
    App web = web("web.service", "web.service");
    web.deploy("1", artifact);
    assertDone(web.site().stop(web.slot(), web.release("1", artifact), UnitHost.SECONDS));
    assertDone(web.site().clear(web.slot()));
    assertThat(installed()).isEmpty();
    assertThat(host.shown("web", "LoadState")).isEqualTo("not-found");

    web.deploy("1", artifact);
    assertThat(installed()).containsExactly("web.service");
    assertDone(activate(web("web.service"), release()));

    assertThat(installed()).isEmpty();
  }

  @Test
  void aTemplateIsInstalledForTheSlotThatItRunsIn() {
    App web = web("web@one.service", "web@.service");

    web.deploy("1", release(file("web@.service", unit("slot %i"))));

    assertThat(installed()).containsExactly("web@one.service");
    assertThat(host.shown("web@one", "Description")).isEqualTo("slot one");
  }

  @Test
  void aTimerBringsWhatItStarts() {
    var service =
        new Service.Systemd(
            "report.timer", OnActivate.RESTART, List.of("report.timer", "report.service"));
    App report = host.app("report", service, OptionalInt.empty());

    report.deploy(
        "1",
        release(
            file("report.timer", "[Timer]\nOnActiveSec=1h\n"),
            file("report.service", "[Service]\nType=oneshot\nExecStart=/bin/true\n")));

    assertThat(host.shown("report.timer", "ActiveState")).isEqualTo("active");
    assertThat(host.shown("report.service", "LoadState")).isEqualTo("loaded");
  }

  @Test
  void aFileOfOthersIsLeftAloneUnlessItIsTheSame() {
    App web = web("web.service", "web.service");
    host.install(INSTALLED + "web.service", unit("of others"));

    Act refused = activate(web, release(file("web.service", unit("ours"))));

    assertThat(refused).isInstanceOf(Act.Refused.class);
    assertThat(refused.toString()).contains("web.service is there and is not Slipway's");
    assertThat(host.run("cat " + INSTALLED + "web.service")).isEqualTo(unit("of others"));
    assertThat(host.run("ls /srv/web")).doesNotContain("current");
    web.deploy("1", release(file("web.service", unit("of others"))));
    web.deploy("1", release(file("web.service", unit("ours"))));
    assertThat(host.shown("web", "Description")).isEqualTo("ours");
  }

  @Test
  void whatAHookMadeOfItIsNotInstalled() {
    App web = web("web.service", "web.service");
    Artifact artifact = release(file("web.service", unit("ours")));
    assertDone(web.site().stage(web.release("1", artifact), artifact));
    host.run("for file in /srv/web/releases/*/.slipway/units/*; do echo evil >$file; done");

    Act refused = activate(web, artifact);

    assertThat(refused).isInstanceOf(Act.Refused.class);
    assertThat(refused.toString()).contains("web.service of the release is not the one that was");
    assertThat(installed()).isEmpty();
  }

  @Test
  void whatWasCutOffBeforeSystemdReadItIsReadLater() {
    App web = web("web.service", "web.service");
    Artifact artifact = release(file("web.service", unit("later")));
    web.deploy("1", release(file("web.service", unit("before"))));
    // As if the power had gone right after the file was written.
    host.run(
        "printf '%%s' '%s' | tee /srv/web/.slipway/units/web.service >%sweb.service;"
                .formatted(unit("later"), INSTALLED)
            + " touch /srv/web/.slipway/units-changed");
    assertThat(host.shown("web", "NeedDaemonReload")).isEqualTo("yes");

    web.deploy("1", artifact);

    assertThat(host.shown("web", "Description")).isEqualTo("later");
    assertThat(host.shown("web", "NeedDaemonReload")).isEqualTo("no");
  }
}
