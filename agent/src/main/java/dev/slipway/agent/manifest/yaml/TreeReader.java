package dev.slipway.agent.manifest.yaml;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.AliasEvent;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.DocumentStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.events.MappingStartEvent;
import org.snakeyaml.engine.v2.events.NodeEvent;
import org.snakeyaml.engine.v2.events.ScalarEvent;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.ReaderException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;

/**
 * Builds the tree from the engine's events, so that an alias is refused and never followed.
 *
 * <p>The frames that are open stand on a stack of their own; nothing here recurses.
 */
final class TreeReader {
  private static final int LEVELS_MAX = 64;

  private final String file;
  private final List<Problem> problems = new ArrayList<>();
  private final Deque<Frame> open = new ArrayDeque<>();
  private final Frame.Whole whole = new Frame.Whole();
  private int documents;
  private boolean stopped;

  TreeReader(String file) {
    this.file = file;
  }

  Parsed<Node> read(String text) {
    open.push(whole);
    try {
      Iterator<Event> events = new Parse(settings()).parseString(text).iterator();
      while (!stopped && events.hasNext()) {
        accept(events.next());
      }
    } catch (MarkedYamlEngineException e) {
      String fact = syntax(e);
      report(e.getProblemMark(), fact, fact.contains("TAB") ? "indent with spaces" : "correct it");
    } catch (ReaderException e) {
      reportCharacter(text, e);
    } catch (YamlEngineException e) {
      report(Optional.empty(), String.valueOf(e.getMessage()), "correct the YAML");
    }
    return result();
  }

  private Parsed<Node> result() {
    Optional<Node> node = whole.node().filter(TreeReader::says);
    if (problems.isEmpty() && node.isEmpty()) {
      problems.add(
          Place.start(file).problem("manifest is empty", "write apiVersion, kind and spec"));
    }
    return problems.isEmpty()
        ? new Parsed.Valid<>(node.orElseThrow())
        : new Parsed.Invalid<>(problems);
  }

  private static boolean says(Node node) {
    return !(node instanceof Node.Scalar scalar && scalar.kind() == PlainScalar.NULL);
  }

  private LoadSettings settings() {
    return LoadSettings.builder()
        .setLabel(file)
        .setCodePointLimit(Document.BYTES_MAX + 1)
        .setMaxAliasesForCollections(0)
        .build();
  }

  private void accept(Event event) {
    switch (event.getEventId()) {
      case StreamStart, StreamEnd, Comment, DocumentEnd -> {}
      case DocumentStart -> document((DocumentStartEvent) event);
      case Alias -> alias((AliasEvent) event);
      case Scalar -> add(scalar((ScalarEvent) event));
      case SequenceStart, MappingStart -> begin((CollectionStartEvent) event);
      case SequenceEnd, MappingEnd -> add(open.pop().close());
    }
  }

  private void document(DocumentStartEvent event) {
    documents++;
    if (documents > 1) {
      int line = event.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
      report(
          event.getStartMark(),
          "expected one document, second starts at line " + line,
          "move it to a file of its own");
      stopped = true;
    } else if (event.getSpecVersion().isPresent() || !event.getTags().isEmpty()) {
      report(event.getStartMark(), "directives are not supported here", "remove the % lines");
    }
  }

  private void alias(AliasEvent event) {
    report(
        event.getStartMark(),
        "alias '*%s' is not supported here".formatted(event.getAlias().getValue()),
        "write the value out");
    add(new Node.Scalar(place(event.getStartMark()), "", Node.Style.QUOTED));
  }

  private Node.Scalar scalar(ScalarEvent event) {
    refuseDecoration(event, event.getTag());
    var style = event.isPlain() ? Node.Style.PLAIN : Node.Style.QUOTED;
    return new Node.Scalar(place(event.getStartMark()), event.getValue(), style);
  }

  private void begin(CollectionStartEvent event) {
    refuseDecoration(event, event.getTag());
    if (open.size() > LEVELS_MAX) {
      report(
          event.getStartMark(),
          "nested deeper than the limit 'manifest levels' of " + LEVELS_MAX,
          "flatten it");
      stopped = true;
      return;
    }
    Place place = place(event.getStartMark());
    open.push(event instanceof MappingStartEvent ? new Frame.Map(place) : new Frame.Items(place));
  }

  private void refuseDecoration(NodeEvent event, Optional<String> tag) {
    event
        .getAnchor()
        .ifPresent(anchor ->
            report(
                event.getStartMark(),
                "anchor '&%s' is not supported here".formatted(anchor.getValue()),
                "write the value out where it is needed"));
    tag.ifPresent(name ->
        report(
            event.getStartMark(),
            "tag %s is not supported here"
                .formatted(Shown.text(name.replace("tag:yaml.org,2002:", "!!"))),
            "remove it; quote the value if it is a text"));
  }

  private void add(Node node) {
    open.element().add(node).ifPresent(problems::add);
  }

  private Place place(Optional<Mark> mark) {
    String path = open.isEmpty() ? "" : open.element().path();
    return mark.map(at -> new Place(file, at.getLine() + 1, at.getColumn() + 1, path))
        .orElse(new Place(file, 1, 1, path));
  }

  private void report(Optional<Mark> mark, String fact, String remedy) {
    problems.add(place(mark).problem(fact, remedy));
  }

  private static String syntax(MarkedYamlEngineException e) {
    String problem = String.valueOf(e.getProblem()).strip();
    String context = e.getContext() == null ? "" : ", " + e.getContext().strip();
    return Shown.sentence(problem + context);
  }

  private void reportCharacter(String text, ReaderException e) {
    int position = Math.clamp(e.getPosition(), 0, text.length());
    String before = text.substring(0, text.offsetByCodePoints(0, points(text, position)));
    int line = (int) before.chars().filter(point -> point == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    var place = new Place(file, line, column, "");
    problems.add(
        place.problem(
            "character U+%04X is not allowed in a manifest".formatted(e.getCodePoint()),
            "remove it, or write it as an escape in double quotes"));
  }

  private static int points(String text, int position) {
    return Math.min(position, text.codePointCount(0, text.length()));
  }
}
