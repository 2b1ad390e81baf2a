package dev.slipway.agent.balancer.edge.proxy.comparing;

import dev.slipway.strategies.traffic.Comparison;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Finds where two answers to the same request differ. */
record Difference(Comparison comparison) {
  /** A body as a whole, or more of it than is told apart. */
  static final String BODY = "body";

  private static final int DEPTH_MAX = 64;
  private static final JsonMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .build())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  /** Returns what differs, by the names that people see. */
  SortedSet<String> between(Reply one, Reply other) {
    var fields = new TreeSet<String>();
    if (one.status() != other.status()) {
      fields.add("status");
    }
    one.headers()
        .forEach((name, values) -> {
          if (!values.equals(other.headers().get(name))) {
            fields.add("header " + name);
          }
        });
    fields.addAll(ofBodies(one, other));
    return fields;
  }

  /** Bodies that are compressed otherwise say nothing of each other, nor do two endless ones. */
  private SortedSet<String> ofBodies(Reply one, Reply other) {
    if (!one.encoding().equals(other.encoding()) || (one.isTooLong() && other.isTooLong())) {
      return new TreeSet<>();
    }
    if (one.isTooLong() != other.isTooLong()) {
      return whole();
    }
    if (one.body().equals(other.body())) {
      return new TreeSet<>();
    }
    Optional<JsonNode> mine = json(one);
    Optional<JsonNode> theirs = json(other);
    return mine.isPresent() && theirs.isPresent()
        ? new JsonDifference(comparison.ignored()).between(mine.get(), theirs.get())
        : whole();
  }

  private static SortedSet<String> whole() {
    var fields = new TreeSet<String>();
    fields.add(BODY);
    return fields;
  }

  private static Optional<JsonNode> json(Reply reply) {
    if (!reply.isJson()) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readTree(reply.body().getBytes(StandardCharsets.ISO_8859_1)));
    } catch (JacksonException e) {
      // It only says that it is JSON, so its bytes are all that can be compared.
      return Optional.empty();
    }
  }
}
