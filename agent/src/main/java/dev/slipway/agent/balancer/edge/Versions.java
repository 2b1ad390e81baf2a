package dev.slipway.agent.balancer.edge;

import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * What earlier versions of the language did not say of a pool: since the second one, how requests
 * are told apart; since the third one, how answers are compared.
 *
 * <p>An edge outlives upgrades of its agent. So each end answers in the version in which it was
 * asked, and a pool that needs none of the new words is told without them.
 */
final class Versions {
  private static final List<Word> WORDS =
      List.of(
          new Word(2, "routing", Place.POOL),
          new Word(2, "mirrored", Place.VIEW),
          new Word(3, "comparison", Place.MIRROR),
          new Word(3, "compared", Place.VIEW));

  private Versions() {}

  /** Where a word stands. */
  private enum Place {
    /** In a pool, wanted or seen. */
    POOL,
    /** In a pool that was seen. */
    VIEW,
    /** In the mirror of a pool. */
    MIRROR
  }

  private record Word(int since, String text, Place place) {
    /** Returns the objects of a line in which it can stand. */
    Stream<ObjectNode> homes(JsonNode line) {
      Stream<ObjectNode> pools = pools(line);
      return switch (place) {
        case POOL -> pools;
        case VIEW -> pools.filter(pool -> pool.has("parked"));
        case MIRROR ->
            pools
                .map(pool -> pool.path("routing").path("mirror"))
                .filter(ObjectNode.class::isInstance)
                .map(ObjectNode.class::cast);
      };
    }
  }

  /** Takes out what an earlier version does not know. */
  static void toEarlier(ObjectNode line, int version) {
    later(version).forEach(word -> word.homes(line).forEach(home -> home.remove(word.text())));
  }

  /** Adds to a line of an earlier version that nothing is said, and refuses what is said. */
  static void ofEarlier(ObjectNode line, int version) {
    for (Word word : later(version)) {
      boolean isSaid =
          word.place() == Place.VIEW
              ? pools(line).anyMatch(pool -> pool.has(word.text()))
              : word.homes(line).anyMatch(home -> home.has(word.text()));
      if (isSaid) {
        throw new IllegalArgumentException(
            "version %d of the language has no word '%s'".formatted(version, word.text()));
      }
    }
    complete(line);
  }

  private static List<Word> later(int version) {
    return WORDS.stream().filter(word -> word.since() > version).toList();
  }

  /** Adds that nothing is said. */
  static void complete(JsonNode line) {
    for (Word word : WORDS) {
      word.homes(line)
          .filter(Predicate.not(home -> home.has(word.text())))
          .forEach(home -> home.putNull(word.text()));
    }
  }

  /** Takes out where nothing is said, so that an older edge can read the file too. */
  static void leaveUnsaid(JsonNode file) {
    for (Word word : WORDS) {
      word.homes(file)
          .filter(home -> home.path(word.text()).isNull())
          .forEach(home -> home.remove(word.text()));
    }
  }

  private static Stream<ObjectNode> pools(JsonNode line) {
    return Stream.concat(Stream.of(line.path("pool")), line.path("pools").valueStream())
        .filter(ObjectNode.class::isInstance)
        .map(ObjectNode.class::cast);
  }
}
