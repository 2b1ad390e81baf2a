package dev.slipway.agent.host.login;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.Archives;
import dev.slipway.agent.artifact.Artifact;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a deployment works with whatever login people have, or says what is in its way.
 *
 * <p>Method: a machine with a real sshd and one account for each oddity; through each a release is
 * staged, started and stopped as over any other.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class LoginsTest {
  private static final Slot CURRENT = new Slot(Slot.CURRENT, OptionalInt.empty());
  private static final Duration SECONDS = Duration.ofSeconds(20);

  private final DockerHosts hosts;
  private final Path directory;

  LoginsTest(@TempDir Path directory) {
    this.directory = directory;
    this.hosts = DockerHosts.boot(directory, List.of("web1"), 1, "SYS_ADMIN");
  }

  @BeforeAll
  void keepKeysAwayFromHomes() {
    run(
        "echo 'AuthorizedKeysFile /etc/ssh/keys/%u' >/etc/ssh/sshd_config.d/keys.conf;"
            + " mkdir /etc/ssh/keys; systemctl reload ssh");
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          plain     | /bin/bash     | true
          noisy     | /bin/bash     | printf 'echo Welcome; echo Warning >&2; printf half' >.bashrc
          asking    | /bin/bash     | printf 'echo "Who are you?"; read name; read again' >.bashrc
          strict    | /bin/bash     | echo umask 0077 >.bashrc
          lax       | /bin/bash     | echo umask 0002 >.bashrc
          fishy     | /usr/bin/fish | mkdir -p .config/fish; echo 'echo blub; umask 0077' >.config/fish/config.fish
          csh       | /bin/tcsh     | printf 'echo Welcome\\nset answer = $<\\numask 077\\n' >.cshrc
          homeless  | /bin/sh       | rm -r "$PWD"
          frozen    | /bin/bash     | chmod 555 .
          short     | /bin/bash     | echo PATH=/usr/bin:/bin >.bashrc
          alpine    | /bin/bash     | ln -s /usr/bin/flock /opt/busybox/; echo PATH=/opt/busybox >.bashrc
          deutsch   | /bin/bash     | echo export LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 LANGUAGE=de >.bashrc
          """)
  void fault50AReleaseIsDeployedThroughALoginThatIs(String user, String shell, String setup) {
    account(user, shell, setup);
    try (var machines = machines(user)) {
      var site = site(machines, user);
      var artifact = artifact(user);
      var release = release(artifact, new Service.Detached(List.of("bin/run")));

      assertDone(site.stage(release, artifact));
      assertDone(site.activate(CURRENT, release));
      assertDone(site.start(CURRENT, release));
      assertThat(process(site)).isInstanceOf(ProcessSighting.Running.class);
      assertThat(modes(user)).isEqualTo("755 555 644 755 640 ");
      assertDone(site.stop(CURRENT, release, SECONDS));
      assertThat(process(site)).isInstanceOf(ProcessSighting.Stopped.class);
      assertThat(run("pgrep -u " + user + " sleep || true")).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          nologin | /usr/sbin/nologin | This account is currently not available
          caged   | /bin/rbash        | restricted
          nobody1 | /bin/false        | starts no /bin/sh
          """)
  void fault50AShellThatStartsNothingIsNamed(String user, String shell, String words) {
    account(user, shell, "true");
    try (var machines = machines(user)) {
      var artifact = artifact(user);
      var release = release(artifact, new Service.None());

      var act = site(machines, user).stage(release, artifact);

      assertThat(act).isInstanceOf(Act.Unreachable.class);
      assertThat(act.toString()).contains("the login shell of " + user + "@", words);
    }
  }

  @Test
  void whereNoProgramMayRunTheErrorSaysSoAndFilesAreServedAllTheSame() {
    account("mounted", "/bin/bash", "mount -t tmpfs -o noexec,mode=1777 tmpfs /srv/mounted");
    try (var machines = machines("mounted")) {
      var site = site(machines, "mounted");
      var artifact = artifact("mounted");
      var release = release(artifact, new Service.Detached(List.of("bin/run")));
      assertDone(site.stage(release, artifact));
      assertDone(site.activate(CURRENT, release));

      var act = site.start(CURRENT, release);

      assertThat(act).isInstanceOf(Act.Failed.class);
      assertThat(act.toString()).contains("mounted noexec", "/srv/mounted/shop");
      var files = release(artifact, new Service.None());
      assertDone(site.stage(files, artifact));
      assertDone(site.activate(CURRENT, files));
      assertDone(site.start(CURRENT, files));
    }
  }

  @Test
  void aReleaseGetsTheContextOfItsPlaceBeforeItIsUsed() {
    account("labelled", "/bin/bash", "true");
    run(
        "printf '#!/bin/sh\\nls -d \"$3/bin\" && echo \"$@\" >>/srv/labelled/restored\\n'"
            + " >/usr/local/bin/restorecon; chmod 755 /usr/local/bin/restorecon");
    try (var machines = machines("labelled")) {
      var artifact = artifact("labelled");
      var release = release(artifact, new Service.None());

      assertDone(site(machines, "labelled").stage(release, artifact));

      assertThat(run("cat /srv/labelled/restored"))
          .isEqualTo("-R -- /srv/labelled/shop/releases/%s\n".formatted(release.directory()));
    } finally {
      run("rm /usr/local/bin/restorecon");
    }
  }

  /** What a login's own umask must not change. */
  private String modes(String user) {
    return run(
        """
        cd /srv/%s/shop
        for path in .slipway releases/* .slipway/manifests/* env env/current.env; do
          printf '%%s ' "$(stat -c %%a "$path")"
        done
        """
            .formatted(user));
  }

  private void account(String user, String shell, String setup) {
    run(
        """
        useradd --create-home --shell %s --password '*' %s
        install -d -o %s /srv/%s
        cp /home/deploy/.ssh/authorized_keys /etc/ssh/keys/%s
        cd /home/%s && : >.bashrc && { %s; }
        chown -Rh %s . 2>/dev/null || true
        """
            .formatted(shell, user, user, user, user, user, setup, user));
  }

  private Machines machines(String user) {
    return Machines.open(
        Optional.of(
            new SshSettings(
                user,
                hosts.sshPort(),
                Optional.empty(),
                hosts.knownHosts(),
                hosts.userKey(),
                SshSettings.Become.NONE,
                SECONDS)));
  }

  private Site site(Machines machines, String user) {
    var address = hosts.host("web1").address();
    var host = new Host("web1", address, Optional.empty(), Reach.SSH, Map.of());
    var timing = new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, SECONDS);
    var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
    var role = new Role("web", List.of(CURRENT), new Health.Running(timing), drain, SECONDS);
    var path = "/srv/%s/shop".formatted(user);
    var application = new Application("shop", path, Optional.empty(), List.of(role), 5);
    var place =
        new Place(application, role, List.of(role), host, Map.of(), SshSettings.Become.NONE);
    return Sites.scripted().open(machines.machine(host), place, new Epoch("store-a", 1));
  }

  private Artifact artifact(String user) {
    return new Archives()
        .script("bin/run", "#!/bin/sh\nexec sleep 1000\n")
        .file("version", user)
        .artifact(directory.resolve("agent"));
  }

  private static Release release(Artifact artifact, Service service) {
    return new Release(
        "shop",
        "1",
        artifact.content(),
        Map.of(),
        Map.of("web", service),
        List.of("log"),
        List.of());
  }

  private static ProcessSighting process(Site site) {
    return switch (site.look()) {
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
