package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence.Fenced;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: two agents never work behind one fence. Method: the real script, real locks. */
class FenceTest {
  private static final Duration TIME = Duration.ofSeconds(20);

  private final Path directory;
  private final Machine machine;

  FenceTest(@TempDir Path directory) {
    this.directory = directory.resolve("run/haproxy/.fence");
    this.machine = Shell.of(Server.DASH, directory);
  }

  @Test
  void theWorkIsDoneAndItsResultComesBack() {
    assertThat(fence(1).within(TIME, () -> "done")).isEqualTo(new Fenced.Done<>("done"));
  }

  @Test
  void anOlderAgentDoesNotEvenBegin() {
    fence(2).within(TIME, () -> "done");

    var fenced =
        fence(1)
            .<String>within(
                TIME,
                () -> {
                  throw new AssertionError("it began");
                });

    assertThat(fenced).isInstanceOf(Fenced.Refused.class);
    assertThat(fenced.toString()).contains("newer epoch 2");
  }

  @Test
  void worksTakeTurns() throws InterruptedException, ExecutionException {
    var events = Collections.synchronizedList(new ArrayList<String>());
    Callable<Fenced<Boolean>> work =
        () ->
            fence(1)
                .within(
                    TIME,
                    () -> {
                      events.add("in");
                      return events.add("out");
                    });

    try (var threads = Executors.newFixedThreadPool(4)) {
      for (var fenced : threads.invokeAll(Collections.nCopies(4, work))) {
        assertThat(fenced.get()).isEqualTo(new Fenced.Done<>(true));
      }
    }

    assertThat(events).isEqualTo(List.of("in", "out", "in", "out", "in", "out", "in", "out"));
  }

  private Fence fence(long counter) {
    return Fence.on(machine, directory.toString(), Become.NONE, new Epoch("store-a", counter));
  }
}
