package dev.slipway.agent.e2e.crowd;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.Strays;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Fifty applications in one environment, each on an address of its own: a web server of twenty
 * lines. The manifest of the second is no YAML, and on the third's host nothing listens.
 */
final class Crowd implements AutoCloseable {
  private static final int SIZE = 50;
  private static final String PAGE =
      """
      #!/usr/bin/env perl
      # Answers every request with the version of its release; the last argument only marks it.
      use strict;
      use IO::Socket::INET;
      my ($address, $port) = @ARGV;
      (my $home = $0) =~ s{[^/]*$}{..};
      open my $file, '<', "$home/VERSION" or die "VERSION: $!";
      chomp(my $version = <$file>);
      my $server = IO::Socket::INET->new(
        LocalAddr => $address, LocalPort => $port, Listen => 16, ReuseAddr => 1) or die "listen: $!";
      while (1) {
        my $client = $server->accept or next;
        while (my $line = <$client>) { last if $line =~ /^\\r?$/ }
        print $client "HTTP/1.1 200 OK\\r\\nConnection: close\\r\\nContent-Length: ",
          length $version, "\\r\\n\\r\\n", $version;
        close $client;
      }
      """;

  private final Path directory;
  private final String network;
  private final int port;
  private final int apiPort = Loopback.freePort();
  private final GitServerFixture git;
  private final GitRepository clone;
  private Optional<Agent> agent = Optional.empty();

  Crowd(Path directory, String network) {
    Server.PERL.require();
    this.directory = directory;
    this.network = network;
    this.port = Loopback.freePort(names().map(this::address).toList());
    this.git = GitServerFixture.in(directory.resolve("git"));
    this.clone = git.cloned();
  }

  private static Stream<String> names() {
    return IntStream.rangeClosed(1, SIZE).mapToObj("app%02d"::formatted);
  }

  String unreadable() {
    return "app02";
  }

  String gone() {
    return "app03";
  }

  /** Returns the names of the 48 that nothing is the matter with. */
  List<String> good() {
    return names().filter(name -> !name.equals(unreadable()) && !name.equals(gone())).toList();
  }

  private String address(String name) {
    return network + "." + Integer.parseInt(name.substring(3));
  }

  /** Commits everything. */
  Crowd describe() {
    clone.write(
        "slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: crowd}
        spec:
          branches: [{match: main, environment: test}]
        """);
    clone.write("environments/test.yaml", environment());
    names().forEach(name -> release(name, "1"));
    clone.write("apps/%s.yaml".formatted(unreadable()), "spec: {release: [\n  - \"1\"\n");
    commit("Release everything");
    return this;
  }

  private String environment() {
    var hosts = new StringBuilder();
    var applications = new StringBuilder();
    names()
        .forEach(name -> {
          hosts.append(
              "    - {name: on-%s, address: %s, groups: [%s], local: %b}\n"
                  .formatted(name, address(name), name, !name.equals(gone())));
          applications.append("    - {name: %s, group: %s}\n".formatted(name, name));
        });
    return """
    apiVersion: slipway.dev/v1alpha1
    kind: Environment
    metadata: {name: test}
    spec:
      ssh: {user: nobody, port: %d, secretRef: {name: key}, connectTimeout: 2s}
      maxConcurrentRollouts: 8
      hosts:
    %s  applications:
    %s\
    """
        .formatted(port, hosts, applications);
  }

  /** Writes the release and the manifest of an application. */
  void release(String name, String version) {
    String path = "releases/%s-%s".formatted(name, version);
    clone.write(path + "/VERSION", version + "\n").write(path + "/bin/page", PAGE);
    try {
      Files.setPosixFilePermissions(
          clone.directory().resolve(path).resolve("bin/page"),
          PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    clone.write(
        "apps/%s.yaml".formatted(name),
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Application
        metadata: {name: %s}
        spec:
          release: {version: "%s", source: {path: "releases/%s-{{version}}"}}
          deployPath: "%s/%s"
          service: {process: {run: [bin/page, "{{host.address}}", "{{port}}", "%s"]}}
          port: %d
          healthcheck: {path: /, interval: 200ms, successThreshold: 2, minHealthyTime: 300ms}
          stop: {timeout: 5s}
        """
            .formatted(name, version, name, srv(), name, srv(), port));
  }

  void commit(String message) {
    clone.commitAndPush(message);
  }

  Crowd start() {
    agent =
        switch (Agent.start(config())) {
          case Agent.Started.Running(var running) -> Optional.of(running);
          case Agent.Started.Refused(var reason) -> throw new AssertionError(reason);
        };
    return this;
  }

  private AgentConfig config() {
    try {
      Path keys = Files.createDirectories(directory.resolve("secrets/test"));
      new SshKeys(keys).key("key", "ed25519");
      Files.writeString(directory.resolve("known_hosts"), "");
      Files.createDirectories(directory.resolve("state"));
      Path file = directory.resolve("agent.yaml");
      String text =
          """
          apiVersion: slipway.dev/v1alpha1
          kind: Agent
          spec:
            repositories:
              - {name: config, url: "%s", trunk: main, interval: 1s}
            environments:
              - {name: test, repository: config, refs: [main], hosts: ["127.*"], local: true, deployPaths: ["%s"]}
            secrets: {directory: "%s"}
            stateDirectory: "%s"
            listen: "127.0.0.1:%d"
          """
              .formatted(
                  git.fileUrl(),
                  srv(),
                  directory.resolve("secrets"),
                  directory.resolve("state"),
                  apiPort);
      return switch (AgentFile.parse(text.getBytes(StandardCharsets.UTF_8), file, Map.of())) {
        case Parsed.Valid<AgentConfig>(var config) -> config;
        case Parsed.Invalid<AgentConfig>(var problems) ->
            throw new AssertionError(problems.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path srv() {
    return directory.resolve("srv");
  }

  /** Returns what an application's web server says. */
  String answer(String name) {
    try (var in = url(name).openStream()) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns whether anything runs where an application is to be. */
  boolean answers(String name) {
    try (var in = url(name).openStream()) {
      return in.read() >= 0;
    } catch (IOException e) {
      return false;
    }
  }

  private URL url(String name) throws IOException {
    return URI.create("http://%s:%d/".formatted(address(name), port)).toURL();
  }

  List<ApplicationStatus> status() {
    return value(client().status());
  }

  ApplicationStatus status(String name) {
    return status().stream()
        .filter(one -> one.application().equals(name))
        .findFirst()
        .orElseThrow();
  }

  List<RolloutStatus> history(Target target) {
    return value(client().history(target, 10));
  }

  private static <T> T value(ApiClient.Reply<T> reply) {
    return switch (reply) {
      case ApiClient.Reply.Ok<T>(var value) -> value;
      case ApiClient.Reply.Refused<T> refused -> throw new AssertionError(refused);
      case ApiClient.Reply.Unreachable<T> silent -> throw new AssertionError(silent);
    };
  }

  private ApiClient client() {
    try {
      return ApiClient.of("127.0.0.1:" + apiPort, ApiToken.read(directory.resolve("state")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the files of the environment on the server's status branch. */
  List<String> statusFiles() {
    return git.git("ls-tree", "-r", "--name-only", "slipway/status", "environments/test")
        .lines()
        .toList();
  }

  @Override
  public void close() {
    agent.ifPresent(Agent::close);
    Strays.end(srv());
  }
}
