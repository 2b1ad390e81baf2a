package dev.slipway.agent.cli;

import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** How a command prints its answer; the names are what people type. */
@SuppressWarnings("MemberName") // picocli shows and reads the names of the constants
enum Format {
  text,
  json;

  private static final JsonMapper MAPPER =
      JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Returns the value as JSON, or the text that stands for it. */
  String write(Object value, String written) {
    return switch (this) {
      case text -> written;
      case json -> MAPPER.writeValueAsString(value) + "\n";
    };
  }
}
