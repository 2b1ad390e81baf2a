package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.cli.words.DurationWord;
import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** An error rate that a release has from some time on, as in {@code 5%} or {@code 5%@2m}. */
final class RateWord implements ITypeConverter<RateWord.Rate> {
  private static final Pattern WORD = Pattern.compile("([0-9]{1,3}(?:\\.[0-9]{1,4})?)%(?:@(.+))?");
  private static final double PERCENT = 100;

  /** A part of the requests, and since when after the start. */
  record Rate(double part, Duration from) {}

  @Override
  public Rate convert(String word) {
    Matcher matcher = WORD.matcher(word);
    if (!matcher.matches() || Double.parseDouble(matcher.group(1)) > PERCENT) {
      throw new TypeConversionException(
          "'%s' is no error rate; use 0%% to 100%%, and a time after the start if it rises later, as in 5%%@2m"
              .formatted(word));
    }
    String from = matcher.group(2);
    return new Rate(
        Double.parseDouble(matcher.group(1)) / PERCENT,
        from == null ? Duration.ZERO : new DurationWord().convert(from));
  }
}
