package dev.slipway.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.InstanceStatus;
import dev.slipway.agent.status.Phase;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Goal: people read what was observed. Method: a status that is written down here, as text. */
class StatusTextTest {
  private static String text(InstanceStatus... instances) {
    return StatusText.of(
        List.of(),
        List.of(
            new ApplicationStatus(
                "config",
                "production",
                "shop",
                Phase.HEALTHY,
                "main",
                "0123456789",
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                List.of(instances),
                List.of(),
                Optional.empty())));
  }

  @Test
  void aMembersPartOfTheRequestsIsAPercentage() {
    assertThat(
            text(
                new InstanceStatus(
                    "web1", Optional.empty(), "current", "1@aa", "healthy", "serving", 33)))
        .contains("healthy     serving 33%\n");
  }

  @Test
  void withoutABalancerNothingIsSaidOfRequests() {
    assertThat(
            text(
                new InstanceStatus("web1", Optional.empty(), "current", "1@aa", "healthy", "", -1)))
        .contains("healthy\n")
        .doesNotContain("%");
  }

  @Test
  void whereSeveralRolesAreTheInstancesSayWhichIsTheirs() {
    var role = Optional.of("worker");
    assertThat(text(new InstanceStatus("job1", role, "current", "1@aa", "healthy", "", -1)))
        .contains("  worker on job1   1@aa");
  }
}
