package dev.slipway.agent.cli.words;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A duration as manifests write them. */
public final class DurationWord implements ITypeConverter<Duration> {
  private static final Pattern WORD = Pattern.compile("(?=.)([0-9]+h)?([0-9]+m)?([0-9]+s)?");

  @Override
  public Duration convert(String word) {
    if (!WORD.matcher(word).matches()) {
      throw new TypeConversionException(
          "'%s' is no duration; it needs a unit, for example 90s, 10m or 1h30m".formatted(word));
    }
    return Duration.parse("PT" + word);
  }
}
