package dev.slipway.agent.schedule.windows;

import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.zone.ZoneOffsetTransition;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TimeZone;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.quartz.CronExpression;

/**
 * Times of a local clock, in the five fields of {@code crontab}: minute, hour, day of the month,
 * month, day of the week.
 *
 * <p>Quartz reads the fields and finds the times of a clock that is never put. Where clocks are put
 * forward, a time that they leave out comes when they are put; where they are put back, a time that
 * comes twice counts once, the first time. As in {@code crontab}, a day counts by its number or by
 * its name if both are given.
 */
public final class Cron {
  private static final int FIELDS = 5;

  /** Numbers above 59 mean other things to Quartz. */
  private static final String PART = "(?:[0-5]?[0-9]|[A-Za-z]{3}|\\*)";

  private static final Pattern PLAIN = Pattern.compile(PART + "(?:[/,-]" + PART + ")*");
  private static final Pattern WEEKDAY = Pattern.compile("(?<![0-9/])[0-7]");
  private static final int WEEK = 7;

  private final String text;
  private final ZoneId zone;
  private final List<CronExpression> expressions;

  private Cron(String text, ZoneId zone, List<CronExpression> expressions) {
    this.text = text;
    this.zone = zone;
    this.expressions = expressions;
  }

  /** What came of reading. */
  public sealed interface Read {
    /** It can be read, and times come. */
    record Good(Cron cron) implements Read {}

    /** It cannot, or no time ever comes. */
    record Bad(String reason) implements Read {}
  }

  /** Reads five fields. */
  public static Read read(String text, ZoneId zone) {
    List<String> fields = List.of(text.strip().split("\\s+"));
    if (fields.size() != FIELDS) {
      return new Read.Bad("it has %d fields and not five".formatted(fields.size()));
    }
    Optional<String> odd = fields.stream().filter(one -> !PLAIN.matcher(one).matches()).findFirst();
    if (odd.isPresent()) {
      return new Read.Bad("'%s' is no field of crontab".formatted(odd.get()));
    }
    try {
      var cron = new Cron(text, zone, expressions(fields));
      return cron.next(Instant.EPOCH).isPresent()
          ? new Read.Good(cron)
          : new Read.Bad("that time never comes");
    } catch (ParseException | IllegalArgumentException e) {
      return new Read.Bad(String.valueOf(e.getMessage()));
    }
  }

  /** Quartz wants seconds, and exactly one of the two fields for days. */
  private static List<CronExpression> expressions(List<String> fields) throws ParseException {
    String days = fields.get(2);
    String weekdays = weekdays(fields.get(4));
    boolean byNumber = !days.equals("*");
    boolean byName = !weekdays.equals("*");
    var expressions = new ArrayList<CronExpression>();
    if (byNumber || !byName) {
      expressions.add(expression(fields, days, "?"));
    }
    if (byName) {
      expressions.add(expression(fields, "?", weekdays));
    }
    return expressions;
  }

  private static CronExpression expression(List<String> fields, String days, String weekdays)
      throws ParseException {
    var expression =
        new CronExpression(
            String.join(" ", "0", fields.get(0), fields.get(1), days, fields.get(3), weekdays));
    expression.setTimeZone(TimeZone.getTimeZone(ZoneOffset.UTC));
    return expression;
  }

  /** Crontab's week goes from 0 to 7 with two Sundays, that of Quartz from 1 to 7. */
  private static String weekdays(String field) {
    return WEEKDAY
        .matcher(field.equals("0-7") ? "*" : field)
        .replaceAll(day -> String.valueOf(Integer.parseInt(day.group()) % WEEK + 1));
  }

  /** Returns the first time after this one. */
  Optional<Instant> next(Instant after) {
    Optional<LocalDateTime> local = nextLocal(LocalDateTime.ofInstant(after, zone));
    while (local.isPresent() && !instant(local.get()).isAfter(after)) {
      local = nextLocal(local.get());
    }
    return local.map(this::instant);
  }

  private Optional<LocalDateTime> nextLocal(LocalDateTime after) {
    Date date = Date.from(after.toInstant(ZoneOffset.UTC));
    return expressions.stream()
        .flatMap(one -> Stream.ofNullable(one.getNextValidTimeAfter(date)))
        .map(found -> LocalDateTime.ofInstant(found.toInstant(), ZoneOffset.UTC))
        .min(LocalDateTime::compareTo);
  }

  private Instant instant(LocalDateTime local) {
    ZoneOffsetTransition put = zone.getRules().getTransition(local);
    return put != null && put.isGap() ? put.getInstant() : local.atZone(zone).toInstant();
  }

  /** Returns the last time that is not after this one, and less than so long before it. */
  Optional<Instant> last(Instant now, Duration within) {
    Duration back = Duration.ofMinutes(1);
    Optional<Instant> found = Optional.empty();
    while (found.isEmpty() && back.compareTo(within) < 0) {
      found = firstOf(now, back);
      back = back.multipliedBy(2);
    }
    found = found.or(() -> firstOf(now, within));
    Optional<Instant> later = found.flatMap(this::next).filter(next -> !next.isAfter(now));
    while (later.isPresent()) {
      found = later;
      later = found.flatMap(this::next).filter(next -> !next.isAfter(now));
    }
    return found;
  }

  /** Quartz knows only the way forward. */
  private Optional<Instant> firstOf(Instant now, Duration before) {
    return next(now.minus(before)).filter(time -> !time.isAfter(now));
  }

  ZoneId zone() {
    return zone;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Cron cron && cron.text.equals(text) && cron.zone.equals(zone);
  }

  @Override
  public int hashCode() {
    return Objects.hash(text, zone);
  }

  /** Prints {@code '0 18 * * FRI' (Europe/Berlin)}. */
  @Override
  public String toString() {
    return "'%s' (%s)".formatted(text, zone);
  }
}
