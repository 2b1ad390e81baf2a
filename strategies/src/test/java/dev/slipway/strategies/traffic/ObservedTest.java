package dev.slipway.strategies.traffic;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.util.Map;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: what was read back means the same at every scale. Method: weights of several scales. */
class ObservedTest {
  private static final Instance A = new Instance("a", "web", "current");
  private static final Instance B = new Instance("b", "web", "current");
  private static final Instance C = new Instance("c", "web", "current");

  private static Observed observed(int a, int b, int c) {
    var members = new TreeMap<Instance, Seen>();
    Map.of(A, a, B, b, C, c)
        .forEach((instance, weight) ->
            members.put(
                instance,
                new Seen(
                    weight,
                    weight == 0 ? MemberState.OUT : MemberState.SERVING,
                    Witness.NONE,
                    OptionalInt.empty())));
    return new Observed(members);
  }

  @ParameterizedTest
  @CsvSource({
    "1, 1, 1, 33",
    "256, 256, 256, 33",
    "10000, 10000, 0, 50",
    "10000, 0, 0, 100",
    "0, 1, 0, 0",
    "0, 0, 0, 0",
    "10, 20, 10, 25",
    "13, 256, 256, 2",
    "1, 10000, 10000, 1"
  })
  void aMembersPartIsAPercentageWhateverTheScale(int a, int b, int c, int percent) {
    assertThat(observed(a, b, c).percent(A)).isEqualTo(percent);
  }

  @Test
  void whoIsNotSeenGetsNothing() {
    assertThat(observed(1, 1, 1).percent(new Instance("d", "web", "current"))).isZero();
  }
}
