package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.kind.Reading;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Schemas;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** The one way from a file's bytes to its meaning: tree, schema, fields. */
final class ManifestFile {
  private ManifestFile() {}

  /** Reads a file of a kind. */
  static <T> Parsed<T> read(Kind kind, String file, byte[] bytes, Function<Fields, T> reader) {
    return read(kind, file, bytes, UnaryOperator.identity(), reader);
  }

  /** Reads a file of a kind, of which the tree is changed after it passed its schema. */
  static <T> Parsed<T> read(
      Kind kind,
      String file,
      byte[] bytes,
      UnaryOperator<Node> change,
      Function<Fields, T> reader) {
    return switch (Document.read(file, bytes)) {
      case Parsed.Invalid<Node>(var problems) -> new Parsed.Invalid<>(problems);
      case Parsed.Valid<Node>(var tree) -> {
        List<Problem> problems = Schemas.PACKAGED.check(kind, tree);
        yield problems.isEmpty()
            ? meaning(change.apply(tree), reader)
            : new Parsed.Invalid<>(problems);
      }
    };
  }

  private static <T> Parsed<T> meaning(Node tree, Function<Fields, T> reader) {
    var reading = new Reading();
    T value = reader.apply(reading.open(tree));
    return reading.problems().isEmpty()
        ? new Parsed.Valid<>(value)
        : new Parsed.Invalid<>(reading.problems());
  }
}
