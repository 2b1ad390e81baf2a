package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.layers.FollowUps;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The one way from a file's bytes to its meaning: tree, schema, fields. */
final class ManifestFile {
  private ManifestFile() {}

  /** What counts of a file in which something is wrong. */
  enum Manner {
    /** Nothing: a file is right, or is not used. */
    WHOLE,
    /** All that has the right shape, to look for more that is wrong. Never to act on. */
    SOUND_PARTS
  }

  /** Reads a file of a kind. */
  static <T> Parsed<T> read(Kind kind, String file, byte[] bytes, Function<Fields, T> reader) {
    return read(kind, file, bytes, Manner.WHOLE, UnaryOperator.identity(), reader);
  }

  /** Reads a file of a kind, of which the tree is changed after it passed its schema. */
  static <T> Parsed<T> read(
      Kind kind,
      String file,
      byte[] bytes,
      Manner manner,
      UnaryOperator<Node> change,
      Function<Fields, T> reader) {
    return switch (Document.read(file, bytes)) {
      case Parsed.Invalid<Node>(var problems) -> new Parsed.Invalid<>(problems);
      case Parsed.Valid<Node>(var tree) -> {
        List<Problem> problems = Schemas.PACKAGED.check(kind, tree);
        Optional<Node> sound =
            problems.isEmpty()
                ? Optional.of(tree)
                : Schemas.PACKAGED.sound(kind, tree, nameOf(file));
        yield sound
            .map(part -> meaning(change.apply(part), manner, problems, reader))
            .orElseGet(() -> new Parsed.Invalid<>(problems));
      }
    };
  }

  private static <T> Parsed<T> meaning(
      Node tree, Manner manner, List<Problem> shape, Function<Fields, T> reader) {
    var reading = new Reading();
    T value = reader.apply(reading.open(tree));
    var all = new ArrayList<>(shape);
    all.addAll(FollowUps.of(shape).removedFrom(reading.problems()));
    return all.isEmpty() || manner == Manner.SOUND_PARTS
        ? new Parsed.Valid<>(value)
        : new Parsed.Invalid<>(all);
  }

  private static String nameOf(String file) {
    return file.replaceAll(".*/|\\.yaml$", "");
  }
}
