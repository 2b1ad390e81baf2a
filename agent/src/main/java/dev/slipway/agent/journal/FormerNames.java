package dev.slipway.agent.journal;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** The names that lie in older journals, each with what makes the present form of it. */
final class FormerNames {
  private static final String NAME = "is";

  private static final Map<String, Consumer<ObjectNode>> READERS =
      Map.of(
          "url/1",
          url -> url.put(NAME, "url/2").putNull("secret"),
          "rollout-started/1",
          FormerNames::withoutReceivers);

  private FormerNames() {}

  private static void withoutReceivers(ObjectNode started) {
    started.put(NAME, "rollout-started/2");
    if (started.path("deployment") instanceof ObjectNode deployment) {
      deployment.putArray("receivers");
    }
  }

  static Set<String> all() {
    return READERS.keySet();
  }

  /** Returns whether a text may hold one; texts of people that look so do no harm. */
  static boolean occurIn(String text) {
    return READERS.keySet().stream().anyMatch(name -> text.contains("\"" + name + "\""));
  }

  /** Returns the data with every former name, at any depth, brought up to date. */
  static JsonNode renewed(JsonNode node) {
    node.forEach(FormerNames::renewed);
    if (node instanceof ObjectNode named) {
      Optional.ofNullable(READERS.get(named.path(NAME).asString("")))
          .ifPresent(reader -> reader.accept(named));
    }
    return node;
  }
}
