package dev.slipway.agent.e2e.secrets;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/**
 * A witness of the arguments of every process that lives long enough to be seen, however soon it is
 * gone; those in containers are processes of this machine too.
 */
final class CommandLines implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final Canary sought;
  private final Set<String> found = ConcurrentHashMap.newKeySet();
  private final Signal end = new Signal();
  private final Thread thread;
  private final AtomicInteger looks = new AtomicInteger();

  private CommandLines(Canary sought) {
    this.sought = sought;
    this.thread = Thread.ofVirtual().name("command lines").start(this::watch);
  }

  /** Watches until it is closed. */
  static CommandLines watch(Canary sought) {
    return new CommandLines(sought);
  }

  private void watch() {
    while (end.reason().isEmpty()) {
      found.addAll(look());
      looks.incrementAndGet();
      Waiter.system().await(PAUSE, end);
    }
  }

  private Set<String> look() {
    try {
      return sought.foundInProcesses("cmdline").stream()
          .map(Path::toString)
          .collect(Collectors.toSet());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the files of all processes that had it among their arguments. */
  Set<String> found() {
    return found;
  }

  /** Fails if any process had it, or if too few were looked at to say so. */
  void assertNothingFound() {
    assertThat(found).isEmpty();
    assertThat(thread.isAlive()).isTrue();
    assertThat(looks.get()).isGreaterThan(100);
  }

  @Override
  public void close() {
    end.raise("the test is over");
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
