package dev.slipway.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: an agent with many applications uses one cache from many threads.
 *
 * <p>Method: some threads keep new artifacts while others use those that are there, which changes
 * the order in which they are forgotten.
 */
final class CacheTest {
  private static final int KEPT = 64;

  @Test
  void whatIsUsedWhileOthersAreKeptDisturbsNobody(@TempDir Path directory) throws IOException {
    var cache = new Cache(directory, KEPT);
    for (int i = 0; i < KEPT; i++) {
      keep(cache, "first" + i);
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var keeping =
          IntStream.range(0, 8)
              .mapToObj(
                  thread -> CompletableFuture.runAsync(() -> keepMany(cache, thread), threads))
              .toList();
      var all = CompletableFuture.allOf(keeping.toArray(CompletableFuture[]::new));
      var using = CompletableFuture.runAsync(() -> useUntil(all, cache), threads);
      all.join();
      using.join();
    }

    try (var left = Files.list(directory)) {
      assertThat(left).hasSize(KEPT);
    }
  }

  private static void keepMany(Cache cache, int thread) {
    IntStream.range(0, 50).forEach(i -> keep(cache, "more-%d-%d".formatted(thread, i)));
  }

  private static void keep(Cache cache, String key) {
    try (var room = cache.room()) {
      cache.keep(key, room, List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void useUntil(CompletableFuture<Void> end, Cache cache) {
    for (int i = 0; !end.isDone(); i++) {
      try {
        cache.get("first" + i % KEPT);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
