package dev.slipway.agent.cli.simulate;

import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.simulation.Moment;
import dev.slipway.strategies.simulation.Toll;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/** A simulation as a picture for pages: a row for each host, then who serves and who answers. */
final class SimulationSvg {
  private static final int LEFT = 130;
  private static final int WIDTH = 720;
  private static final int ROW = 16;
  private static final int CHART = 60;
  private static final int GAP = 24;
  private static final int MARKS = 6;
  private static final String FORMER = "#7f9cc4";
  private static final String BAD = "#b3261e";
  private static final String TARGET = "#3b8f5a";

  private final Picture picture;
  private final StringBuilder body = new StringBuilder();
  private int y = 2 * GAP;

  private SimulationSvg(Picture picture) {
    this.picture = picture;
  }

  static String of(Picture picture) {
    var drawn = new SimulationSvg(picture);
    String result =
        "%s after %s".formatted(picture.account().ending().text(), Durations.text(picture.end()));
    drawn.text(0, GAP - 8, picture.title() + ": " + result);
    picture.account().roles().keySet().forEach(drawn::role);
    drawn.legend();
    return """
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="11" shape-rendering="crispEdges" role="img">
    <title>%s</title>
    %s</svg>
    """
        .formatted(LEFT + WIDTH + 2 * GAP, drawn.y + GAP, escaped(picture.title()), drawn.body);
  }

  private void role(String role) {
    for (String host : picture.drawn(role)) {
      text(0, y + ROW - 4, host);
      bars(role, moment -> colour(moment.hosts().getOrDefault(host, Moment.Look.AWAY)));
      y += ROW;
    }
    if (picture.hosts(role) > Picture.HOSTS_MAX) {
      text(0, y + ROW - 4, "and %d more".formatted(picture.hosts(role) - Picture.HOSTS_MAX));
      y += ROW;
    }
    y += GAP / 2;
    chart(
        role,
        "%s: serving of %d".formatted(role, picture.hosts(role)),
        moment -> moment.serving() / (double) picture.hosts(role),
        FORMER);
    chart(
        role,
        "share of " + picture.target().version(),
        moment -> moment.share(picture.target()).basisPoints() / (double) Share.ALL.basisPoints(),
        TARGET);
    picture.toll(role).ifPresent(this::toll);
    axis();
  }

  /** A line where the release is taken back, and what it cost. */
  private void toll(Toll toll) {
    text(
        LEFT,
        y + GAP / 2,
        "%s answers %,d requests and fails %,d"
            .formatted(picture.target().version(), toll.requests(), toll.failed()));
    toll.noticed()
        .ifPresent(at -> {
          rectangle(x(at.until()), y - CHART - GAP / 2.0, 2, CHART, BAD);
          text((int) x(at.until()) + 4, y - CHART, "taken back");
        });
    y += GAP;
  }

  private void bars(String role, Function<Moment, String> colour) {
    List<Moment> moments = picture.moments(role);
    for (int i = 0; i < moments.size(); i++) {
      double from = x(moments.get(i).at());
      double until = x(i + 1 < moments.size() ? moments.get(i + 1).at() : picture.end());
      rectangle(from, y + 1.0, until - from, ROW - 2.0, colour.apply(moments.get(i)));
    }
  }

  private void chart(String role, String name, Function<Moment, Double> part, String colour) {
    List<Moment> moments = picture.moments(role);
    text(0, y + CHART / 2, name);
    rectangle(LEFT, y, WIDTH, CHART, "#f4f4f4");
    for (int i = 0; i < moments.size(); i++) {
      double from = x(moments.get(i).at());
      double until = x(i + 1 < moments.size() ? moments.get(i + 1).at() : picture.end());
      double height = part.apply(moments.get(i)) * CHART;
      rectangle(from, y + CHART - height, until - from, height, colour);
    }
    y += CHART + GAP / 2;
  }

  private void axis() {
    for (int i = 0; i <= MARKS; i++) {
      Duration at = Duration.ofSeconds(picture.end().multipliedBy(i).dividedBy(MARKS).toSeconds());
      text((int) x(at), y + 4, Durations.text(at));
    }
    y += GAP;
  }

  private void legend() {
    int x = LEFT;
    for (Moment.Look look : Moment.Look.values()) {
      rectangle(x, y, ROW - 4.0, ROW - 4.0, colour(look));
      text(x + ROW, y + ROW - 6, meaning(look));
      x += WIDTH / Moment.Look.values().length;
    }
  }

  private static String colour(Moment.Look look) {
    return switch (look) {
      case FORMER -> FORMER;
      case TARGET -> TARGET;
      case DRAINING -> "#e3b341";
      case AWAY -> "#d9d9d9";
      case DEAD -> BAD;
    };
  }

  private String meaning(Moment.Look look) {
    return switch (look) {
      case FORMER -> "answers with " + picture.former().version();
      case TARGET -> "answers with " + picture.target().version();
      case DRAINING -> "ends its requests";
      case AWAY -> "gets none";
      case DEAD -> "dead";
    };
  }

  private double x(Duration at) {
    long end = Math.max(1, picture.end().toMillis());
    return LEFT + WIDTH * Math.min(1, at.toMillis() / (double) end);
  }

  private void rectangle(double x, double top, double width, double height, String colour) {
    body.append(
        String.format(
            Locale.ROOT,
            "<rect x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\" fill=\"%s\"/>\n",
            x,
            top,
            width,
            height,
            colour));
  }

  private void text(int x, int baseline, String content) {
    body.append("<text x=\"%d\" y=\"%d\">%s</text>\n".formatted(x, baseline, escaped(content)));
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
  }
}
