package dev.slipway.agent.manifest.schema;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Goal: what a later version will support is refused by its name, where it stands. Method: the
 * schemas are searched for everything that is marked so, and each is written into a document.
 */
class LaterTest {
  private static final Path SCHEMAS = Path.of("src", "main", "schemas");

  @ParameterizedTest(name = "{0} {1}: {2}")
  @MethodSource("marked")
  void isRefusedByName(Kind kind, String pointer, String value) {
    String name = pointer.substring(pointer.lastIndexOf('/') + 1);
    byte[] text = document(pointer, value).getBytes(StandardCharsets.UTF_8);
    assertThat(Document.read("file.yaml", text))
        .isInstanceOfSatisfying(
            Parsed.Valid.class,
            valid ->
                assertThat(Schemas.PACKAGED.check(kind, (Node) valid.value()))
                    .anySatisfy(problem -> {
                      assertThat(problem.fact()).contains(name).endsWith("is not supported yet");
                      assertThat(problem.line()).isEqualTo(depth(pointer));
                    }));
  }

  static List<Arguments> marked() {
    var found = new ArrayList<Arguments>();
    for (Kind kind : Kind.values()) {
      search(kind, kind.schemaFile(), json(kind.schemaFile()), "", found);
    }
    assertThat(found).hasSizeGreaterThan(8);
    return found;
  }

  private static void search(
      Kind kind, String file, JsonNode schema, String at, List<Arguments> found) {
    JsonNode later = schema.path("x-later");
    if (later.isBoolean()) {
      found.add(Arguments.of(kind, at, "x"));
      return;
    }
    later.valueStream().forEach(value -> found.add(Arguments.of(kind, at, value.asString())));
    String reference = schema.path("$ref").asString("");
    if (!reference.isEmpty()) {
      String other = reference.startsWith("#") ? file : reference.replaceAll("#.*", "");
      search(kind, other, json(other).at(reference.replaceAll(".*#", "")), at, found);
    }
    for (String name : schema.path("properties").propertyNames()) {
      search(kind, file, schema.path("properties").path(name), at + "/" + name, found);
    }
    schema
        .path("patternProperties")
        .valueStream()
        .forEach(any -> search(kind, file, any, at + "/any", found));
    if (schema.has("items")) {
      search(kind, file, schema.path("items"), at + "/-", found);
    }
  }

  /** Writes one value at its place, a line for each level. */
  private static String document(String pointer, String value) {
    var text = new StringBuilder();
    String[] steps = pointer.substring(1).split("/", -1);
    for (int level = 0; level < steps.length; level++) {
      text.repeat("  ", level).append(steps[level].equals("-") ? "-" : steps[level] + ":");
      text.append(level == steps.length - 1 ? " " + value + "\n" : "\n");
    }
    return text.toString();
  }

  private static int depth(String pointer) {
    return (int) Stream.of(pointer.substring(1).split("/", -1)).count();
  }

  private static JsonNode json(String file) {
    return new ObjectMapper().readTree(SCHEMAS.resolve(file).toFile());
  }
}
