package dev.slipway.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: a sweep over all crash points misses none. Method: two acts, killed at each of their
 * points.
 */
final class FuseTest {
  private final List<String> done = new ArrayList<>();

  @Test
  void anEndlessFuseNamesEveryPoint() {
    var fuse = Fuse.endless();

    assertThat(fuse.survives(() -> twoActs(fuse))).isTrue();
    assertThat(fuse.passed())
        .containsExactly("before write", "after write", "before act", "after act");
    assertThat(fuse.grave()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({"1,before write,0", "2,after write,1", "3,before act,1", "4,after act,2"})
  void aFuseKillsAtItsPointAndNotLater(int point, String grave, int actsDone) {
    var fuse = Fuse.burningAt(point);

    assertThat(fuse.survives(() -> twoActs(fuse))).isFalse();
    assertThat(fuse.grave()).contains(grave);
    assertThat(done).hasSize(actsDone);
  }

  @Test
  void aDeadProcessPassesNoFurtherPoint() {
    var fuse = Fuse.burningAt(1);
    fuse.survives(() -> twoActs(fuse));

    assertThatThrownBy(() -> fuse.point("another thread"))
        .isInstanceOf(Fuse.Burnt.class)
        .hasMessage("killed at before write");
    assertThat(fuse.passed()).isEmpty();
  }

  private void twoActs(Fuse fuse) {
    fuse.around("write", () -> done.add("write"));
    fuse.around("act", () -> done.add("act"));
  }
}
