package dev.slipway.strategies.gate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.gate.Approval.OnTimeout;
import dev.slipway.strategies.gate.Approval.Verdict;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: one person is one approval however he writes himself, and nobody slips into a list. */
class ApprovalTest {
  private static final Approver ADA = Approver.of("Ada Lovelace <ada@example.com>");

  private static Approval terms(int minimum, boolean byAuthor, String... approvers) {
    return new Approval(
        minimum, List.of(approvers), Duration.ofHours(1), OnTimeout.ABORT, byAuthor);
  }

  private static List<Approver> people(String... names) {
    return Stream.of(names).map(Approver::of).toList();
  }

  @ParameterizedTest
  @CsvSource({
    "Ada Lovelace, true",
    "ada lovelace, true",
    "ada@example.com, true",
    "A. L. <ADA@example.com>, true",
    "Ada Lovelace <ada@home.example>, true",
    "ada, false",
    "Ada <grace@example.com>, false",
    "example.com, false",
    "a@example.com, false",
  })
  void aPersonIsKnownByNameOrAddress(String other, boolean same) {
    assertThat(ADA.isSameAs(Approver.of(other))).isEqualTo(same);
    assertThat(Approver.of(other).isSameAs(ADA)).isEqualTo(same);
  }

  @Test
  void whoIsNotListedMayNot() {
    Approval listed = terms(1, true, "ada@example.com", "grace");

    assertThat(listed.judge(ADA, Set.of(), List.of())).isEqualTo(Verdict.COUNTS);
    assertThat(listed.judge(Approver.of("Grace"), Set.of(), List.of())).isEqualTo(Verdict.COUNTS);
    assertThat(listed.judge(Approver.of("eve"), Set.of(), List.of())).isEqualTo(Verdict.NOT_LISTED);
  }

  @Test
  void theAuthorMayNotUnderAnyNameOfTheList() {
    Approval others = terms(1, false, "ada@example.com", "grace");
    var authors = Set.of(Approver.of("ada@example.com"));

    assertThat(others.judge(ADA, authors, List.of())).isEqualTo(Verdict.AUTHOR);
    assertThat(others.judge(Approver.of("grace"), authors, List.of())).isEqualTo(Verdict.COUNTS);
    assertThat(terms(1, true).judge(ADA, authors, List.of())).isEqualTo(Verdict.COUNTS);
  }

  @Test
  void aSecondTimeIsNotCounted() {
    Approval two = terms(2, true);

    assertThat(two.judge(ADA, Set.of(), people("ada@example.com"))).isEqualTo(Verdict.AGAIN);
    assertThat(two.count(people("ada", "Ada", "grace", "Grace <g@example.com>"))).isEqualTo(2);
    assertThat(two.isGivenBy(people("ada", "Ada"))).isFalse();
    assertThat(two.isGivenBy(people("ada", "grace"))).isTrue();
  }

  @Test
  void termsThatNobodyCanMeetAreRefused() {
    assertThatThrownBy(() -> terms(0, true)).hasMessageContaining("minApproverNum 0 must be 1 to");
    assertThatThrownBy(() -> terms(3, true, "ada", "grace"))
        .hasMessageContaining("3 of [ada, grace] can never approve");
    assertThatThrownBy(() -> Approver.of(" ")).hasMessageContaining("a name or an address");
  }
}
