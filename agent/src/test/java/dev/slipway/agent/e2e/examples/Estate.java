package dev.slipway.agent.e2e.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.e2e.world.SecretFiles;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * Two machines for the web, one for jobs that has the database too, and one with HAProxy, set up by
 * an administrator with what lies in {@code examples-repo/hosts}.
 */
final class Estate implements AutoCloseable {
  static final List<String> WEB = List.of("web01", "web02");
  private static final Duration SECONDS = Duration.ofSeconds(20);
  private static final String SECRET = "s3cret";

  private final DockerHosts hosts;

  private Estate(DockerHosts hosts) {
    this.hosts = hosts;
  }

  static Estate boot(Path directory) {
    var names = List.of("web01", "web02", "job01", "lb1");
    var hosts = DockerHosts.boot(directory, names, ExampleRepository.APPLICATIONS.size());
    var estate = new Estate(hosts);
    estate.database();
    WEB.forEach(estate::web);
    estate.install("job01", "systemd", "forum-*", "/etc/systemd/system");
    estate.run("job01", "systemctl daemon-reload");
    estate.balancer();
    return estate;
  }

  private void web(String host) {
    install(host, "systemd", "forum-web*", "/etc/systemd/system");
    install(host, "nginx", "*.conf", "/etc/nginx/conf.d");
    install(host, "php", "slipway.conf", "/etc/php/8.2/fpm/pool.d");
    run(
        host,
        "rm -f /etc/nginx/sites-enabled/default; systemctl daemon-reload;"
            + " systemctl start php8.2-fpm nginx");
  }

  private void database() {
    run(
        "job01",
        """
        cd /etc/postgresql/15/main
        echo "listen_addresses = '*'" >conf.d/bench.conf
        echo 'host forum forum all scram-sha-256' >>pg_hba.conf
        systemctl start postgresql@15-main
        cd /
        runuser -u postgres -- psql -q -c "CREATE ROLE forum LOGIN PASSWORD '%s'"
        runuser -u postgres -- createdb -O forum forum
        """
            .formatted(SECRET));
  }

  /** HAProxy's file as it stands, with the addresses and ports of these machines. */
  private void balancer() {
    String text = read(ExampleRepository.EXAMPLES.resolve("hosts/haproxy/haproxy.cfg"));
    for (int i = 0; i < hosts.appPorts().size(); i++) {
      text = text.replace("bind :800" + (i + 1), "bind :" + hosts.appPorts().get(i));
    }
    for (String host : WEB) {
      text = text.replace(host + ".prod.example.com", hosts.host(host).innerAddress());
    }
    text = text.replaceAll("  server .*example\\.com.*\n", "");
    run("lb1", "cat >/etc/haproxy/haproxy.cfg <<'END'\n" + text + "END\nsystemctl start haproxy");
  }

  private void install(String host, String kind, String glob, String directory) {
    Path source = ExampleRepository.EXAMPLES.resolve("hosts").resolve(kind);
    try (var files = Files.newDirectoryStream(source, glob)) {
      files.forEach(file ->
          hosts.host(host).copy(file.toAbsolutePath(), directory + "/" + file.getFileName()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes everything away from the user who deploys, and runs the printed script. */
  void bootstrap(ExampleRepository repository) {
    for (DockerHost host : hosts.all()) {
      run(host.name(), "rm /etc/sudoers.d/deploy /home/deploy/.ssh/authorized_keys");
      assertThat(run(host.name(), repository.bootstrap(host.name(), key(), hosts.callers())))
          .endsWith(", 0 lacking\n");
    }
  }

  private Path key() {
    return SshKeys.publicFile(hosts.userKey());
  }

  /** The agent's key opens the socket of HAProxy on the balancer's machine, and no other. */
  void assertOnlyHaproxyIsOpen() throws IOException {
    var address = hosts.host("lb1").address();
    try (var machines = Machines.open(Optional.of(hosts.login()))) {
      var lb1 = machines.machine(new Host("lb1", address, Optional.empty(), Reach.SSH, Map.of()));
      lb1.unixSocket("/run/haproxy/admin.sock", SECONDS).close();
      run("lb1", "chmod 666 /run/haproxy-master.sock && test -S /run/dbus/system_bus_socket");
      for (String other : List.of("/run/haproxy-master.sock", "/run/dbus/system_bus_socket")) {
        assertThatThrownBy(() -> lb1.unixSocket(other, SECONDS)).hasMessageContaining(other);
      }
    }
  }

  /** Puts keys and secrets where an agent looks whose own file lies in a directory. */
  void letIn(Path directory) {
    new SecretFiles(directory)
        .put("production/deploy-key", read(hosts.userKey()))
        .put(
            "production/DATABASE_URL",
            "postgresql://forum:%s@%s/forum".formatted(SECRET, hosts.host("job01").innerAddress()));
    try {
      Files.copy(hosts.knownHosts(), directory.resolve("known_hosts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the machines as they stand in an environment. */
  String hosts() {
    return "  ssh: {user: %s, port: %d, knownHosts: known_hosts, secretRef: {name: deploy-key}, become: sudo}\n"
            .formatted(hosts.user(), hosts.sshPort())
        + hosts.all().stream()
            .map(host ->
                "    - {name: %s, address: %s, groups: [%s]}\n"
                    .formatted(host.name(), host.address(), host.name().replaceAll("\\d", "")))
            .collect(Collectors.joining("", "  hosts:\n", ""));
  }

  /** Returns where the balancer takes requests for an application. */
  InetSocketAddress address(String application) {
    int port = hosts.appPorts().get(ExampleRepository.APPLICATIONS.indexOf(application));
    return Loopback.at(hosts.host("lb1").address(), port);
  }

  /** Asks the forum's database, and returns the lines of its answer. */
  List<String> ask(String sql) {
    return run("job01", "cd /; runuser -u postgres -- psql -qtA forum -c \"" + sql + "\"")
        .lines()
        .toList();
  }

  /** Runs a script as root on a machine's console, and returns what it printed. */
  String run(String host, String script) {
    var ended = hosts.host(host).run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host, ended.output()).isZero();
    return ended.output();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    hosts.close();
  }
}
