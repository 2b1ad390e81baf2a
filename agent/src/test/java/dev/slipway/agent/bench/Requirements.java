package dev.slipway.agent.bench;

import static java.util.Objects.requireNonNullElse;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Assumptions;

/**
 * What a test does when something it needs is missing: skip with the reason, or fail where CI has
 * promised that everything is there.
 */
public record Requirements(boolean strict, List<Path> searchPath) {
  /** Set to {@code true}, a missing server fails tests instead of skipping them. */
  public static final String STRICT_VARIABLE = "SLIPWAY_REQUIRE_SERVERS";

  // Debian keeps servers in sbin, which is not in everybody's PATH.
  private static final List<String> SYSTEM_DIRECTORIES =
      List.of("/usr/local/sbin", "/usr/sbin", "/sbin");

  public Requirements {
    searchPath = List.copyOf(searchPath);
  }

  /** Looks along the PATH of this process. */
  public static Requirements ofThisMachine() {
    var path = requireNonNullElse(System.getenv("PATH"), "");
    var directories =
        Stream.concat(
                Arrays.stream(path.split(File.pathSeparator, -1)), SYSTEM_DIRECTORIES.stream())
            .filter(directory -> !directory.isBlank())
            .map(Path::of)
            .toList();
    return new Requirements(Boolean.parseBoolean(System.getenv(STRICT_VARIABLE)), directories);
  }

  /** Returns where the server is, or ends the test. */
  public Path require(Server server) {
    var found = find(server);
    require(found.isPresent(), server.program() + " is not installed", server.howToInstall());
    return found.orElseThrow();
  }

  /** Ends the test unless the condition holds: what is missing, and the command that brings it. */
  public void require(boolean condition, String missing, String remedy) {
    if (condition) {
      return;
    }
    var reason = missing + "; install it with: " + remedy;
    if (strict) {
      Assertions.fail(reason + " (" + STRICT_VARIABLE + "=true, so this is a failure)");
    }
    Assumptions.abort(reason);
  }

  private Optional<Path> find(Server server) {
    return searchPath.stream()
        .map(directory -> directory.resolve(server.program()))
        .filter(Files::isExecutable)
        .findFirst();
  }
}
