package dev.slipway.agent.e2e.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A witness of how many instances serve, who asks HAProxy itself and not the agent. */
public final class Capacity implements AutoCloseable {
  private static final Duration PAUSE = Duration.ofMillis(20);

  private final HaproxyFixture haproxy;
  private final int allowed;
  private final Signal end = new Signal();
  private final Thread thread;
  private final List<String> breaches = new ArrayList<>();
  private int samples;

  private Capacity(HaproxyFixture haproxy, int allowed) {
    this.haproxy = haproxy;
    this.allowed = allowed;
    this.thread = Thread.ofVirtual().name("capacity").start(this::watch);
  }

  /** Watches until it is closed. */
  public static Capacity watch(HaproxyFixture haproxy, int allowed) {
    return new Capacity(haproxy, allowed);
  }

  /** Counts the servers to which HAProxy would send a request now. */
  public static long serving(HaproxyFixture haproxy) {
    return lines(haproxy).stream().filter(line -> line.contains(",UP")).count();
  }

  private static List<String> lines(HaproxyFixture haproxy) {
    return haproxy
        .ask("show stat -1 4 -1")
        .lines()
        .filter(line -> line.startsWith("be_shop,web"))
        .toList();
  }

  private void watch() {
    while (end.reason().isEmpty()) {
      List<String> lines = lines(haproxy);
      samples++;
      if (lines.stream().filter(line -> line.contains(",UP")).count() < allowed) {
        breaches.add(String.join("\n", lines));
      }
      Waiter.system().await(PAUSE, end);
    }
  }

  /** Ends the watch; fails if fewer served at any moment that was looked at. */
  public void assertKept() {
    close();
    assertThat(samples).isGreaterThan(100);
    assertThat(breaches).as("moments of %d with fewer than %d", samples, allowed).isEmpty();
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
