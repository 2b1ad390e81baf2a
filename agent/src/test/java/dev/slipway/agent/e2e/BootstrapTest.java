package dev.slipway.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.BootstrappedFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what {@code slipway bootstrap} prints is enough for a rollout, and for nothing else.
 *
 * <p>Method: machines with systemd and sshd on which the deploying user does not exist; the printed
 * script is run on their console; then releases come, good and bad, and somebody who holds the
 * agent's key tries what it must not do.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class BootstrapTest {
  private static final Behaviour SOUND = new Behaviour.Sound();
  private static final Pattern ROW = Pattern.compile("\\| `([^`]+)` \\|.*");

  private final DockerHosts hosts;
  private final BootstrappedFleet fleet;

  BootstrapTest(@TempDir Path directory) {
    hosts = DockerHosts.boot(directory, List.of("web1", "web2"), 1);
    fleet = BootstrappedFleet.on(hosts);
  }

  @AfterAll
  void removeHosts() {
    hosts.close();
  }

  @Test
  void aRolloutNeedsNoMoreThanWhatIsPrintedAndTheKeyOpensNothingElse(@TempDir Path directory)
      throws IOException {
    try (var world = world(directory)) {
      for (var host : hosts.all()) {
        host.run("userdel --remove pilot; rm -f /etc/sudoers.d/slipway*");
        assertThat(run(host, printed(world, host)))
            .contains("changed: the user pilot", "lines for sudo", ", 0 lacking");
      }

      assertEnded(world.release("1", SOUND), "succeeded");
      assertEnded(world.release("2", SOUND), "succeeded");
      assertEnded(world.release("3", new Behaviour.WillNotStart()), "rolled back");
      world.assertEverywhere("2");
      assertEnded(world.release("4", SOUND), "succeeded");
      assertEnded(world.release("5", SOUND), "succeeded");
      assertEnded(world.release("6", SOUND), "succeeded");
      assertEnded(world.release("7", SOUND), "succeeded");
      assertNotMoreThanDocumented(hosts.host("web1"));
      assertOpensNothingElse(hosts.host("web1"));
    }
  }

  @Test
  void theSecondTimeNothingIsChanged(@TempDir Path directory) {
    try (var world = world(directory)) {
      var host = hosts.host("web1");
      run(host, printed(world, host));
      var before = state(host);

      assertThat(run(host, printed(world, host))).isEqualTo("0 changed, 0 lacking\n");

      assertThat(state(host)).isEqualTo(before);
      assertThat(run(host, printed(world, host).replace("main \"$@\"", "main --check")))
          .isEqualTo("0 to change, 0 lacking\n");
    }
  }

  @Test
  void aCheckSaysWhatWouldBeChangedAndChangesNothing(@TempDir Path directory) {
    try (var world = world(directory)) {
      var host = hosts.host("web2");
      run(hosts.host("web1"), printed(world, hosts.host("web1")));
      run(host, printed(world, host));
      run(host, "sed -i /reset-failed/d /etc/sudoers.d/slipway*; chmod 700 /srv/shop");
      var before = state(host);

      var said = host.run(check(printed(world, host)));

      assertThat(said.output())
          .contains("would change: the directory /srv/shop of pilot:pilot with mode 755")
          .contains("would change: /etc/sudoers.d/slipway-pilot-test, 5 lines for sudo")
          .endsWith("2 to change, 0 lacking\n");
      assertThat(state(host)).isEqualTo(before);
      world.stopAgent();
      world.checkout().commitAndPush("Describe it");
      assertThat(doctor(world))
          .contains("ok    host web1 has all that test needs")
          .contains("MEND  host web2: bootstrap would change: the directory /srv/shop")
          .contains(
              "would change: sudoers: pilot ALL=(root) NOPASSWD: /usr/bin/systemctl reset-failed")
          .contains("run slipway bootstrap web2 -e test");
      assertThat(run(host, printed(world, host))).endsWith("2 changed, 0 lacking\n");
    }
  }

  @Test
  void itIsAppliedOverSshBySomebodyWhoMayBecomeRoot(@TempDir Path directory) {
    try (var world = world(directory)) {
      var host = hosts.host("web2");
      run(host, "rm -f /etc/sudoers.d/slipway*");

      var first = apply(world);
      var second = apply(world);

      assertThat(first.status()).as(first.output()).isZero();
      assertThat(first.output()).contains("changed: /etc/sudoers.d/slipway-pilot-test");
      assertThat(second.output()).isEqualTo("web2: nothing to do\n");
    }
  }

  @Test
  void whatTheHostDecidesIsNotFollowedAsRoot(@TempDir Path directory) {
    try (var world = world(directory)) {
      var host = hosts.host("web2");
      run(host, printed(world, host));
      run(host, "rm -r /srv/shop/shared; ln -s /etc/ssh /srv/shop/shared");
      run(host, "chown -h pilot:pilot /srv/shop/shared");

      var said = host.run(printed(world, host));

      run(host, "rm /srv/shop/shared");
      assertThat(said.output()).contains("lacks: /srv/shop/shared is a link");
      assertThat(run(host, "stat -c %U:%a /etc/ssh")).isEqualTo("root:755\n");
    }
  }

  @Test
  void thePrintedScriptHasNothingThatShellcheckFinds(@TempDir Path directory) throws IOException {
    try (var world = world(directory)) {
      var file =
          Files.writeString(directory.resolve("script.sh"), printed(world, hosts.host("web1")));
      Program.of(Server.SHELLCHECK.require(), "--shell=sh", "--severity=style", file).output();
    }
  }

  private World world(Path directory) {
    fleet.letIn(directory);
    return new World(directory, fleet, Origin.overSsh(directory))
        .describe()
        .write("1", SOUND)
        .start();
  }

  private String printed(World world, DockerHost host) {
    return bootstrap(
            world,
            host,
            "--key",
            SshKeys.publicFile(hosts.userKey()).toString(),
            "--from",
            hosts.callers())
        .output();
  }

  private Program.Ended apply(World world) {
    return bootstrap(
        world,
        hosts.host("web2"),
        "--apply",
        "--as",
        hosts.user(),
        "--identity",
        hosts.userKey().toString(),
        "--known-hosts",
        hosts.knownHosts().toString());
  }

  private static Program.Ended bootstrap(World world, DockerHost host, String... options) {
    var words =
        new ArrayList<Object>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.slipway.agent.Main",
                "bootstrap",
                host.name(),
                "-e",
                "test",
                "-C",
                world.checkout().directory()));
    words.addAll(List.of(options));
    return Program.of(words.toArray()).run();
  }

  private static String doctor(World world) {
    return world.slipway("doctor").output();
  }

  private static String check(String script) {
    return script.replace("main \"$@\"", "main --check");
  }

  /** Everything that a bootstrap may touch: accounts, rights, and what lies below /srv. */
  private static String state(DockerHost host) {
    return run(
        host,
        "cat /etc/passwd /etc/group /etc/sudoers.d/* /home/pilot/.ssh/authorized_keys;"
            + " find /srv /home/pilot /etc/sudoers.d -printf '%p %u:%g %m %T@\\n' | sort");
  }

  private void assertOpensNothingElse(DockerHost host) {
    Stream.of(
            "sudo -n true",
            "sudo -n sh -c id",
            "sudo -n -i",
            "sudo -n systemctl stop ssh",
            "sudo -n systemctl --no-ask-password stop -- ssh",
            "sudo -n systemctl --no-ask-password stop -- shop.service ssh.service",
            "sudo -n systemctl --no-ask-password stop -- shop.service\\ ssh.service",
            "sudo -n systemctl --no-ask-password restart shop.service",
            "sudo -n systemctl edit shop.service",
            "sudo -n systemctl link /tmp/evil.service",
            "sudo -n systemctl daemon-reload",
            "sudo -n systemctl --root=/tmp --no-ask-password restart -- shop.service",
            "sudo -n journalctl -u shop.service",
            "sudo -n journalctl --no-pager -o cat -n 50 -u ssh.service",
            "sudo -n tee /etc/systemd/system/shop.service",
            "sudo -n -u root chown pilot /etc/shadow",
            "sudo -n -u shop true",
            "sudo -n -e /etc/shadow",
            "touch /etc/systemd/system/shop.service",
            "cat /etc/shadow")
        .forEach(attempt -> assertThat(ssh(host, attempt).status()).as(attempt).isNotZero());
    assertThat(ssh(host, "id -un").output()).isEqualTo("pilot\n");
    assertThat(run(host, "systemctl is-active ssh shop")).isEqualTo("active\nactive\n");
    assertThat(fleet.ssh(host, List.of("-tt"), "true").output()).contains("PTY allocation");
    assertThat(fleet.ssh(host, List.of("-W", "127.0.0.1:22"), "").output())
        .contains("administratively prohibited");
  }

  private Program.Ended ssh(DockerHost host, String script) {
    return fleet.ssh(host, List.of(), script);
  }

  /** The page names every file; {@code NAME} stands for what differs from one to the next. */
  private static void assertNotMoreThanDocumented(DockerHost host) throws IOException {
    List<Row> rows = documented();
    Collection<String> found =
        run(host, "cd /srv/shop; find . -mindepth 1 ! -path './releases/*/*' -printf '%P\\n'")
            .lines()
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(found)
        .allSatisfy(path -> assertThat(rows).as(path).anyMatch(row -> row.names(path)));
    assertThat(rows.stream().filter(row -> row.always()).toList())
        .allSatisfy(row -> assertThat(found).as(row.text()).anyMatch(row::names));
  }

  /** A line of the page's table. */
  private record Row(String path, String text) {
    boolean names(String found) {
      return found.matches(
          Stream.of(path.replaceAll("/$", "").split("[A-Z]+", -1))
              .map(Pattern::quote)
              .collect(Collectors.joining("[^/]+")));
    }

    boolean always() {
      return text.contains("| always |");
    }
  }

  private static List<Row> documented() throws IOException {
    try (var lines = Files.lines(Path.of("../docs/hosts.md"))) {
      return lines
          .map(line -> Optional.of(ROW.matcher(line)).filter(found -> found.matches()))
          .flatMap(Optional::stream)
          .map(found -> new Row(found.group(1), found.group()))
          .toList();
    }
  }

  private static void assertEnded(RolloutStatus rollout, String ending) {
    assertThat(rollout.ending()).as(rollout.toString()).isEqualTo(Optional.of(ending));
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output();
  }
}
