package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.edit.ReleaseEdit;
import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A change of one file of a config repository that keeps it right.
 *
 * @param file as the repository names it
 */
public record Change(String file, String before, String after) {

  /** Returns what another release changes, or why it must not be. */
  public static Parsed<Change> ofRelease(Path directory, String application, ReleaseEdit edit) {
    var tree = new DirectoryTree(directory);
    String file = Checkout.applicationFile(application);
    return switch (tree.read(file)) {
      case Tree.Read.Missing() -> refused(file, "does not exist", "name an application of apps/");
      case Tree.Read.Refused(var reason) -> refused(file, reason, "commit a regular file");
      case Tree.Read.Found(var blob, var _) ->
          switch (edit.in(file, blob.bytes())) {
            case Parsed.Invalid<String>(var problems) -> new Parsed.Invalid<>(problems);
            case Parsed.Valid<String>(var after) ->
                checked(
                    tree,
                    new Change(file, new String(blob.bytes(), StandardCharsets.UTF_8), after));
          };
    };
  }

  private static Parsed<Change> checked(Tree tree, Change change) {
    List<Problem> problems =
        Validation.tree(new Changed(tree, change)).problems().stream()
            .filter(problem -> problem.file().equals(change.file()))
            .toList();
    return problems.isEmpty() ? new Parsed.Valid<>(change) : new Parsed.Invalid<>(problems);
  }

  private static Parsed<Change> refused(String file, String fact, String remedy) {
    return new Parsed.Invalid<>(List.of(Desired.wholeFile(file, fact, remedy)));
  }

  /** Returns the lines that change, as {@code diff -U0} shows them. */
  public List<String> diff() {
    List<String> old = before.lines().toList();
    List<String> lines = after.lines().toList();
    var changed =
        IntStream.range(0, old.size())
            .filter(index -> !old.get(index).equals(lines.get(index)))
            .boxed()
            .flatMap(index ->
                Stream.of(
                    "@@ -%1$d +%1$d @@".formatted(index + 1),
                    "-" + old.get(index),
                    "+" + lines.get(index)));
    return Stream.concat(Stream.of("--- a/" + file, "+++ b/" + file), changed).toList();
  }

  private record Changed(Tree under, Change change) implements Tree {
    @Override
    public String commit() {
      return under.commit();
    }

    @Override
    public Read read(String path) {
      return path.equals(change.file())
          ? new Read.Found(new Blob(change.after().getBytes(StandardCharsets.UTF_8)), Mode.PLAIN)
          : under.read(path);
    }

    @Override
    public List<String> list(String directory) {
      return under.list(directory);
    }
  }
}
