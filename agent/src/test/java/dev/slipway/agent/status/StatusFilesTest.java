package dev.slipway.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: what one agent told Git, the next one reads, also after an upgrade.
 *
 * <p>Method: files that are written and read again, and one as it was before there were roles.
 */
class StatusFilesTest {
  private static final Optional<String> WORKER = Optional.of("worker");

  private static ApplicationStatus status(Optional<String> role) {
    return new ApplicationStatus(
        "config",
        "test",
        "shop",
        Phase.HEALTHY,
        "main",
        "c0ffee",
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        List.of(new InstanceStatus("web1", role, "current", "1@aa", "healthy", "serving", 50)),
        List.of(),
        Optional.empty());
  }

  private static String text(ApplicationStatus status) {
    return StatusFiles.of(status).values().iterator().next();
  }

  @Test
  void theRoleOfAnInstanceIsKept() {
    assertThat(StatusFiles.application(text(status(WORKER)))).contains(status(WORKER));
  }

  @Test
  void aFileFromBeforeThereWereRolesIsReadAsOneOfAnApplicationWithOneRole() {
    String before = text(status(Optional.empty())).replaceAll("(?m)^ *role: .*\\n", "");

    assertThat(before).isNotEqualTo(text(status(Optional.empty()))).doesNotContain("role:");
    assertThat(StatusFiles.application(before)).contains(status(Optional.empty()));
  }
}
