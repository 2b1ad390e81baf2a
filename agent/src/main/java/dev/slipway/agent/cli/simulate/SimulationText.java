package dev.slipway.agent.cli.simulate;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.plan.Durations;
import dev.slipway.strategies.simulation.Account;
import dev.slipway.strategies.simulation.Account.Stretch;
import dev.slipway.strategies.simulation.Fault;
import dev.slipway.strategies.simulation.Moment;
import dev.slipway.strategies.simulation.Toll;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** A simulation as text with a drawing, for terminals. */
final class SimulationText {
  private static final int COLUMNS = 60;
  private static final String BARS = " ▁▂▃▄▅▆▇█";
  private static final List<Long> STEPS = List.of(1L, 2L, 5L, 10L, 15L, 30L, 60L, 120L, 300L, 600L);

  private final Picture picture;
  private final Account account;
  private final Duration column;
  private final StringBuilder text = new StringBuilder();

  private SimulationText(Picture picture) {
    this.picture = picture;
    this.account = picture.account();
    long least = picture.end().toSeconds() / COLUMNS + 1;
    this.column =
        Duration.ofSeconds(STEPS.stream().filter(step -> step >= least).findFirst().orElse(least));
  }

  static String of(Picture picture, boolean steps) {
    var written = new SimulationText(picture);
    written.head();
    picture.account().roles().keySet().forEach(written::role);
    written.line("");
    if (steps) {
      picture.account().legs().forEach(leg -> written.steps(leg.stretches()));
    } else {
      picture.parts().forEach(written::part);
    }
    return written.text.toString();
  }

  private void head() {
    line(picture.title());
    line("%s after %s".formatted(account.ending().text(), Durations.text(picture.end())));
    if (!account.reason().isEmpty()) {
      line("because %s".formatted(account.reason()));
    }
    if (!account.incomplete().isEmpty()) {
      line("not done on %s".formatted(String.join(", ", account.incomplete())));
    }
    for (Fault fault : picture.scenario().faults()) {
      if (fault instanceof Fault.Dies(var host, var at) && at.compareTo(picture.end()) > 0) {
        line("%s lived until all was over".formatted(host));
      }
    }
  }

  private void role(String role) {
    Moment lowest = account.lowest(role);
    line("");
    line(
        "%s: %d of %d serve at the lowest, after %s; the plan promises %d"
            .formatted(
                role,
                lowest.serving(),
                picture.hosts(role),
                Durations.text(lowest.at()),
                picture.promised(role)));
    line(
        "%s: nobody answers for %s, two releases at once for %s"
            .formatted(
                role, Durations.text(account.downtime(role)), Durations.text(account.mixed(role))));
    picture.toll(role).ifPresent(toll -> toll(role, toll));
    drawing(role);
  }

  private void toll(String role, Toll toll) {
    line(
        "%s: %s answers %,d requests, and fails %,d of them"
            .formatted(role, picture.target().version(), toll.requests(), toll.failed()));
    String judged =
        toll.noticed()
            .map(at ->
                "taken back by '%s' after %s".formatted(at.phase(), Durations.text(at.until())))
            .orElse("no analysis takes it back");
    String back =
        toll.back()
            .map(at -> "; no user meets it from %s on".formatted(Durations.text(at)))
            .orElse("");
    line("%s: %s%s".formatted(role, judged, back));
  }

  private void drawing(String role) {
    line(
        "%s a column; = %s, # %s, ~ ends its requests, . gets none, x dead"
            .formatted(
                Durations.text(column), picture.former().version(), picture.target().version()));
    List<String> hosts = picture.drawn(role);
    int width =
        Stream.concat(hosts.stream(), Stream.of("serving", share()))
            .mapToInt(String::length)
            .max()
            .orElse(0);
    hosts.forEach(host -> row(width, host, role, during -> look(host, during)));
    if (picture.hosts(role) > hosts.size()) {
      line("and %d more".formatted(picture.hosts(role) - hosts.size()));
    }
    row(width, "serving", role, during -> bar(fewest(during), picture.hosts(role)));
    row(
        width,
        share(),
        role,
        during ->
            bar(during.getLast().share(picture.target()).basisPoints(), Share.ALL.basisPoints()));
  }

  private String share() {
    return "share of " + picture.target().version();
  }

  private void row(int width, String name, String role, Function<List<Moment>, Character> sign) {
    var row = new StringBuilder();
    long columns = Math.max(1, picture.end().plus(column).minusNanos(1).dividedBy(column));
    for (long i = 0; i < columns; i++) {
      row.append((char) sign.apply(during(role, column.multipliedBy(i))));
    }
    line(("%-" + width + "s  %s").formatted(name, row));
  }

  /** Returns what was so at the beginning of a column, and what came in the course of it. */
  private List<Moment> during(String role, Duration from) {
    Duration until = from.plus(column);
    return Stream.concat(
            Stream.of(account.at(role, from)),
            picture.moments(role).stream()
                .filter(
                    moment -> moment.at().compareTo(from) > 0 && moment.at().compareTo(until) < 0))
        .toList();
  }

  /** What disturbs is shown, however short it was. */
  private static char look(String host, List<Moment> during) {
    Moment.Look worst =
        during.stream()
            .map(moment -> moment.hosts().getOrDefault(host, Moment.Look.AWAY))
            .max(Comparator.naturalOrder())
            .orElse(Moment.Look.AWAY);
    return switch (worst) {
      case FORMER -> '=';
      case TARGET -> '#';
      case DRAINING -> '~';
      case AWAY -> '.';
      case DEAD -> 'x';
    };
  }

  private static int fewest(List<Moment> during) {
    return during.stream().mapToInt(Moment::serving).min().orElse(0);
  }

  /** Nothing is shown only where there is nothing; a host on which two slots serve is one host. */
  private static char bar(int part, int all) {
    int height = (Math.min(part, all) * (BARS.length() - 1) + all - 1) / all;
    return BARS.charAt(height);
  }

  private void part(Picture.Part part) {
    line(
        "%8s %8s  %s%s%s"
            .formatted(
                Durations.text(part.from()),
                Durations.text(part.until()),
                back(part.leg()),
                part.name(),
                because(part.failure())));
  }

  private static String back(int leg) {
    return leg == 0 ? "" : "way back: ";
  }

  private void steps(List<Stretch> stretches) {
    Naming naming = account.legs().getFirst().plan().naming();
    for (Stretch stretch : stretches) {
      line(
          "%8s %8s  %s%s%s"
              .formatted(
                  Durations.text(stretch.from()),
                  Durations.text(stretch.until()),
                  stretch.isTakingBack() ? "taken back: " : "",
                  stretch.step().render(naming),
                  because(stretch.failure())));
    }
  }

  private static String because(String failure) {
    return failure.isEmpty() ? "" : " => failed: " + failure;
  }

  private void line(String content) {
    text.append(content.stripTrailing()).append('\n');
  }
}
