package dev.slipway.agent.manifest.edit;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Another release for an application: its version, and where its files are if that changes too. */
public record ReleaseEdit(String version, Optional<String> sha256, Optional<String> url) {
  private static final Pattern QUOTED = Pattern.compile("\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^']|'')*'");
  private static final Pattern SAFE = Pattern.compile("[^\"\\\\\\p{Cntrl}]+");

  /** A value that takes the place of another. */
  private record Change(Node.Scalar old, String value) {}

  /** Returns the text of an application's file with this release. */
  public Parsed<String> in(String file, byte[] bytes) {
    return switch (Document.read(file, bytes)) {
      case Parsed.Invalid<Node>(var problems) -> new Parsed.Invalid<>(problems);
      case Parsed.Valid<Node>(var tree) -> {
        var problems = new ArrayList<Problem>();
        String text = text(tree, new String(bytes, StandardCharsets.UTF_8), problems);
        yield problems.isEmpty() ? new Parsed.Valid<>(text) : new Parsed.Invalid<>(problems);
      }
    };
  }

  private String text(Node tree, String text, List<Problem> problems) {
    var changes = new ArrayList<Change>();
    change(tree, List.of("spec", "release", "version"), version, changes, problems);
    List<String> source = List.of("spec", "release", "source");
    sha256.ifPresent(sum -> change(tree, below(source, "sha256"), sum, changes, problems));
    url.ifPresent(at -> change(tree, below(source, "url"), at, changes, problems));
    at(tree, below(source, "sha256"))
        .filter(_ -> sha256.isEmpty() && !changes.isEmpty())
        .filter(_ -> !changes.getFirst().old().text().equals(version))
        .ifPresent(sum ->
            problems.add(
                sum.place()
                    .problem("belongs to the files of another version", "give --sha256 too")));
    return problems.isEmpty() ? replaced(text, changes, problems) : text;
  }

  private static List<String> below(List<String> path, String key) {
    var longer = new ArrayList<>(path);
    longer.add(key);
    return longer;
  }

  private static void change(
      Node tree, List<String> path, String value, List<Change> changes, List<Problem> problems) {
    Optional<Node> found = at(tree, path);
    if (found.isPresent() && found.get() instanceof Node.Scalar old) {
      changes.add(new Change(old, value));
    } else {
      problems.add(
          found
              .map(Node::place)
              .orElse(tree.place())
              .problem("has no /%s to change".formatted(String.join("/", path)), "write it once"));
    }
  }

  private static Optional<Node> at(Node tree, List<String> path) {
    Optional<Node> found = Optional.of(tree);
    for (String step : path) {
      found =
          found.flatMap(
              node -> node instanceof Node.Mapping map ? map.get(step) : Optional.empty());
    }
    return found;
  }

  /** Begins at the end, so that what is still to be changed stays where it was found. */
  private static String replaced(String text, List<Change> changes, List<Problem> problems) {
    var edited = new StringBuilder(text);
    Comparator<Change> inText =
        Comparator.<Change>comparingInt(change -> change.old().place().line())
            .thenComparingInt(change -> change.old().place().column());
    for (Change change : changes.stream().sorted(inText.reversed()).toList()) {
      Place place = change.old().place();
      int begin = offset(text, place);
      int length = length(text, begin, change.old());
      if (length > 0 && SAFE.matcher(change.value()).matches()) {
        edited.replace(begin, begin + length, '"' + change.value() + '"');
      } else {
        problems.add(
            length > 0
                ? place.problem("would hold what no release does", "give it without quotes")
                : place.problem("is written over several lines", "write it on one line"));
      }
    }
    return edited.toString();
  }

  private static int offset(String text, Place place) {
    int begin = 0;
    for (int line = 1; line < place.line(); line++) {
      begin = text.indexOf('\n', begin) + 1;
    }
    return text.offsetByCodePoints(begin, place.column() - 1);
  }

  private static int length(String text, int begin, Node.Scalar old) {
    if (old.style() == Node.Style.PLAIN) {
      return text.startsWith(old.text(), begin) ? old.text().length() : 0;
    }
    Matcher quoted = QUOTED.matcher(text).region(begin, text.length());
    return quoted.lookingAt() && quoted.group().indexOf('\n') < 0 ? quoted.group().length() : 0;
  }
}
