package dev.slipway.agent.source;

import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Polled;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Opens repositories as an agent does, with a clock that stands still. */
final class Agents {
  static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  static final RemoteSpec.Limits SMALL = new RemoteSpec.Limits(1 << 20, 1_000, 50, 20);

  private Agents() {}

  static ConfigRepository open(RemoteSpec spec, Path clone) {
    return open(spec, clone, "store-a");
  }

  static ConfigRepository open(RemoteSpec spec, Path clone, String store) {
    var writer = StatusWriter.of(store, "agent.example.com");
    return new ConfigRepositories(writer, () -> NOW, Waiter.system(), new Random(store.hashCode()))
        .open(spec, clone);
  }

  /** A remote that needs no credentials. */
  static RemoteSpec spec(String url) {
    return spec(url, SMALL);
  }

  static RemoteSpec spec(String url, RemoteSpec.Limits limits) {
    return new RemoteSpec(
        "shop", url, Optional.empty(), Optional.empty(), Optional.empty(), limits);
  }

  static RemoteSpec withToken(String url, Path token) {
    return new RemoteSpec(
        "shop", url, Optional.empty(), Optional.empty(), Optional.of(token), SMALL);
  }

  static RemoteSpec withKey(String url, Path key, Path knownHosts) {
    return new RemoteSpec(
        "shop", url, Optional.of(key), Optional.of(knownHosts), Optional.empty(), SMALL);
  }

  /** The tips of a poll that must go well. */
  static Map<String, String> tips(ConfigRepository repository, String... patterns) {
    return switch (repository.poll(Set.of(patterns))) {
      case Polled.Tips(var commits, var _) -> commits;
      case Polled.Unavailable(var reason) -> throw new AssertionError(reason);
    };
  }

  /** Why a poll goes wrong, which it must. */
  static String whyUnavailable(ConfigRepository repository, String... patterns) {
    return switch (repository.poll(Set.of(patterns))) {
      case Polled.Tips tips -> throw new AssertionError(tips);
      case Polled.Unavailable(var reason) -> reason;
    };
  }

  /** A file that must be there. */
  static String text(Tree tree, String path) {
    return switch (tree.read(path)) {
      case Tree.Read.Found(var blob, var _) -> new String(blob.bytes(), StandardCharsets.UTF_8);
      case Tree.Read.Missing _ -> throw new AssertionError(path + " is missing");
      case Tree.Read.Refused(var reason) -> throw new AssertionError(path + ": " + reason);
    };
  }

  /** Makes many refs at the server at once; a number takes the place of {@code %d}. */
  static void addRefs(GitServerFixture server, String pattern, int count) {
    var commit = server.commitOf("main");
    var lines =
        IntStream.range(0, count)
            .mapToObj(number -> commit + " " + pattern.formatted(number) + "\n")
            .collect(Collectors.joining());
    var file = server.repository().resolve("packed-refs");
    try {
      var before = Files.exists(file) ? Files.readString(file) : "";
      Files.writeString(file, before + lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
