package dev.slipway.agent.manifest.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.strategy.StrategyDocument;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Goal: nothing that a schema offers is accepted and then ignored. Method: documents that use every
 * property are read, and what was asked for is compared with what the schemas list.
 */
class SchemaBindingTest {
  private static final Path SCHEMAS = Path.of("src", "main", "schemas");
  private static final Path COMPLETE = Path.of("src", "test", "resources", "complete");

  private static final String PATCH = "/spec/applications/*/patch";

  private static final Map<Kind, Function<Fields, Object>> READERS =
      Map.of(
          Kind.AGENT, AgentDocument::read,
          Kind.PROJECT, ProjectDocument::read,
          Kind.ENVIRONMENT, fields -> EnvironmentDocument.read(fields, "environment"),
          Kind.APPLICATION, fields -> ApplicationDocument.read(fields, "application"),
          Kind.STRATEGY, fields -> StrategyDocument.read(fields, "strategy"));

  @ParameterizedTest
  @EnumSource
  void everyPropertyOfASchemaIsRead(Kind kind) throws IOException {
    Set<String> offered = new TreeSet<>();
    collect(kind.schemaFile(), json(kind.schemaFile()), "", offered);
    Set<String> read = new TreeSet<>();
    for (Path file : documents(kind)) {
      var reading = new Reading();
      assertThat(READERS.getOrDefault(kind, Fields::place).apply(reading.open(tree(file))))
          .isNotNull();
      reading.read().forEach(pointer -> read.add(general(pointer)));
    }
    assertThat(read).containsExactlyElementsOf(offered);
  }

  /** Editors know what a patch may say; whether it is right shows when it lies over the rest. */
  @Test
  void aPatchOffersWhatAnApplicationOffersButTheRelease() {
    Set<String> offered = new TreeSet<>();
    json("application.schema.json")
        .at("/$defs/spec/properties")
        .propertyNames()
        .forEach(offered::add);
    offered.remove("release");
    assertThat(
            json("environment.schema.json")
                .at("/$defs/application/properties/patch/properties")
                .propertyNames())
        .containsExactlyInAnyOrderElementsOf(offered);
  }

  private static List<Path> documents(Kind kind) throws IOException {
    String name = kind.schemaFile().replace(".schema.json", "");
    try (Stream<Path> files = Files.list(COMPLETE)) {
      return files.filter(file -> file.getFileName().toString().matches(name + "[.-].*")).toList();
    }
  }

  private static Node tree(Path file) throws IOException {
    return Document.read(file.toString(), Files.readAllBytes(file))
            instanceof Parsed.Valid<Node>(var tree)
        ? tree
        : org.assertj.core.api.Assertions.fail(file.toString());
  }

  /** Collects what a schema offers now, as pointers in which a star stands for any name. */
  private static void collect(String file, JsonNode schema, String at, Set<String> offered) {
    if (schema.isMissingNode() || schema.path("x-later").isBoolean()) {
      return;
    }
    String reference = schema.path("$ref").asString("");
    if (!reference.isEmpty() && !at.equals("/spec/defaults")) {
      String other = reference.startsWith("#") ? file : reference.replaceAll("#.*", "");
      JsonNode target = json(other).at(reference.replaceAll(".*#", ""));
      collect(other, target, at, offered);
    }
    if (at.equals("/spec/defaults") || at.equals(PATCH)) {
      return;
    }
    collectProperties(file, schema, at, offered);
    collect(file, schema.path("items"), at + "/*", offered);
  }

  private static void collectProperties(
      String file, JsonNode schema, String at, Set<String> offered) {
    for (String name : schema.path("properties").propertyNames()) {
      JsonNode property = schema.path("properties").path(name);
      if (!property.path("x-later").isBoolean()) {
        offered.add(general(at + "/" + name));
        collect(file, property, at + "/" + name, offered);
      }
    }
    for (JsonNode any : schema.path("patternProperties")) {
      offered.add(general(at + "/*"));
      collect(file, any, at + "/*", offered);
    }
  }

  /** A role has the properties that an application without roles has itself. */
  private static String general(String pointer) {
    return pointer
        .replaceAll("/[0-9]+(?=/)", "/*")
        .replaceAll("/clear/[^/]+", "/clear/*")
        .replaceAll("/(headers|expectedHeaders|(?<=/\\*/)metadata)/[^/]+", "/$1/*")
        .replaceAll("/roles/[^/]+", "/roles/*")
        .replaceAll("/roles/\\*/", "/");
  }

  private static JsonNode json(String file) {
    return new ObjectMapper().readTree(SCHEMAS.resolve(file).toFile());
  }
}
