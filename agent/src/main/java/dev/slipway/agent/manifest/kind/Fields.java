package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.text.DurationText;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.plan.Amount;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/** A mapping as its reader asks for it, key by key; which keys were asked for is remembered. */
public final class Fields {
  private final Node.Mapping mapping;
  private final Reading reading;
  private final Set<String> asked = new HashSet<>();

  Fields(Node.Mapping mapping, Reading reading) {
    this.mapping = mapping;
    this.reading = reading;
  }

  /** Returns where the mapping stands. */
  public Place place() {
    return mapping.place();
  }

  /** Returns the mapping as it stands. */
  public Node.Mapping tree() {
    return mapping;
  }

  /** Returns where a value stands; the mapping's own place if it is not written. */
  public Place place(String key) {
    return mapping.get(key).map(Node::place).orElse(mapping.place());
  }

  /** Returns the keys in the order of the text. */
  public List<String> keys() {
    return mapping.entries().stream().map(Node.Entry::name).toList();
  }

  /** Returns the value of a key as it stands. */
  public Optional<Node> node(String key) {
    asked.add(key);
    return mapping.get(key);
  }

  /** Returns a text with its place. */
  public Optional<Located> located(String key) {
    return node(key).map(Fields::locatedOf);
  }

  /** Returns a text. */
  public Optional<String> text(String key) {
    return located(key).map(Located::text);
  }

  /** Returns a text that the schema requires. */
  public Located required(String key) {
    return located(key).orElseThrow(() -> new IllegalStateException(mapping.place() + " " + key));
  }

  /** Returns a list of texts; empty if it is not written. */
  public List<Located> texts(String key) {
    return items(key).stream().map(Fields::locatedOf).toList();
  }

  /** Returns the words of a command; empty if it is not written. */
  public List<String> words(String key) {
    return texts(key).stream().map(Located::text).toList();
  }

  /** Returns a list of commands, each with its words; empty if it is not written. */
  public List<List<String>> commands(String key) {
    return items(key).stream()
        .map(command -> itemsOf(command).stream().map(word -> locatedOf(word).text()).toList())
        .toList();
  }

  /** Returns a whole number. */
  public OptionalInt integer(String key) {
    return node(key)
        .map(node -> OptionalInt.of(new BigDecimal(locatedOf(node).text()).intValueExact()))
        .orElse(OptionalInt.empty());
  }

  /** Returns a whole number, or another one if it is not written. */
  public int integer(String key, int otherwise) {
    return integer(key).orElse(otherwise);
  }

  /** Returns a duration, or another one if it is not written. */
  public Duration duration(String key, Duration otherwise) {
    return text(key).map(DurationText::parse).orElse(otherwise);
  }

  /** Returns a duration that must be above zero, or another one if it is not written. */
  public Duration positive(String key, Duration otherwise) {
    Duration found = duration(key, otherwise);
    if (found.isPositive()) {
      return found;
    }
    report(key, "'%s' is zero".formatted(key), "use a time above zero, e.g. 5s");
    return otherwise;
  }

  /** Returns a count or a percentage. */
  public Optional<Amount> amount(String key) {
    return text(key).map(Fields::amountOf);
  }

  /** Returns a list of counts or percentages; empty if it is not written. */
  public List<Amount> amounts(String key) {
    return texts(key).stream().map(Located::text).map(Fields::amountOf).toList();
  }

  /** Returns texts by key, in the order of the text; empty if they are not written. */
  public Map<String, String> variables(String key) {
    var variables = new LinkedHashMap<String, String>();
    child(key)
        .ifPresent(child ->
            child.keys().forEach(name -> variables.put(name, child.required(name).text())));
    return Collections.unmodifiableMap(variables);
  }

  /** Returns a mapping below this one. */
  public Optional<Fields> child(String key) {
    return node(key).filter(Node.Mapping.class::isInstance).map(reading::open);
  }

  /** Returns the mappings of a list; empty if it is not written. */
  public List<Fields> children(String key) {
    return items(key).stream().map(reading::open).toList();
  }

  /** Notes a problem with a value. */
  public void report(String key, String fact, String remedy) {
    reading.report(place(key), fact, remedy);
  }

  /** Returns the pass that these fields belong to. */
  public Reading reading() {
    return reading;
  }

  public boolean has(String key) {
    return mapping.get(key).isPresent();
  }

  public boolean isTrue(String key) {
    return text(key).map(text -> text.toLowerCase(Locale.ROOT).equals("true")).orElse(false);
  }

  List<String> read() {
    return mapping.entries().stream()
        .filter(entry -> asked.contains(entry.name()))
        .map(entry -> entry.key().place().path())
        .toList();
  }

  private List<Node> items(String key) {
    return node(key).map(Fields::itemsOf).orElse(List.of());
  }

  private static List<Node> itemsOf(Node node) {
    return node instanceof Node.Sequence(var _, var items) ? items : List.of(node);
  }

  private static Located locatedOf(Node node) {
    if (node instanceof Node.Scalar scalar) {
      return new Located(scalar);
    }
    throw new IllegalStateException("%s is no scalar".formatted(node.place()));
  }

  private static Amount amountOf(String text) {
    return text.endsWith("%")
        ? new Amount.Percent(Integer.parseInt(text.substring(0, text.length() - 1)))
        : new Amount.Count(new BigDecimal(text).intValueExact());
  }
}
