package dev.slipway.agent.notify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.http.Posts;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event.NoticeAnswered;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.journal.Event.RolloutEnded;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.journal.FakeJournal;
import dev.slipway.agent.journal.FakeJournal.Disk;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whenever the agent dies, nobody is told twice, and nobody is left untold but where the
 * notice was on its way.
 *
 * <p>Method: the agent is killed on both sides of every write of its journal, one after the other,
 * and a second one finishes what the first has left.
 */
class NoticeCrashTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path directory;

  @BeforeEach
  void makeSecrets() throws IOException {
    Files.createDirectories(directory.resolve("production"));
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8})
  void nobodyIsToldTwice(int moments) throws IOException {
    var disk = new Disk();
    try (var server = new HookServer()) {
      Path file = Files.writeString(directory.resolve("production/slack-url"), server.url("/x"));
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
      liveUntilKilled(disk, new Fuse(moments));

      var journal = new FakeJournal(disk, Fuse.endless(), Waiter.wallClock());
      try (var _ = notices(journal)) {
        finish(disk, journal);
        await().atMost(LONG).until(() -> receipt(disk).isPresent());
      }

      boolean perhaps = receipt(disk).equals(Optional.of(Receipt.GIVEN_UP));
      assertThat(server.received()).hasSizeLessThanOrEqualTo(1);
      assertThat(perhaps || server.received().size() == 1).isTrue();
      assertThat(perhaps).isEqualTo(moments == 5 || moments == 6);
    }
  }

  /** The first two writes are the rollout's, the next two the notice's. */
  private void liveUntilKilled(Disk disk, Fuse fuse) {
    var journal = new FakeJournal(disk, fuse, Waiter.wallClock());
    try (var _ = notices(journal)) {
      finish(disk, journal);
      await().atMost(LONG).until(() -> fuse.burnt() >= 8 || isBurnt(fuse));
    } catch (Fuse.Killed e) {
      assertThat(isBurnt(fuse)).isTrue();
    }
  }

  private static boolean isBurnt(Fuse fuse) {
    try {
      fuse.check();
      return false;
    } catch (Fuse.Killed e) {
      return true;
    }
  }

  private static void finish(Disk disk, Journal journal) {
    if (disk.entries().stream().noneMatch(entry -> entry.event() instanceof RolloutStarted)) {
      journal.append(
          Samples.started(
              Samples.ROLLOUT, Samples.NEW, List.of(Samples.slack(Occasion.NEEDS_HELP))));
    }
    if (disk.entries().stream().noneMatch(entry -> entry.event() instanceof RolloutEnded)) {
      journal.append(Samples.ended(Samples.ROLLOUT, Ending.NEEDS_HELP));
    }
  }

  private static Optional<Receipt> receipt(Disk disk) {
    return disk.entries().stream()
        .map(Entry::event)
        .filter(NoticeAnswered.class::isInstance)
        .map(event -> ((NoticeAnswered) event).receipt())
        .findFirst();
  }

  private Notices notices(Journal journal) {
    return new Notices(
        journal,
        new Secrets(directory, Optional.empty()),
        Posts.over(Posts.Limits.DEFAULT),
        Waiter.wallClock(),
        Waiter.system(),
        Patience.DEFAULT);
  }
}
