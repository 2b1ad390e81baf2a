package dev.slipway.agent.balancer.edge;

import java.util.List;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What the first version of the language did not say of a pool: how requests are told apart.
 *
 * <p>An edge outlives upgrades of its agent. So each end answers in the version in which it was
 * asked, and a pool that needs none of the new words is told without them.
 */
final class Versions {
  private static final String ROUTING = "routing";
  private static final List<String> LATER = List.of(ROUTING, "mirrored");

  private Versions() {}

  /** Takes out what the first version does not know. */
  static void toFirst(ObjectNode line) {
    pools(line).forEach(pool -> pool.remove(LATER));
  }

  /** Adds to a line of the first version that nothing is said, and refuses what is said. */
  static void ofFirst(ObjectNode line) {
    for (ObjectNode pool : pools(line).toList()) {
      LATER.stream()
          .filter(pool::has)
          .findFirst()
          .ifPresent(word -> {
            throw new IllegalArgumentException(
                "version %d of the language has no word '%s'".formatted(Wire.FIRST, word));
          });
    }
    complete(line);
  }

  /** Adds that nothing is said. */
  static void complete(JsonNode line) {
    pools(line).forEach(pool -> add(pool, pool.has("parked") ? LATER : List.of(ROUTING)));
  }

  private static void add(ObjectNode pool, List<String> words) {
    words.stream().filter(word -> !pool.has(word)).forEach(pool::putNull);
  }

  /** Takes out where nothing is said, so that an older edge can read the file too. */
  static void leaveUnsaid(JsonNode file) {
    pools(file).filter(pool -> pool.path(ROUTING).isNull()).forEach(pool -> pool.remove(ROUTING));
  }

  private static Stream<ObjectNode> pools(JsonNode line) {
    return Stream.concat(Stream.of(line.path("pool")), line.path("pools").valueStream())
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast);
  }
}
