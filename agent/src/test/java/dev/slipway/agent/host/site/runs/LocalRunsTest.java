package dev.slipway.agent.host.site.runs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.Site.Occasion;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/**
 * Goal: the contract on the machine of the agent itself, and what only real processes can show.
 *
 * <p>Method: the real script, and hooks that write down what they see.
 */
class LocalRunsTest extends RunsContract {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Machines machines = Machines.open(Optional.empty());

  @Override
  protected Sites sites() {
    return Sites.scripted();
  }

  @Override
  protected Machine machine() {
    return machines.machine(place().host());
  }

  private String read(String file) {
    try {
      return Files.readString(files.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void aHookIsToldForWhatItRunsAndWhere() {
    String write =
        "echo $SLIPWAY_HOOK $SLIPWAY_ROLE $SLIPWAY_HOST $SLIPWAY_SLOT $SLIPWAY_RELEASE"
            + " $SLIPWAY_ROLLOUT $SLIPWAY_STEP $1 >%s; pwd >>%s"
                .formatted(files.resolve("told"), files.resolve("told"));
    Release release = staged(hooked("1", "sh", "-c", write, "sh", "{{slot}}"));

    Act act = site().during(new Occasion("shop#7", "0/web1:4")).run(BLUE, release, MOMENT);

    assertThat(act).isInstanceOf(Act.Done.class);
    assertThat(read("told"))
        .isEqualTo(
            "validateService web web1 blue %s shop#7 0/web1:4 blue%n%s%n"
                .formatted(
                    release.id(),
                    Path.of(place().deployPath()).resolve("releases", release.directory())));
  }

  @Test
  void hooksOfTwoSlotsRunBesideEachOther() {
    String waits =
        "touch %s/began-$SLIPWAY_SLOT; until [ -e %s/go ]; do sleep 0.1; done"
            .formatted(files, files);
    Release release = staged(hooked("1", "sh", "-c", waits));

    var current = begun(CURRENT, release);
    var blue = begun(BLUE, release);
    await()
        .atMost(PATIENCE)
        .until(() ->
            Files.exists(files.resolve("began-current"))
                && Files.exists(files.resolve("began-blue")));
    touch("go");

    assertThat(current.join()).isInstanceOf(Act.Done.class);
    assertThat(blue.join()).isInstanceOf(Act.Done.class);
  }

  private CompletableFuture<Act> begun(Slot slot, Release release) {
    return CompletableFuture.supplyAsync(
        () -> site().run(slot, release, MOMENT), Thread::startVirtualThread);
  }

  private void touch(String file) {
    try {
      Files.createFile(files.resolve(file));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void oneThatHangsIsEndedWithAllThatItStarted() {
    String hangs = "sleep 1000 & echo $! >%s; wait".formatted(files.resolve("pid"));
    Release release = staged(hooked("1", Duration.ofSeconds(1), "sh", "-c", hangs));

    assertThat(site().run(CURRENT, release, MOMENT))
        .asInstanceOf(type(Act.Failed.class))
        .extracting(Act.Failed::reason)
        .isEqualTo("'sh' did not end within 1 s and was killed");
    long child = Long.parseLong(read("pid").strip());
    // Whoever inherits what was killed may take a moment to bury it.
    await()
        .atMost(PATIENCE)
        .until(() -> ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
  }

  @Test
  void aLaterRunForTheSameSlotEndsTheFormerOne() {
    String waits =
        "if [ -e %s/began ]; then exec sleep 1; fi; touch %s/began; sleep 1000"
            .formatted(files, files);
    Release release = staged(hooked("1", Duration.ofHours(1), "sh", "-c", waits));

    var former = begun(CURRENT, release);
    await().atMost(PATIENCE).until(() -> Files.exists(files.resolve("began")));

    assertThat(site().run(CURRENT, release, MOMENT)).isInstanceOf(Act.Done.class);
    assertThat(former)
        .succeedsWithin(PATIENCE)
        .isEqualTo(new Act.Refused("a later run took the place of this one"));
  }
}
