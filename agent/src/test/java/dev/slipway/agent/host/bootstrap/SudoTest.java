package dev.slipway.agent.host.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
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
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: sudo is used for what bootstrap names, and a line that lacks is named word for word.
 *
 * <p>Method: a machine with systemd, sshd and sudo, prepared by the script; then one line or one
 * setting of sudo is another, and acts are asked for over SSH.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class SudoTest {
  private static final Slot CURRENT = new Slot(Slot.CURRENT, OptionalInt.empty());
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final String UNIT =
      """
      [Service]
      User=shop
      EnvironmentFile=/srv/shop/env/current.env
      ExecStart=/srv/shop/current/bin/run
      ExecReload=/bin/true
      TimeoutStopSec=60s
      """;

  private final DockerHosts hosts;
  private final Machines machines;
  private final Artifact artifact;

  SudoTest(@TempDir Path directory) {
    this.hosts = DockerHosts.boot(directory, List.of("web1"), 1);
    this.machines = Machines.open(Optional.of(settings()));
    this.artifact =
        new Archives()
            .script("bin/run", "#!/bin/sh\ntrap '' TERM\nsleep 1000\nsleep 1000\n")
            .artifact(directory.resolve("agent"));
  }

  @BeforeEach
  void prepare() {
    run("cat >/etc/systemd/system/shop.service <<'END'\n" + UNIT + "END\nsystemctl daemon-reload");
    run("rm -rf /etc/sudoers.d/slipway* /etc/sudoers.d/z-* /srv/shop");
    bootstrap(systemd());
  }

  @AfterEach
  void stopAll() {
    run("systemctl kill -s KILL shop 2>/dev/null; pkill -KILL -u shop; true");
  }

  @AfterAll
  void removeHosts() {
    machines.close();
    hosts.close();
  }

  @Test
  void aUnitIsStartedStoppedAndReadWithNothingButTheLines() {
    deploy(systemd());
    run("test -d /srv/shop/shared/public/uploads && test -f /srv/shop/shared/config/master.key");
    assertThat(run("stat -c '%U:%G %a' /srv/shop/env/current.env")).isEqualTo("pilot:shop 640\n");

    // It ignores the request to end, so it has to be killed.
    assertDone(site().stop(CURRENT, systemd(), Duration.ofSeconds(2)));

    assertThat(process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(site().log(CURRENT, systemd())).contains("shop.service");
  }

  @Test
  void aLineForTheRestartThatLacksIsNamedAsBootstrapPrintsIt() {
    assertNamed(" restart ", site -> site.start(CURRENT, systemd()));
  }

  @Test
  void aLineForTheStopThatLacksIsNamedAsBootstrapPrintsIt() {
    deploy(systemd());
    assertNamed(" stop ", site -> site.stop(CURRENT, systemd(), SECONDS));
  }

  @Test
  void aUnitThatIsReloadedIsStartedAndReloadedWithNothingButTheLines() {
    var reloaded = release(new Service.Systemd("shop.service", Service.OnActivate.RELOAD));
    run("systemctl stop shop; rm /etc/sudoers.d/slipway*");
    bootstrap(reloaded);
    assertThat(Bootstrap.sudoers(needs(reloaded)).toString())
        .contains(" reload -- shop.service")
        .doesNotContain(" restart ", " stop ", " kill ");
    deploy(reloaded);
    run("sed -i '/ reload /d' /etc/sudoers.d/slipway*; rm /srv/shop/.slipway/slots/current.run");

    var act = site().start(CURRENT, reloaded);

    assertThat(act).isInstanceOf(Act.Refused.class);
    assertThat(act.toString())
        .contains(
            Bootstrap.sudoers(needs(reloaded)).stream()
                .filter(line -> line.contains(" reload "))
                .toList());
  }

  @Test
  void aTerminalThatSudoWantsElsewhereIsNotWantedOfTheOneWhoDeploys() {
    run("printf 'Defaults requiretty\\nDefaults lecture=always\\n' >/etc/sudoers.d/a-strict");
    try {
      deploy(systemd());
      run("sed -i /requiretty/d /etc/sudoers.d/slipway*");

      var act = site().start(CURRENT, restarted());

      assertThat(act).isInstanceOf(Act.Refused.class);
      assertThat(act.toString()).contains("you must have a tty", "Defaults:pilot !requiretty");
    } finally {
      run("rm /etc/sudoers.d/a-strict");
    }
  }

  @Test
  void aSharedDirectoryThatBootstrapHasNotMadeIsAskedForByName() {
    var wider =
        new Release(
            "shop",
            "2",
            artifact.content(),
            Map.of(),
            systemd().services(),
            List.of("log", "cache"),
            List.of());

    var act = site().stage(wider, artifact);

    assertThat(act).isInstanceOf(Act.Refused.class);
    assertThat(act.toString()).contains("shared/cache", "slipway bootstrap");
  }

  @Test
  void aProcessRunsAsTheOwnerByALineForThatUserAlone() {
    var detached = release(new Service.Detached(List.of("bin/run")));
    bootstrap(detached);
    deploy(detached);
    assertThat(run("pgrep -u shop -f 'sleep 1000' | wc -l")).isEqualTo("1\n");

    assertDone(site().stop(CURRENT, detached, Duration.ofSeconds(1)));

    assertThat(run("pgrep -u shop || true")).isEmpty();
    assertThat(process()).isInstanceOf(ProcessSighting.Stopped.class);
  }

  private void assertNamed(String word, Function<Site, Act> wanted) {
    assertDone(site().stage(systemd(), artifact));
    assertDone(site().activate(CURRENT, systemd()));
    run("sed -i '/" + word + "/d' /etc/sudoers.d/slipway*");
    var line =
        Bootstrap.sudoers(needs(systemd())).stream().filter(one -> one.contains(word)).toList();

    var act = wanted.apply(site());

    assertThat(act).isInstanceOf(Act.Refused.class);
    assertThat(act.toString()).contains(line).contains("slipway bootstrap");
  }

  private void deploy(Release release) {
    assertDone(site().stage(release, artifact));
    assertDone(site().activate(CURRENT, release));
    assertDone(site().start(CURRENT, release));
    assertThat(process()).isInstanceOf(ProcessSighting.Running.class);
  }

  private void bootstrap(Release release) {
    var access = new Access(Optional.of(SshKeys.publicLine(hosts.userKey())), List.of());
    var script = Bootstrap.of(needs(release), access).text();
    assertThat(run("sh -s <<'BOOTSTRAP'\n" + script + "BOOTSTRAP\n")).endsWith(" 0 lacking\n");
  }

  private HostNeeds needs(Release release) {
    return new HostNeeds(
        "test",
        host(),
        Optional.of(settings()),
        List.of(PlaceNeeds.of(place(), release)),
        List.of());
  }

  private Release systemd() {
    return release(new Service.Systemd("shop.service"));
  }

  /** The same service in another release, so that it has to be started again. */
  private Release restarted() {
    run("rm -f /srv/shop/.slipway/slots/current.run");
    return systemd();
  }

  private Release release(Service service) {
    return new Release(
        "shop",
        "1",
        artifact.content(),
        Map.of(),
        Map.of("web", service),
        List.of("log", "public/uploads"),
        List.of("config/master.key"));
  }

  private SshSettings settings() {
    return new SshSettings(
        "pilot",
        hosts.sshPort(),
        Optional.empty(),
        hosts.knownHosts(),
        hosts.userKey(),
        SshSettings.Become.SUDO,
        SECONDS);
  }

  private Host host() {
    return new Host("web1", hosts.host("web1").address(), Optional.empty(), Reach.SSH, Map.of());
  }

  private Place place() {
    var timing = new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, SECONDS);
    var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
    var role = new Role("web", List.of(CURRENT), new Health.Running(timing), drain, SECONDS);
    var owner = Optional.of(new Owner("shop", "shop"));
    var application = new Application("shop", "/srv/shop", owner, List.of(role), 5);
    return new Place(application, role, List.of(role), host(), Map.of(), SshSettings.Become.SUDO);
  }

  private Site site() {
    return Sites.scripted().open(machines.machine(host()), place(), new Epoch("store-a", 1));
  }

  private ProcessSighting process() {
    return switch (site().look()) {
      case Sighting.Seen seen ->
          Optional.ofNullable(seen.slots().get(Slot.CURRENT)).orElseThrow().process();
      case Sighting.Unreachable(var reason) -> throw new AssertionError(reason);
      case Sighting.IdentityRefused(var reason) -> throw new AssertionError(reason);
    };
  }

  private static void assertDone(Act act) {
    assertThat(act).isInstanceOf(Act.Done.class);
  }

  private String run(String script) {
    var ended = hosts.host("web1").run(script);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }
}
