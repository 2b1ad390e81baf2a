package dev.slipway.strategies.traffic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Goal: what cannot be compared is refused. Method: comparisons as they may be asked for. */
class ComparisonTest {
  private static final Comparison NOISY =
      new Comparison(new TreeSet<>(Set.of("ETag")), List.of("/at", "/items/*/id"), true);

  private static Comparison ignoring(String... pointers) {
    return new Comparison(Collections.emptySortedSet(), List.of(pointers), false);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "at", "/a~", "/a~2", "a/b"})
  void whatIsNoPointerIsRefused(String pointer) {
    assertThatThrownBy(() -> ignoring(pointer)).hasMessageContaining("is no JSON pointer");
  }

  @Test
  void pointersMayBeAnythingElseAndStandOnce() {
    assertThat(ignoring("/", "/a~0b~1c", "/ä ö/0").ignored()).hasSize(3);
    assertThatThrownBy(() -> ignoring("/a", "/a")).hasMessageContaining("twice");
    assertThatThrownBy(() -> ignoring("/" + "a".repeat(200))).hasMessageContaining("200");
  }

  @Test
  void thereAreFiftyAtMost() {
    var many = IntStream.range(0, 51).mapToObj(number -> "/" + number).toArray(String[]::new);
    var headers = new TreeSet<String>();
    IntStream.range(0, 51).forEach(number -> headers.add("X-" + number));

    assertThatThrownBy(() -> ignoring(many)).hasMessageContaining("51 ignored fields");
    assertThatThrownBy(() -> new Comparison(headers, List.of(), false))
        .hasMessageContaining("51 headers");
    assertThatThrownBy(() -> new Comparison(new TreeSet<>(Set.of("X:Y")), List.of(), false))
        .hasMessageContaining("no name of a header");
  }

  @Test
  void noRequestThatMayChangeSomethingIsSentToTheStableReleaseTwice() {
    assertThat(NOISY.objection(Set.of("GET", "POST", "PUT")))
        .hasValueSatisfying(why -> assertThat(why).contains("POST and PUT may", "leave it out"));
    assertThatThrownBy(() -> new Mirror("a", Share.ALL, Set.of("POST"), Optional.of(NOISY)))
        .hasMessageContaining("a second time");
    assertThat(new Mirror("a", Share.ALL, Set.of("POST")).comparing(ignoring("/at")).comparison())
        .isPresent();
  }

  @Test
  void anotherComparisonIsAnotherRoutingAndIsTold() {
    var plain = new Mirror(Traffic.CANDIDATE, Share.ALL);
    var wanted = routing(plain.comparing(NOISY));

    assertThat(routing(plain).differences(wanted)).hasSize(1);
    assertThat(routing(plain.comparing(Comparison.PLAIN)).differences(wanted)).hasSize(1);
    assertThat(wanted.differences(wanted)).isEmpty();
    assertThat(wanted.texts("shop-2").getLast())
        .isEqualTo(
            "compare the answers by status and body and ETag, without /at and /items/*/id,"
                + " less the noise");
  }

  private static Routing routing(Mirror mirror) {
    return new Routing(List.of(), Optional.of(mirror), Optional.empty());
  }
}
