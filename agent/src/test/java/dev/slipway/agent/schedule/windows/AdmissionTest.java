package dev.slipway.agent.schedule.windows;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.schedule.windows.SyncWindow.Kind;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: windows hold what the calendar of a place says, and open when it says so.
 *
 * <p>Method: a table of windows and moments; the moments are chosen where calendars are odd.
 */
class AdmissionTest {
  private static final String WEEKEND = "deny | 0 18 * * FRI | PT60H | Europe/Berlin";

  /** Reads windows as the table writes them: kind, schedule, duration and zone. */
  private static List<SyncWindow> windows(String table) {
    return Arrays.stream(table.split(";")).map(AdmissionTest::window).toList();
  }

  private static SyncWindow window(String row) {
    String[] cells = row.strip().split("\\s*\\|\\s*", -1);
    return new SyncWindow(
        cells[0].equals("allow") ? Kind.ALLOW : Kind.DENY,
        cron(cells[1], cells[3]),
        Duration.parse(cells[2]));
  }

  private static Cron cron(String text, String zone) {
    return switch (Cron.read(text, ZoneId.of(zone))) {
      case Cron.Read.Good(var cron) -> cron;
      case Cron.Read.Bad(var reason) -> throw new AssertionError(reason);
    };
  }

  private static String opens(String windows, String now) {
    var admission = new Admission(windows(windows), Optional.empty());
    return switch (admission.at(Instant.parse(now))) {
      case Verdict.Open() -> "open";
      case Verdict.Overridden(var _, var reason) -> reason;
      case Verdict.Shut shut -> shut.opens().map(Instant::toString).orElse("never");
    };
  }

  @ParameterizedTest(name = "{0}: {1} at {2}, {3}")
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      textBlock =
          """
          the second before   ~ %1$s ~ 2026-11-27T16:59:59Z     ~ open
          from its first      ~ %1$s ~ 2026-11-27T17:00:00Z     ~ 2026-11-30T05:00:00Z
          to its last         ~ %1$s ~ 2026-11-30T04:59:59.999Z ~ 2026-11-30T05:00:00Z
          and not beyond      ~ %1$s ~ 2026-11-30T05:00:00Z     ~ open
          spring, clock on    ~ %1$s ~ 2026-03-28T12:00:00Z     ~ 2026-03-30T05:00:00Z
          autumn, clock back  ~ %1$s ~ 2026-10-24T12:00:00Z     ~ 2026-10-26T04:00:00Z
          over midnight       ~ deny | 0 22 * * * | PT8H | UTC  ~ 2026-01-01T03:00:00Z ~ 2026-01-01T06:00:00Z
          before midnight     ~ deny | 0 22 * * * | PT8H | UTC  ~ 2026-01-01T23:00:00Z ~ 2026-01-02T06:00:00Z
          outside of allow    ~ allow | 0 9 * * 1-5 | PT8H | UTC ~ 2026-11-28T12:00:00Z ~ 2026-11-30T09:00:00Z
          inside of allow     ~ allow | 0 9 * * 1-5 | PT8H | UTC ~ 2026-11-27T12:00:00Z ~ open
          end of allow        ~ allow | 0 9 * * 1-5 | PT8H | UTC ~ 2026-11-27T17:00:00Z ~ 2026-11-30T09:00:00Z
          any allow is enough ~ allow | 0 9 * * * | PT1H | UTC; allow | 0 12 * * * | PT1H | UTC ~ 2026-01-01T12:30:00Z ~ open
          the next of two     ~ allow | 0 9 * * * | PT1H | UTC; allow | 0 12 * * * | PT1H | UTC ~ 2026-01-01T10:30:00Z ~ 2026-01-01T12:00:00Z
          deny wins           ~ allow | 0 9 * * * | PT8H | UTC; deny | 0 12 * * * | PT1H | UTC ~ 2026-01-01T12:30:00Z ~ 2026-01-01T13:00:00Z
          deny to allow's end ~ allow | 0 9 * * * | PT4H | UTC; deny | 0 12 * * * | PT1H | UTC ~ 2026-01-01T12:30:00Z ~ 2026-01-02T09:00:00Z
          deny laps deny      ~ deny | 0 9 * * * | PT3H | UTC; deny | 0 11 * * * | PT3H | UTC ~ 2026-01-01T10:00:00Z ~ 2026-01-01T14:00:00Z
          deny meets deny     ~ deny | 0 9 * * * | PT3H | UTC; deny | 0 12 * * * | PT3H | UTC ~ 2026-01-01T10:00:00Z ~ 2026-01-01T15:00:00Z
          laps itself         ~ deny | 0 */6 1 1 * | PT8H | UTC ~ 2026-01-01T01:00:00Z ~ 2026-01-02T02:00:00Z
          always              ~ deny | 0 0 * * * | PT24H | UTC ~ 2026-01-01T01:00:00Z ~ never
          every minute        ~ deny | * * * * * | PT60H | UTC ~ 2026-01-01T01:00:00Z ~ never
          two zones           ~ deny | 0 9 * * * | PT1H | Asia/Tokyo; deny | 0 9 * * * | PT1H | Europe/Berlin ~ 2026-01-01T00:30:00Z ~ 2026-01-01T01:00:00Z
          a time left out     ~ deny | 30 2 * * * | PT1H | Europe/Berlin ~ 2026-03-29T01:00:00Z ~ 2026-03-29T02:00:00Z
          a time there twice  ~ deny | 30 2 * * * | PT1H | Europe/Berlin ~ 2026-10-25T01:15:00Z ~ 2026-10-25T01:30:00Z
          and once only       ~ deny | 30 2 * * * | PT1H | Europe/Berlin ~ 2026-10-25T01:45:00Z ~ open
          no change in UTC    ~ deny | 30 2 * * * | PT1H | UTC ~ 2026-03-29T02:45:00Z ~ 2026-03-29T03:30:00Z
          Sunday is 0         ~ deny | 0 0 * * 0 | PT24H | UTC ~ 2026-11-29T12:00:00Z ~ 2026-11-30T00:00:00Z
          Sunday is 7 too     ~ deny | 0 0 * * 7 | PT24H | UTC ~ 2026-11-29T12:00:00Z ~ 2026-11-30T00:00:00Z
          Friday to Sunday    ~ deny | 0 0 * * 5-7 | PT24H | UTC ~ 2026-11-27T12:00:00Z ~ 2026-11-30T00:00:00Z
          every other day     ~ deny | 0 0 * * 1-5/2 | PT24H | UTC ~ 2026-11-27T12:00:00Z ~ 2026-11-28T00:00:00Z
          a day or a weekday  ~ deny | 0 0 13 * FRI | PT24H | UTC ~ 2026-12-13T12:00:00Z ~ 2026-12-14T00:00:00Z
          the weekday counts  ~ deny | 0 0 13 * FRI | PT24H | UTC ~ 2026-11-27T12:00:00Z ~ 2026-11-28T00:00:00Z
          a leap day          ~ allow | 0 0 29 2 * | PT24H | UTC ~ 2026-11-27T12:00:00Z ~ 2028-02-29T00:00:00Z
          """)
  void aMomentIsHeldUntilTheWindowOpens(String name, String windows, String now, String expected) {
    assertThat(opens(windows.replace("%1$s", WEEKEND), now)).as(name).isEqualTo(expected);
  }

  @Test
  void aReasonOverridesAndIsNamedWithWhatItOverrides() {
    var shut = new Admission(windows(WEEKEND), Optional.of(" the shop is down "));

    assertThat(shut.at(Instant.parse("2026-11-28T12:00:00Z")))
        .isEqualTo(
            new Verdict.Overridden(
                "deny '0 18 * * FRI' (Europe/Berlin) for 60h", "the shop is down"));
    assertThat(shut.at(Instant.parse("2026-11-25T12:00:00Z"))).isEqualTo(new Verdict.Open());
  }

  @Test
  void anOverrideWithoutAReasonIsNone() {
    assertThat(new Admission(windows(WEEKEND), Optional.of("  ")))
        .isEqualTo(new Admission(windows(WEEKEND), Optional.empty()));
  }

  @Test
  void peopleReadTheOpeningByTheClockOfTheWindow() {
    assertThat(
            new Admission(windows(WEEKEND), Optional.empty())
                .at(Instant.parse("2026-11-28T12:00:00Z")))
        .isInstanceOfSatisfying(
            Verdict.Shut.class,
            shut ->
                assertThat(shut.text())
                    .isEqualTo(
                        "waits for the window, opens at 2026-11-30T06:00:00+01:00;"
                            + " deny '0 18 * * FRI' (Europe/Berlin) for 60h"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '"',
      textBlock =
          """
          0 18 * *         ~ it has 4 fields and not five
          0 0 18 * * FRI   ~ it has 6 fields and not five
          0 18 ? * FRI     ~ '?' is no field of crontab
          0 25 * * *       ~ 23
          0 18 * * 9       ~ Day-of-Week
          0 18 * * FRIDAY  ~ 'FRIDAY' is no field of crontab
          0 18 * * XYZ     ~ XYZ
          0 0 30 2 *       ~ that time never comes
          @daily * * * *   ~ '@daily' is no field of crontab
          """)
  void whatIsNoScheduleIsRefusedWithAReason(String text, String reason) {
    assertThat(Cron.read(text, ZoneId.of("UTC")))
        .isInstanceOfSatisfying(
            Cron.Read.Bad.class, bad -> assertThat(bad.reason()).contains(reason));
  }
}
