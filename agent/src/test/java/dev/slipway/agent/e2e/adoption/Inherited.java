package dev.slipway.agent.e2e.adoption;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Strays;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Hosts with an application that somebody put there as Capistrano does, and that commands of their
 * own start and stop.
 */
record Inherited(Path srv, List<String> addresses, int appPort) implements Legacy {
  private static final String RELEASE = "20240101120000";

  // Starts the release that the link points at, whoever had set it.
  private static final String CONTROL =
      """
      #!/bin/sh
      cd "$2" || exit 1
      alive() { [ -s pid ] && kill -0 "$(cat pid)" 2>/dev/null; }
      case $1 in
        start)
          JAVA=%s setsid current/bin/start --address "$3" --port "$4" >app.log 2>&1 </dev/null &
          echo "$!" >pid ;;
        stop)
          ! alive || kill "$(cat pid)"
          while alive; do sleep 0.1; done ;;
        status) alive ;;
      esac
      """
          .formatted(Path.of(System.getProperty("java.home"), "bin", "java"));

  static Inherited of(Path srv, int hosts, String network) {
    var addresses = IntStream.rangeClosed(1, hosts).mapToObj(i -> network + "." + i).toList();
    return new Inherited(srv, addresses, Loopback.freePort(addresses));
  }

  private String name(int index) {
    return "web" + (index + 1);
  }

  private Path control() {
    return srv.resolve("control");
  }

  /** Puts a release where Capistrano does on every host, and starts it. */
  @Override
  public void deploy(String version, Behaviour behaviour) {
    try {
      Files.createDirectories(srv);
      Files.writeString(control(), CONTROL);
      Files.setPosixFilePermissions(control(), PosixFilePermissions.fromString("rwxr-xr-x"));
      for (int index = 0; index < addresses.size(); index++) {
        Path place = srv.resolve(name(index));
        Path release = place.resolve("releases").resolve(RELEASE);
        DemoRelease.write(release, version, behaviour);
        Files.createSymbolicLink(place.resolve("current"), release);
        var started = Program.of(control(), "start", place, addresses.get(index), appPort).run();
        if (started.status() != 0) {
          throw new AssertionError(started);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String release() {
    return RELEASE;
  }

  /** Returns the process of each host, as its own pid file says. */
  @Override
  public List<String> processes() {
    return IntStream.range(0, addresses.size())
        .mapToObj(index -> {
          try {
            return Files.readString(srv.resolve(name(index)).resolve("pid")).strip();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        })
        .toList();
  }

  @Override
  public String hosts() {
    return IntStream.range(0, addresses.size())
        .mapToObj(index ->
            "  - {name: %s, address: %s, groups: [web], local: true}\n"
                .formatted(name(index), addresses.get(index)))
        .collect(Collectors.joining("", "hosts:\n", ""));
  }

  @Override
  public String service() {
    return """
    deployPath: "%s/{{host.name}}"
    service:
      commands:
        start: %s
        stop: %s
        status: %s
    """
        .formatted(srv, words("start"), words("stop"), words("status"));
  }

  private String words(String verb) {
    return "[\"%s\", %s, \"%s/{{host.name}}\", \"{{host.address}}\", \"{{port}}\"]"
        .formatted(control(), verb, srv);
  }

  @Override
  public String variables() {
    return "{}";
  }

  @Override
  public String bounds() {
    return "hosts: [\"127.*\"], local: true, deployPaths: [\"%s\"]".formatted(srv);
  }

  @Override
  public void clear() {
    Strays.end(srv);
  }
}
