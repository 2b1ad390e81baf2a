package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static dev.slipway.agent.host.site.Acts.failure;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a unit runs what its slot points at, and what is said of it is true. Method: a machine with
 * a real systemd, reached over SSH by a user who has to become root.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SystemdSiteTest {
  private static final Slot BLUE = new Slot("blue", OptionalInt.of(8001));
  private static final Duration SECONDS = Duration.ofSeconds(10);
  private static final String UNIT =
      """
      [Service]
      User=shop
      EnvironmentFile=/srv/shop/env/%i.env
      WorkingDirectory=/srv/shop/%i
      ExecStart=/srv/shop/%i/bin/run
      Restart=on-failure
      RestartSec=200ms
      TimeoutStopSec=60s
      KillMode=process
      """;

  private final DockerHosts hosts;
  private final Machines machines;
  private final Path directory;

  SystemdSiteTest(@TempDir Path directory) {
    this.directory = directory;
    this.hosts = DockerHosts.boot(directory, List.of("web1"), 1);
    this.machines = Machines.open(Optional.of(hosts.login()));
  }

  @BeforeAll
  void installUnit() {
    run("useradd --system shop");
    run("cat >/etc/systemd/system/shop@.service <<'END'\n" + UNIT + "END\nsystemctl daemon-reload");
  }

  @AfterAll
  void removeHosts() {
    machines.close();
    hosts.close();
  }

  @Test
  void aUnitRunsWhatItsSlotPointsAtAndIsRestartedForTheNext() {
    var one = artifact("echo \"one says $GREETING\"; exec sleep 1000");
    var first = release("1", one);
    deploy(first, one);
    var mark = running().mark();

    assertDone(site().start(BLUE, first));

    assertThat(running().mark()).isEqualTo(mark);
    assertThat(running().origin()).isEqualTo(ProcessSighting.Origin.RECORDED);
    assertThat(run("journalctl -o cat -u shop@blue")).contains("one says it's \"$5\" \\ here");
    var two = artifact("exec sleep 2000");
    var second = release("2", two);
    deploy(second, two);
    assertThat(running().mark()).isNotEqualTo(mark);
    assertThat(seen().occupant()).isEqualTo(new Occupant.Known(second.id()));
    assertThat(site().log(BLUE, second)).contains("one says");
    assertThat(run("pgrep -fa 'sleep [12]000' || true")).contains("2000").doesNotContain("1000");
    assertThat(run("stat -c %U:%G /srv/shop/shared/log")).isEqualTo("shop:shop\n");
    assertThat(run("stat -c %G /srv/shop/env/blue.env")).isEqualTo("shop\n");
  }

  @Test
  void fault47AUnitThatCrashesByItselfIsAnotherProcess() {
    var artifact = artifact("exec sleep 3000");
    deploy(release("3", artifact), artifact);
    var before = running();

    run("pkill -KILL -f 'sleep [3]000'");

    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> seen().process() instanceof ProcessSighting.Running now && now.restarts() > 0);
    assertThat(running().mark()).isNotEqualTo(before.mark());
    assertThat(running().origin()).isEqualTo(ProcessSighting.Origin.OTHER);
  }

  @Test
  void aUnitThatDoesNotStartFailsWithItsLog() {
    var artifact = artifact("echo no database; exit 3");
    var release = release("4", artifact);
    run("systemctl set-property --runtime shop@blue.service CPUWeight=100");
    assertDone(site().stage(release, artifact));
    assertDone(site().activate(BLUE, release));
    run(
        "mkdir -p /run/systemd/system/shop@blue.service.d; printf '[Service]\\nType=notify\\n' "
            + ">/run/systemd/system/shop@blue.service.d/type.conf; systemctl daemon-reload");

    var act = failure(site().start(BLUE, release));

    run("rm /run/systemd/system/shop@blue.service.d/type.conf; systemctl daemon-reload");
    assertThat(act.log()).contains("no database");
  }

  @Test
  void fault48WhatAUnitLeavesBehindIsKilled() {
    var artifact =
        artifact(
            "trap '' TERM; setsid sh -c \"trap '' TERM; sleep 4000\" & sleep 5000; sleep 5000");
    var release = release("5", artifact);
    deploy(release, artifact);

    assertDone(site().stop(BLUE, release, Duration.ofSeconds(2)));

    assertThat(seen().process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(run("pgrep -fa 'sleep [45]000' || true")).isEmpty();
  }

  private void deploy(Release release, Artifact artifact) {
    assertDone(site().stage(release, artifact));
    assertDone(site().activate(BLUE, release));
    assertDone(site().start(BLUE, release));
  }

  private Artifact artifact(String script) {
    return new Archives()
        .script("bin/run", "#!/bin/sh\n" + script + "\n")
        .artifact(directory.resolve("agent"));
  }

  private static Release release(String version, Artifact artifact) {
    return release(version, artifact.content());
  }

  private static Release release(String version, Digest content) {
    return new Release(
        "shop",
        version,
        content,
        Map.of("GREETING", "it's \"$5\" \\ here"),
        Map.of("web", new Service.Systemd("shop@{{slot}}.service")),
        List.of("log"),
        List.of());
  }

  private Site site() {
    var address = hosts.host("web1").address();
    var host = new Host("web1", address, Optional.empty(), Reach.SSH, Map.of());
    var timing = new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, SECONDS);
    var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
    var role = new Role("web", List.of(BLUE), new Health.Running(timing), drain, SECONDS);
    var owner = Optional.of(new Owner("shop", "shop"));
    var application = new Application("shop", "/srv/shop", owner, List.of(role), 5);
    var place =
        new Place(application, role, List.of(role), host, Map.of(), SshSettings.Become.SUDO);
    return Sites.scripted().open(machines.machine(host), place, new Epoch("store-a", 1));
  }

  private Sighting.SlotSeen seen() {
    return switch (site().look()) {
      case Sighting.Seen seen -> Optional.ofNullable(seen.slots().get("blue")).orElseThrow();
      case Sighting.Unreachable(var reason) -> throw new AssertionError(reason);
      case Sighting.IdentityRefused(var reason) -> throw new AssertionError(reason);
    };
  }

  private ProcessSighting.Running running() {
    return switch (seen().process()) {
      case ProcessSighting.Running running -> running;
      case ProcessSighting other -> throw new AssertionError(other.toString());
    };
  }

  private String run(String script) {
    DockerHost host = hosts.host("web1");
    var ended = host.run(script);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }
}
