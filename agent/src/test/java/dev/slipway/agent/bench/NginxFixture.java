package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A real nginx with all its files in one directory, and a port for each upstream that it passes
 * requests to.
 *
 * <p>Its configuration includes every file {@code slipway/*.conf}, and who calls nginx by its name
 * has to say {@code -c}.
 */
public final class NginxFixture implements AutoCloseable {
  private final Path directory;
  private final Path nginx = Server.NGINX.require();
  private final Map<String, Integer> fronts = new LinkedHashMap<>();
  private final List<String> lines = new ArrayList<>();
  private final Set<String> steered = new HashSet<>();
  private final Set<String> logged = new HashSet<>();
  private final String status = "127.0.0.1:" + Loopback.freePort();
  private List<ProcessHandle> orphans = List.of();
  private Optional<Daemon> daemon = Optional.empty();

  private NginxFixture(Path directory) {
    this.directory = directory;
  }

  /** One that keeps all its files in this directory, which is made when it is missing. */
  public static NginxFixture in(Path directory) {
    try {
      Files.createDirectories(directory.resolve("slipway"));
      Files.createDirectories(directory.resolve("own"));
      return new NginxFixture(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Adds a port at which requests come in for an upstream. */
  public NginxFixture front(String upstream) {
    fronts.put(upstream, Loopback.freePort());
    return this;
  }

  /** Lets the server of an upstream ask for the way of each request, for cookies and for copies. */
  public NginxFixture steered(String upstream) {
    steered.add(upstream);
    return this;
  }

  /** Lets it log what the servers of an upstream answer; returns where. */
  public Path logged(String upstream) {
    if (logged.isEmpty()) {
      withHttp("log_format slipway '$upstream_addr|$upstream_status|$upstream_response_time';");
    }
    logged.add(upstream);
    return log(upstream);
  }

  private Path log(String upstream) {
    return directory.resolve(upstream + ".log");
  }

  /** Adds a line to the owner's own part of {@code http}, for the next start or reload. */
  public NginxFixture withHttp(String line) {
    lines.add(line);
    writeConfiguration();
    return this;
  }

  /** Takes all those lines away again. */
  public void withoutHttp() {
    lines.clear();
    writeConfiguration();
  }

  /** Adds to a file what the doctor says that it lacks: the lines below its name. */
  public NginxFixture with(Path file, List<String> lacking) {
    String text =
        lacking.stream()
            .skip(1)
            .takeWhile(line -> line.startsWith("  "))
            .map(line -> line.substring(2) + "\n")
            .collect(Collectors.joining());
    try {
      Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public NginxFixture start() {
    stop();
    writeConfiguration();
    var command = List.of(nginx.toString(), "-c", config().toString());
    var started = Daemon.start(directory.resolve("nginx.log"), Map.of(), command);
    daemon = Optional.of(started);
    fronts.values().forEach(port -> started.awaitListening(Loopback.at("127.0.0.1", port)));
    return this;
  }

  /** Ends it at once and starts it again from what lies in its files. */
  public void restart() {
    kill();
    start();
  }

  /** Lets it load its files, as anybody may. */
  public void reload() {
    Program.of(nginx.toString(), "-c", config(), "-s", "reload").run();
  }

  /** The port on 127.0.0.1 at which clients reach an upstream. */
  public int port(String upstream) {
    Integer port = fronts.get(upstream);
    if (port == null) {
      throw new IllegalArgumentException("no upstream " + upstream + " among " + fronts.keySet());
    }
    return port;
  }

  /** A file that it includes. */
  public Path owned(String name) {
    return directory.resolve("slipway").resolve(name);
  }

  public Path config() {
    return directory.resolve("nginx.conf");
  }

  /** An address at which nothing listens unless a file says so. */
  public String status() {
    return status;
  }

  /** What it has logged as errors so far, warnings and notices included. */
  public String errors() {
    try {
      return Files.readString(directory.resolve("error.log"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public void kill() {
    daemon.ifPresent(Daemon::kill);
    daemon = Optional.empty();
  }

  public void stop() {
    daemon.ifPresent(Daemon::close);
    daemon = Optional.empty();
    orphans.forEach(ProcessHandle::destroyForcibly);
  }

  /** Kills the master alone, so that its workers go on answering. */
  public void killMaster() {
    var master = daemon.orElseThrow(() -> new IllegalStateException("nginx was not started"));
    orphans = ProcessHandle.of(master.pid()).stream().flatMap(ProcessHandle::children).toList();
    master.signal("KILL");
    master.awaitExit();
  }

  @Override
  public void close() {
    stop();
  }

  private void writeConfiguration() {
    String servers =
        fronts.entrySet().stream()
            .map(front -> server(front.getKey(), front.getValue()))
            .collect(Collectors.joining());
    String own = lines.stream().map(line -> "  " + line + "\n").collect(Collectors.joining());
    var text =
        """
        user root;
        daemon off;
        worker_processes 2;
        error_log DIR/error.log notice;
        pid DIR/nginx.pid;
        events { worker_connections 512; }
        http {
          access_log off;
          client_body_temp_path DIR/own/body;
          proxy_temp_path DIR/own/proxy;
          fastcgi_temp_path DIR/own/fastcgi;
          uwsgi_temp_path DIR/own/uwsgi;
          scgi_temp_path DIR/own/scgi;
          include DIR/slipway/*.conf;
        """
            .replace("DIR", directory.toString());
    try {
      Files.writeString(config(), text + own + servers + "}\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String server(String upstream, int port) {
    String asked =
        """
          server {
            listen 127.0.0.1:PORT;
            LOG
            location / {
              proxy_pass http://$slipway_to_UPSTREAM;
              proxy_set_header Host $host;
              proxy_set_header X-Slipway-Mirror "";
              add_header Set-Cookie $slipway_cookie_UPSTREAM always;
              mirror /slipway-copy;
            }
            location = /slipway-copy {
              internal;
              if ($slipway_copy_UPSTREAM = "") { return 204; }
              proxy_pass http://$slipway_copy_UPSTREAM$request_uri;
              proxy_set_header Host $host;
              proxy_set_header X-Slipway-Mirror 1;
              proxy_connect_timeout 2s;
              proxy_send_timeout 5s;
              proxy_read_timeout 5s;
              proxy_next_upstream off;
            }
          }
        """;
    String plain =
        "  server { listen 127.0.0.1:PORT; LOG location / { proxy_pass http://UPSTREAM; } }\n";
    String log = logged.contains(upstream) ? "access_log %s slipway;".formatted(log(upstream)) : "";
    return (steered.contains(upstream) ? asked : plain)
        .replace("PORT", String.valueOf(port))
        .replace("LOG", log)
        .replace("UPSTREAM", upstream);
  }
}
