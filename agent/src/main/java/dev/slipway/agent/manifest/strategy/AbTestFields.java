package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Contest.Then;
import dev.slipway.strategies.traffic.Audience;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads {@code abTest:}; what cannot be is reported where it stands. */
final class AbTestFields {
  private final Fields fields;

  private AbTestFields(Fields fields) {
    this.fields = fields;
  }

  /** Returns the A/B test of a mapping that passed its schema. */
  static AbTest read(Fields fields) {
    return new AbTestFields(fields).read();
  }

  private AbTest read() {
    AbTest usual = AbTest.DEFAULT;
    Contest contest = contest();
    return new AbTest(
        audience(contest.duration()),
        contest,
        fields.child("analysis").map(AnalysisDocument::read),
        fields
            .child("canaryScale")
            .flatMap(scale -> scale.integer("instances").stream().boxed().findFirst()),
        fields.amount("maxUnavailable").orElse(usual.maxUnavailable()),
        fields.positive("progressDeadline", usual.progressDeadline()));
  }

  private Contest contest() {
    Contest usual = Contest.DEFAULT;
    OptionalLong sample = fields.integer("sampleSize").stream().asLongStream().findFirst();
    long least = fields.integer("minSamples", (int) sample.orElse(usual.minSamples()));
    if (sample.isPresent() && least > sample.getAsLong()) {
      fields.report(
          "minSamples",
          "%d are more than the sampleSize of %d".formatted(least, sample.getAsLong()),
          "use minSamples <= sampleSize");
      least = sample.getAsLong();
    }
    return new Contest(
        GoalFields.read(fields),
        fields.positive("duration", usual.duration()),
        fields.positive("interval", usual.interval()),
        sample,
        least,
        then("onNoDifference", usual.onNoDifference()),
        then("onNotEnoughData", usual.onNotEnoughData()));
  }

  private Then then(String key, Then usual) {
    return fields
        .text(key)
        .map(text -> text.equals("promote") ? Then.PROMOTE : Then.ABORT)
        .orElse(usual);
  }

  private Audience audience(Duration duration) {
    List<Match> matches = fields.children("match").stream().map(AbTestFields::match).toList();
    boolean isDrawn =
        matches.isEmpty()
            || fields.has("weight")
            || fields.has("sessionAffinity")
            || fields.has("userKey");
    return isDrawn
        ? new Audience(
            matches,
            Share.percent(fields.integer("weight", AbTest.USUAL_WEIGHT)),
            Optional.of(key(duration)))
        : new Audience(matches, Share.NONE, Optional.empty());
  }

  private static Match match(Fields entry) {
    Optional<Fields> headers = entry.child("headers");
    if (headers.isPresent()) {
      String name = headers.get().keys().getFirst();
      Fields value = headers.get().child(name).orElseThrow();
      return new Match.Header(name, value.required("exact").text());
    }
    Fields cookie = entry.child("cookie").orElseThrow();
    return new Match.Cookie(cookie.required("name").text(), cookie.required("value").text());
  }

  private Sticky.Key key(Duration duration) {
    Optional<Fields> known = fields.child("userKey");
    if (known.isPresent() && fields.has("sessionAffinity")) {
      fields.report(
          "userKey", "users are drawn by it and by sessionAffinity, too", "keep one of them");
    }
    return known
        .map(by ->
            by.text("header")
                .<Sticky.Key>map(Sticky.Key.Header::new)
                .orElseGet(() -> new Sticky.Key.Cookie(by.required("cookie").text())))
        .orElseGet(() -> issued(duration));
  }

  /** Whoever loses the cookie before the end is drawn again, and has met both releases. */
  private Sticky.Key issued(Duration duration) {
    Sticky.Key.Issued usual = AbTest.USUAL_KEY;
    Duration least = duration.plusMillis(999).truncatedTo(ChronoUnit.SECONDS);
    Duration age = least.compareTo(usual.maxAge()) > 0 ? least : usual.maxAge();
    Optional<Fields> affinity = fields.child("sessionAffinity");
    if (affinity.isEmpty()) {
      return new Sticky.Key.Issued(usual.name(), age);
    }
    Duration written = affinity.get().duration("maxAge", age);
    boolean isShort = written.compareTo(duration) < 0 || written.toNanosPart() != 0;
    if (isShort) {
      affinity
          .get()
          .report(
              "maxAge",
              "users would be drawn again before the test is over",
              "use whole seconds, as many as the duration or more");
    }
    return new Sticky.Key.Issued(
        affinity.get().text("cookieName").orElse(usual.name()), isShort ? age : written);
  }
}
