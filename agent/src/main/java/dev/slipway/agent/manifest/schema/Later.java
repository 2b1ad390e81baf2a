package dev.slipway.agent.manifest.schema;

import com.networknt.schema.ExecutionContext;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaContext;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.keyword.AbstractKeyword;
import com.networknt.schema.keyword.BaseKeywordValidator;
import com.networknt.schema.keyword.Keyword;
import com.networknt.schema.keyword.KeywordValidator;
import com.networknt.schema.path.NodePath;
import tools.jackson.databind.JsonNode;

/**
 * The keyword {@code x-later}: what is written is known and not supported yet. With {@code true}
 * this goes for every value, with a list for the values in it.
 */
final class Later extends AbstractKeyword {
  static final String NAME = "x-later";

  Later() {
    super(NAME);
  }

  @Override
  public KeywordValidator newValidator(
      SchemaLocation location, JsonNode schema, Schema parent, SchemaContext context) {
    return new Refusal(this, schema, location, parent, context);
  }

  private static final class Refusal extends BaseKeywordValidator {
    Refusal(
        Keyword keyword,
        JsonNode schema,
        SchemaLocation location,
        Schema parent,
        SchemaContext context) {
      super(keyword, schema, location, parent, context);
    }

    @Override
    public void validate(
        ExecutionContext execution, JsonNode node, JsonNode root, NodePath location) {
      if (concerns(node)) {
        execution.addError(
            error()
                .instanceNode(node)
                .instanceLocation(location)
                .evaluationPath(execution.getEvaluationPath())
                .message("not supported yet")
                .build());
      }
    }

    private boolean concerns(JsonNode node) {
      return schemaNode.isArray()
          ? schemaNode.valueStream().anyMatch(node::equals)
          : schemaNode.asBoolean();
    }
  }
}
