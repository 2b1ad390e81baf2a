package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.text.DurationText;
import dev.slipway.agent.schedule.windows.Cron;
import dev.slipway.agent.schedule.windows.SyncWindow;
import dev.slipway.agent.schedule.windows.SyncWindow.Kind;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;

/** When rollouts of an environment may start. */
final class WindowsDocument {
  private static final Duration SHORTEST = Duration.ofMinutes(1);
  private static final Duration LONGEST = Duration.ofDays(366);

  private WindowsDocument() {}

  static List<SyncWindow> read(List<Fields> windows) {
    return windows.stream().flatMap(fields -> window(fields).stream()).toList();
  }

  private static Optional<SyncWindow> window(Fields fields) {
    Kind kind = fields.required("kind").text().equals("allow") ? Kind.ALLOW : Kind.DENY;
    Optional<ZoneId> zone = zone(fields);
    Optional<Duration> duration = duration(fields);
    Optional<Cron> cron = cron(fields, zone.orElse(ZoneId.of("UTC")));
    return zone.isEmpty() || duration.isEmpty()
        ? Optional.empty()
        : cron.map(starts -> new SyncWindow(kind, starts, duration.get()));
  }

  private static Optional<ZoneId> zone(Fields fields) {
    String name = fields.text("timeZone").orElse("UTC");
    try {
      return Optional.of(ZoneId.of(name));
    } catch (DateTimeException e) {
      fields.report(
          "timeZone",
          "'%s' is no time zone".formatted(name),
          "use a name of the IANA database, e.g. Europe/Berlin, or UTC");
      return Optional.empty();
    }
  }

  private static Optional<Duration> duration(Fields fields) {
    Duration duration = DurationText.parse(fields.required("duration").text());
    if (duration.compareTo(SHORTEST) >= 0 && duration.compareTo(LONGEST) <= 0) {
      return Optional.of(duration);
    }
    fields.report(
        "duration",
        "'%s' is no length for a window".formatted(fields.required("duration")),
        "use a time from 1m to 8784h");
    return Optional.empty();
  }

  private static Optional<Cron> cron(Fields fields, ZoneId zone) {
    Located schedule = fields.required("schedule");
    return switch (Cron.read(schedule.text(), zone)) {
      case Cron.Read.Good(var cron) -> Optional.of(cron);
      case Cron.Read.Bad(var reason) -> {
        fields.report(
            "schedule",
            "'%s' is no schedule: %s".formatted(schedule, reason),
            "write minute, hour, day, month and weekday as in crontab, e.g. \"0 18 * * FRI\"");
        yield Optional.empty();
      }
    };
  }
}
