package dev.slipway.agent.manifest.schema;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
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
