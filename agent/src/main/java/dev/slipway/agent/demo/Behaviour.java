package dev.slipway.agent.demo;

import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/** How a release of the demo application behaves, so that a bad release can be made on purpose. */
public sealed interface Behaviour {
  /** Does everything right. */
  record Sound() implements Behaviour {}

  /** Ends with status 1 before it listens. */
  record WillNotStart() implements Behaviour {}

  /** Serves, but answers 503 to the health check. */
  record Unhealthy() implements Behaviour {}

  /** Is healthy and serves, but says at {@code /status} that it is broken. */
  record FailsSmokeTests() implements Behaviour {}

  /** Is healthy, but answers 500 to every so many-th request of users. */
  record FailsOneIn(int requests) implements Behaviour {}

  /** Is healthy, but answers 500 to every request of users above so many in a second. */
  record FailsUnderLoad(int perSecond) implements Behaviour {}

  /** Is healthy, but takes its time for every request of users. */
  record AnswersSlowly(Duration delay) implements Behaviour {}

  /** Is healthy, then dies with status 1, at every start again. */
  record CrashesAfter(Duration uptime) implements Behaviour {}

  /** Listens only after a while. */
  record StartsSlowly(Duration delay) implements Behaviour {}

  /** Returns the line that {@link #parse} reads: a word, perhaps with a number. */
  default String line() {
    return switch (this) {
      case Sound() -> "sound";
      case WillNotStart() -> "will-not-start";
      case Unhealthy() -> "unhealthy";
      case FailsSmokeTests() -> "fails-smoke-tests";
      case FailsOneIn(var requests) -> "fails-one-in %d".formatted(requests);
      case FailsUnderLoad(var perSecond) -> "fails-under-load %d".formatted(perSecond);
      case AnswersSlowly(var delay) -> "answers-slowly %dms".formatted(delay.toMillis());
      case CrashesAfter(var uptime) -> "crashes-after %dms".formatted(uptime.toMillis());
      case StartsSlowly(var delay) -> "starts-slowly %dms".formatted(delay.toMillis());
    };
  }

  /** Reads the line; empty when it describes no behaviour. */
  static Optional<Behaviour> parse(String line) {
    var match = Pattern.compile("([a-z-]+)(?: (\\d{1,9})(?:ms)?)?").matcher(line.strip());
    if (!match.matches()) {
      return Optional.empty();
    }
    var number = Optional.ofNullable(match.group(2)).map(Long::parseLong);
    var time = number.map(Duration::ofMillis);
    return switch (match.group(1)) {
      case "sound" -> Optional.of(new Sound());
      case "will-not-start" -> Optional.of(new WillNotStart());
      case "unhealthy" -> Optional.of(new Unhealthy());
      case "fails-smoke-tests" -> Optional.of(new FailsSmokeTests());
      case "fails-one-in" -> number.map(Math::toIntExact).map(FailsOneIn::new);
      case "fails-under-load" -> number.map(Math::toIntExact).map(FailsUnderLoad::new);
      case "answers-slowly" -> time.map(AnswersSlowly::new);
      case "crashes-after" -> time.map(CrashesAfter::new);
      case "starts-slowly" -> time.map(StartsSlowly::new);
      default -> Optional.empty();
    };
  }
}
