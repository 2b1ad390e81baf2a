package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A real Prometheus that scrapes what a test names, five times a second. */
public final class PrometheusFixture implements AutoCloseable {
  private final Path program = Server.PROMETHEUS.require();
  private final Path directory;
  private final String address;
  private final int port;
  private Optional<Daemon> daemon = Optional.empty();

  private PrometheusFixture(Path directory, String address) {
    this.directory = directory;
    this.address = address;
    this.port = Loopback.freePort(List.of(address));
  }

  /** One that keeps all its files in this directory and listens on this address. */
  public static PrometheusFixture in(Path directory, String address) {
    return new PrometheusFixture(directory, address);
  }

  /** Lets it scrape these, as {@code address:port}, from its next start on. */
  public PrometheusFixture scraping(List<String> targets) {
    var quoted = targets.stream().map("\"%s\""::formatted).collect(Collectors.joining(", "));
    var text =
        """
        global: {scrape_interval: 200ms, scrape_timeout: 200ms}
        scrape_configs:
          - job_name: shop
            static_configs: [{targets: [%s]}]
        """
            .formatted(quoted);
    try {
      Files.writeString(directory.resolve("prometheus.yml"), text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Starts it with what it has kept. */
  public PrometheusFixture start() {
    var command =
        List.of(
            program.toString(),
            "--config.file=" + directory.resolve("prometheus.yml"),
            "--storage.tsdb.path=" + directory.resolve("data"),
            "--web.listen-address=%s:%d".formatted(address, port),
            // What it is told to scrape it would look at after five seconds only.
            "--scrape.discovery-reload-interval=100ms",
            "--log.level=warn");
    daemon = Optional.of(Daemon.start(directory.resolve("prometheus.log"), Map.of(), command));
    daemon.get().awaitListening(Loopback.at(address, port));
    return this;
  }

  /** Ends it and lets it start again, which makes no mark of an end in what it has kept. */
  public void restart() {
    kill();
    start();
  }

  /** Returns the address of its API's root. */
  public String url() {
    return "http://%s:%d".formatted(address, port);
  }

  /** Ends it, and every connection with it. */
  public void kill() {
    daemon.ifPresent(Daemon::kill);
    daemon = Optional.empty();
  }

  @Override
  public void close() {
    kill();
  }
}
