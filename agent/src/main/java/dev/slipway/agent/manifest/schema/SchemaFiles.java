package dev.slipway.agent.manifest.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** The schema files that are packaged with the agent. */
final class SchemaFiles {
  private static final String BASE = "https://slipway.dev/schemas/";
  private static final String COMMON = "common.schema.json";

  private final Map<String, String> texts = new LinkedHashMap<>();
  private final Map<String, JsonNode> trees = new LinkedHashMap<>();

  SchemaFiles() {
    var json = new ObjectMapper();
    Stream.concat(Stream.of(COMMON), Arrays.stream(Kind.values()).map(Kind::schemaFile))
        .forEach(file -> {
          String text = resource(file);
          texts.put(BASE + file, text);
          trees.put(BASE + file, json.readTree(text));
        });
  }

  /** Returns the address under which a kind's schema is known. */
  static String address(Kind kind) {
    return BASE + kind.schemaFile();
  }

  /** Returns the texts by address. */
  Map<String, String> texts() {
    return texts;
  }

  /** Returns a file's tree. */
  JsonNode tree(String address) {
    return Optional.ofNullable(trees.get(address))
        .orElseThrow(() -> new IllegalArgumentException("no schema is called " + address));
  }

  /** Returns the keys that a schema offers at the end of a way through its documents. */
  List<String> keys(Kind kind, List<String> way) {
    JsonNode file = tree(address(kind));
    JsonNode found = file;
    for (String step : way) {
      JsonNode next = below(found, step);
      file = fileOf(next, file);
      found = resolved(next, file);
    }
    return List.copyOf(found.path("properties").propertyNames());
  }

  private static JsonNode below(JsonNode schema, String step) {
    JsonNode named = schema.path("properties").path(step);
    if (!named.isMissingNode()) {
      return named;
    }
    JsonNode patterns = schema.path("patternProperties");
    return patterns
        .propertyStream()
        .filter(pattern -> Pattern.compile(pattern.getKey()).matcher(step).find())
        .map(Map.Entry::getValue)
        .findFirst()
        .orElseGet(() -> schema.path("items"));
  }

  private JsonNode fileOf(JsonNode schema, JsonNode file) {
    String name = schema.path("$ref").asString("#").replaceAll("#.*", "");
    return name.isEmpty() ? file : tree(BASE + name);
  }

  /** A reference leads to a definition that leads nowhere else, or to one in the same file. */
  private static JsonNode resolved(JsonNode schema, JsonNode file) {
    String reference = schema.path("$ref").asString("");
    return reference.isEmpty() ? schema : file.at(reference.replaceAll(".*#", ""));
  }

  private static String resource(String file) {
    try (InputStream in = SchemaFiles.class.getResourceAsStream("/schemas/" + file)) {
      if (in == null) {
        throw new IllegalStateException("the schema %s is not packaged".formatted(file));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
