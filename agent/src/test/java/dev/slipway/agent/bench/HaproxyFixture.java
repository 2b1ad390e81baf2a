package dev.slipway.agent.bench;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A real HAProxy with the backends that a test describes, each behind a port of its own.
 *
 * <p>Steered over the admin socket, as in production. Configuration lines are HAProxy's own, so
 * that a test can have every option there is.
 */
public final class HaproxyFixture implements AutoCloseable {
  private final Path directory;
  private final Path haproxy = Server.HAPROXY.require();
  private final Map<String, Pool> pools = new LinkedHashMap<>();
  private final List<String> globals = new ArrayList<>();
  private final List<String> defaults = new ArrayList<>();
  private final int adminPort = Loopback.freePort();
  private boolean masterWorker;
  private Optional<Daemon> daemon = Optional.empty();

  /** A backend and the port of its frontend on 127.0.0.1. */
  private record Pool(int port, List<String> lines) {}

  private HaproxyFixture(Path directory) {
    this.directory = directory;
  }

  /** A balancer that keeps all its files in this directory, which is made when it is missing. */
  public static HaproxyFixture in(Path directory) {
    try {
      return new HaproxyFixture(Files.createDirectories(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Adds or, for the next start or reload, replaces a backend: lines such as {@code server a
   * 127.0.0.11:8001 check inter 200ms} or {@code option httpchk GET /up}.
   */
  public HaproxyFixture backend(String name, List<String> lines) {
    var known = pools.get(name);
    pools.put(name, new Pool(known == null ? Loopback.freePort() : known.port(), lines));
    return this;
  }

  public HaproxyFixture backend(String name, String... lines) {
    return backend(name, List.of(lines));
  }

  /** Adds a line to the section {@code global}. */
  public HaproxyFixture withGlobal(String line) {
    globals.add(line);
    return this;
  }

  /** Adds a line to the section {@code defaults}. */
  public HaproxyFixture withDefault(String line) {
    defaults.add(line);
    return this;
  }

  /** Runs as master and worker with a master socket, which makes {@link #reload} possible. */
  public HaproxyFixture asMasterWorker() {
    masterWorker = true;
    return this;
  }

  /** Starts a new process on the same ports and sockets, with all servers as configured. */
  public HaproxyFixture start() {
    stop();
    writeConfiguration();
    var started = Daemon.start(directory.resolve("haproxy.log"), Map.of(), command());
    daemon = Optional.of(started);
    started.awaitListening(Loopback.at("127.0.0.1", adminPort));
    pools.values().forEach(p -> started.awaitListening(Loopback.at("127.0.0.1", p.port())));
    awaitLoaded(1);
    return this;
  }

  /** Ends the process and starts another one, which has forgotten all changes at run time. */
  public void restart() {
    kill();
    start();
  }

  /**
   * Lets the master start a new worker with the present configuration, as systemd's reload does.
   */
  public void reload() {
    var before = workerPid();
    var loaded = loaded();
    writeConfiguration();
    running().signal("USR2");
    await("a new worker").atMost(Duration.ofSeconds(30)).until(() -> workerPid() != before);
    awaitLoaded(loaded + 1);
  }

  /** The master loses a signal that comes before it says that it is done. */
  private void awaitLoaded(long times) {
    if (masterWorker) {
      await("the master").atMost(Duration.ofSeconds(30)).until(() -> loaded() >= times);
    }
  }

  private long loaded() {
    return log().lines().filter(line -> line.contains("Loading success")).count();
  }

  /** The port on 127.0.0.1 at which clients reach this backend. */
  public int port(String backend) {
    var pool = pools.get(backend);
    if (pool == null) {
      throw new IllegalArgumentException("no backend " + backend + " among " + pools.keySet());
    }
    return pool.port();
  }

  /** The admin socket, as a file. */
  public Path socket() {
    return directory.resolve("admin.sock");
  }

  /** The admin socket, as a port on 127.0.0.1. */
  public int adminPort() {
    return adminPort;
  }

  /** The socket of the master process. */
  public Path masterSocket() {
    return directory.resolve("master.sock");
  }

  /** Sends one command over the admin socket and returns the reply. */
  public String ask(String command) {
    return ask(socket(), command);
  }

  /** The process that serves; another one after a restart or a reload. */
  public long workerPid() {
    return ask("show info")
        .lines()
        .filter(line -> line.startsWith("Pid: "))
        .mapToLong(line -> Long.parseLong(line.substring("Pid: ".length())))
        .findFirst()
        .orElse(-1);
  }

  public String log() {
    return running().log();
  }

  public boolean isRunning() {
    return daemon.filter(Daemon::isAlive).isPresent();
  }

  public void pause() {
    running().pause();
  }

  public void resume() {
    running().resume();
  }

  /** Ends the process at once and with it every connection; a dead machine's socket file stays. */
  public void kill() {
    daemon.ifPresent(Daemon::kill);
    daemon = Optional.empty();
  }

  public void stop() {
    daemon.ifPresent(Daemon::close);
    daemon = Optional.empty();
  }

  @Override
  public void close() {
    stop();
  }

  private Daemon running() {
    return daemon.orElseThrow(() -> new IllegalStateException("HAProxy was not started"));
  }

  private List<String> command() {
    var command = new ArrayList<>(List.of(haproxy.toString(), "-db", "-f", config().toString()));
    if (masterWorker) {
      command.addAll(List.of("-W", "-S", masterSocket().toString()));
    }
    return command;
  }

  private Path config() {
    return directory.resolve("haproxy.cfg");
  }

  private void writeConfiguration() {
    var text = new StringBuilder();
    section(text, "global", globals);
    text.append("  log stdout format raw local0\n");
    text.append("  stats socket %s mode 600 level admin\n".formatted(socket()));
    text.append("  stats socket ipv4@127.0.0.1:%d level admin\n".formatted(adminPort));
    text.append(
        """
        defaults
          mode http
          log global
          option httplog
          option redispatch
          timeout connect 2s
          timeout client 60s
          timeout server 60s
        """);
    defaults.forEach(line -> text.append("  ").append(line).append('\n'));
    pools.forEach((name, pool) -> describe(text, name, pool));
    try {
      Files.writeString(config(), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void describe(StringBuilder text, String name, Pool pool) {
    var bind = "bind 127.0.0.1:" + pool.port();
    section(text, "frontend in_" + name, List.of(bind, "default_backend " + name));
    section(text, "backend " + name, pool.lines());
  }

  private static void section(StringBuilder text, String title, List<String> lines) {
    text.append(title).append('\n');
    lines.forEach(line -> text.append("  ").append(line).append('\n'));
  }

  private static String ask(Path socket, String command) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      channel.write(ByteBuffer.wrap((command + "\n").getBytes(StandardCharsets.UTF_8)));
      channel.shutdownOutput();
      var reply = Channels.newInputStream(channel).readAllBytes();
      return new String(reply, StandardCharsets.UTF_8).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("HAProxy does not answer on " + socket, e);
    }
  }
}
