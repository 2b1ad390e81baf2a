package dev.slipway.agent.e2e.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.e2e.strategies.Kind;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: what docs/comparison.md says about strategies is what they do. Method: each contender runs
 * one race, in turns of which none overlaps another; {@code bench/compare.sh} starts it. Words
 * choose a part, which is printed only; the whole is written into the page, too.
 */
final class ComparisonBenchmark {
  private static final Path PAGE = Path.of("..", "docs", "comparison.md");

  /** Loopback networks that take turns, so that no port is still closing when it is wanted. */
  private static final int NETWORKS = 10;

  private static final int FIRST_NETWORK = 55;

  @TempDir private Path directory;
  private int races;

  private static List<String> words() {
    String words = Optional.ofNullable(System.getenv("SLIPWAY_COMPARE")).orElse("").strip();
    return words.isEmpty() ? List.of() : Pattern.compile("\\s+").splitAsStream(words).toList();
  }

  /** Returns what is chosen, with what it is compared with. */
  private static List<Contender> chosen(List<String> words) {
    List<Contender> all = Contender.all();
    List<Contender> meant = all.stream().filter(one -> one.isMeantBy(words)).toList();
    return all.stream()
        .filter(one ->
            meant.contains(one)
                || (one.isMeasure()
                    && meant.stream().anyMatch(other -> other.kind().equals(one.kind()))))
        .toList();
  }

  @Test
  void theTableIsMeasured() throws IOException {
    List<String> words = words();
    assertThat(Contender.unknown(words)).as("words that name no strategy or balancer").isEmpty();
    var measured = new ArrayList<Measured>();
    for (Contender contender : chosen(words)) {
      print("%s ...".formatted(contender));
      measured.add(twice(() -> Race.run(contender, next(), network())));
    }
    var returns = new ArrayList<Returns>();
    for (Kind kind : kindsOfBlueGreen(measured)) {
      print("reverts of blueGreen behind %s ...".formatted(kind));
      returns.add(twice(() -> Returns.behind(kind, next(), network())));
    }
    String text = ComparisonPage.rendered(about(measured), measured, returns);
    print(text);
    if (words.isEmpty()) {
      var page = new ComparisonPage(Handbook.page("comparison.md").text()).with(text);
      Files.writeString(PAGE, page.text());
    }
  }

  private static List<Kind> kindsOfBlueGreen(List<Measured> measured) {
    return measured.stream()
        .map(Measured::contender)
        .filter(one -> one.scheme() == Scheme.BLUE_GREEN)
        .map(Contender::kind)
        .toList();
  }

  /** A machine that was busy for a moment does not undo the minutes before. */
  private static <T> T twice(Supplier<T> race) {
    try {
      return race.get();
    } catch (AssertionError | ConditionTimeoutException e) {
      print("once more, because: " + e.getMessage());
      return race.get();
    }
  }

  private Path next() {
    races++;
    return directory.resolve(String.valueOf(races));
  }

  private String network() {
    return "127.1.%d".formatted(FIRST_NETWORK + races % NETWORKS);
  }

  private static String about(List<Measured> measured) {
    long requests = measured.stream().mapToLong(one -> one.requests().sent()).sum();
    var system = ManagementFactory.getOperatingSystemMXBean();
    return String.format(
        Locale.ROOT,
        "Measured on %s, on %d cores with a load of %.1f in the end, with %,d requests.",
        LocalDate.ofInstant(Waiter.wallClock().instant(), ZoneOffset.UTC),
        system.getAvailableProcessors(),
        system.getSystemLoadAverage(),
        requests);
  }

  /** A benchmark is read while it runs. */
  private static void print(String text) {
    System.out.println(text);
  }
}
