package dev.slipway.agent.balancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.slipway.agent.balancer.Spent;
import dev.slipway.agent.balancer.haproxy.Averages.Average;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: of an average that forgets slowly it is reckoned how long the answers of a time took.
 *
 * <p>Method: an average that is kept as HAProxy keeps it, in whole numbers, is read now and then;
 * that HAProxy does so is shown by {@code HaproxyCountsTest}.
 */
class AveragesTest {
  private final Averages averages = new Averages();
  private final Server server = new Server();

  @ParameterizedTest
  @CsvSource({
    "0, 0, 512, 20",
    "0, 0, 600, 3",
    "100, 500, 512, 5",
    "400, 2, 600, 100",
    "512, 20, 512, 100",
    "5000, 100, 512, 1",
    "5000, 5, 2000, 60",
    "1000000, 30, 700, 0"
  })
  void whatWasBeforeIsNotInTheMean(int former, int formerMillis, int answers, int millis) {
    server.answers(former, formerMillis);
    Spent before = read("1");

    for (int i = 0; i < answers; i++) {
      server.answers(1, millis);
      if (i % 7 == 0) {
        read("1");
      }
    }

    Spent after = read("1");
    assertThat(after.answers() - before.answers()).isEqualTo(answers);
    assertThat((after.millis() - before.millis()) / answers).isCloseTo(millis, within(1.1));
  }

  @Test
  void timesOfAllSizesHaveTheirMean() {
    server.answers(2_000, 7);
    read("1");
    var random = new SplittableRandom(1);
    long sum = 0;
    for (int i = 0; i < 5_000; i++) {
      int millis = random.nextInt(200);
      sum += millis;
      server.answers(1, millis);
      if (random.nextInt(30) == 0) {
        read("1");
      }
    }

    assertThat(read("1").millis() / 5_000).isCloseTo(sum / 5_000.0, within(1.1));
  }

  @Test
  void anotherProcessHasSpentNothingYet() {
    server.answers(10, 20);
    read("1");
    server.answers(10, 20);
    assertThat(read("1")).isEqualTo(new Spent(10, 200));

    assertThat(read("2")).isEqualTo(Spent.NONE);
    server.answers(10, 20);
    assertThat(read("2")).isEqualTo(new Spent(10, 200));
  }

  @Test
  void clearedCountersAreABeginningAndTakeNothingBack() {
    server.answers(10, 20);
    read("1");
    server.answers(10, 20);
    read("1");

    assertThat(averages.spent("1", "a", new Average(4, 500))).isEqualTo(new Spent(10, 200));
    assertThat(averages.spent("1", "a", new Average(5, 500))).isEqualTo(new Spent(11, 700));
  }

  @Test
  void eachServerHasItsOwn() {
    averages.spent("1", "a", new Average(10, 20));
    averages.spent("1", "b", new Average(10, 90));

    assertThat(averages.spent("1", "a", new Average(20, 20))).isEqualTo(new Spent(10, 200));
    assertThat(averages.spent("1", "b", new Average(20, 90))).isEqualTo(new Spent(10, 900));
  }

  private Spent read(String process) {
    return averages.spent(process, "a", server.shown());
  }

  /** Keeps an average as {@code swrate_add_dynamic} and {@code swrate_avg} do. */
  private static final class Server {
    private static final int WINDOW = 512;
    private long answers;
    private long sum;

    void answers(int count, int millis) {
      for (int i = 0; i < count; i++) {
        answers++;
        sum += millis - (answers > WINDOW ? (sum + WINDOW - 1) / WINDOW : 0);
      }
    }

    Average shown() {
      long window = Math.clamp(answers, 1, WINDOW);
      return new Average(answers, (sum + window - 1) / window);
    }
  }
}
