package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.cli.words.DurationWord;
import dev.slipway.strategies.simulation.Fault;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A host that dies, as in {@code web03@2m}. */
final class FaultWord implements ITypeConverter<Fault.Dies> {
  @Override
  public Fault.Dies convert(String word) {
    int at = word.indexOf('@');
    if (at < 1) {
      throw new TypeConversionException(
          "'%s' is no death; name a host and a time after the start, as in web03@2m"
              .formatted(word));
    }
    return new Fault.Dies(
        word.substring(0, at), new DurationWord().convert(word.substring(at + 1)));
  }
}
