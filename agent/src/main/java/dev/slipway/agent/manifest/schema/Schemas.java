package dev.slipway.agent.manifest.schema;

import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Checks trees against the schema of their kind. Immutable, and safe for several threads. */
public final class Schemas {
  /** The schemas that are packaged with the agent. */
  public static final Schemas PACKAGED = new Schemas(new SchemaFiles());

  private final Map<Kind, Schema> schemas = new EnumMap<>(Kind.class);
  private final SchemaFiles files;

  private Schemas(SchemaFiles files) {
    this.files = files;
    SchemaRegistry registry =
        SchemaRegistry.withDialect(dialect(), builder -> builder.schemas(files.texts()));
    for (Kind kind : Kind.values()) {
      schemas.put(kind, registry.getSchema(SchemaLocation.of(SchemaFiles.address(kind))));
    }
  }

  private static Dialect dialect() {
    return Dialect.builder(Dialects.getDraft202012())
        .keyword(new Later())
        .keyword(new NonValidationKeyword(Wording.FACT))
        .keyword(new NonValidationKeyword(Wording.USE))
        .keyword(new NonValidationKeyword(Wording.SECRET))
        .build();
  }

  /** Returns everything in the tree that its schema does not allow, in the order of the text. */
  public List<Problem> check(Kind kind, Node tree) {
    return errors(kind, tree).stream()
        .map(error -> new Wording(files, tree, error).problem())
        .distinct()
        .sorted()
        .toList();
  }

  /**
   * Returns the part of a tree that its schema allows; empty if too little is left.
   *
   * @param name what the file says that it describes, if it cannot be read from the tree
   */
  public Optional<Node> sound(Kind kind, Node tree, String name) {
    return new Mending(part -> errors(kind, part), new StandIns(kind, name)).sound(tree);
  }

  /**
   * Returns the keys that a mapping may have, in the order in which people read them; empty where
   * they are free.
   *
   * @param pointer where the mapping stands in its document
   */
  public List<String> keys(Kind kind, String pointer) {
    return files.keys(
        kind, pointer.isEmpty() ? List.of() : List.of(pointer.substring(1).split("/")));
  }

  private List<Error> errors(Kind kind, Node tree) {
    Schema schema = schemas.get(kind);
    if (schema == null) {
      throw new IllegalStateException("%s has no schema".formatted(kind));
    }
    return schema.validate(JsonTree.of(tree));
  }
}
