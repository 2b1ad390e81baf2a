package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.strategies.Canary.Stage;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads the steps of a canary, in the words of Argo Rollouts. */
final class StageFields {
  private static final int ALL = 100;

  private final Set<String> headerRoutes = new TreeSet<>();
  private final Set<String> mirrorRoutes = new TreeSet<>();

  private StageFields() {}

  /** Returns the steps of a canary that passed its schema; what cannot be is reported. */
  static List<Stage> read(Fields canary) {
    var fields = new StageFields();
    return canary.children("steps").stream().map(fields::step).toList();
  }

  /** The schema lets exactly one key through. */
  private Stage step(Fields step) {
    String kind = step.keys().isEmpty() ? "setWeight" : step.keys().getFirst();
    return step.child(kind)
        .map(body -> withBody(kind, body))
        .orElseGet(() -> new Stage.SetWeight(step.integer("setWeight", ALL)));
  }

  private Stage withBody(String kind, Fields body) {
    return switch (kind) {
      case "analysis" -> new Stage.Judge(AnalysisDocument.read(body));
      case "approval" -> new Stage.AwaitApproval(StrategyDocument.approval(body));
      case "setCanaryScale" -> scale(body);
      case "setHeaderRoute" -> headerRoute(body);
      case "setMirrorRoute" -> mirrorRoute(body);
      case String _ -> pause(body);
    };
  }

  /** As in Argo Rollouts, a pause without a time lasts until somebody says that it is over. */
  private static Stage pause(Fields pause) {
    return pause.has("duration")
        ? new Stage.Pause(pause.duration("duration", Duration.ZERO))
        : new Stage.AwaitApproval(Approval.DEFAULT);
  }

  private static Stage scale(Fields scale) {
    if (scale.keys().size() != 1 || scale.text("matchTrafficWeight").orElse("").equals("false")) {
      scale.report(
          "instances",
          "setCanaryScale says how many candidates there are in no way, or in two",
          "use one of instances: 2, weight: 25 and matchTrafficWeight: true");
    }
    return new Stage.SetCanaryScale(
        scale.integer("instances").isPresent()
            ? Optional.of(new Amount.Count(scale.integer("instances", 1)))
            : scale.integer("weight").isPresent()
                ? Optional.of(new Amount.Percent(scale.integer("weight", 1)))
                : Optional.empty());
  }

  private Stage headerRoute(Fields route) {
    String name = route.required("name").text();
    List<Rule.Match> matches =
        route.children("match").stream().flatMap(match -> match(match).stream()).toList();
    known(headerRoutes, name, matches.isEmpty() && !route.has("match"), route, "match");
    return new Stage.SetHeaderRoute(name, matches);
  }

  private static Optional<Rule.Match> match(Fields match) {
    boolean isHeader = match.has("headerName");
    String value = isHeader ? "headerValue" : "cookieValue";
    Optional<String> exact = match.child(value).flatMap(written -> written.text("exact"));
    if (match.keys().size() != 2 || exact.isEmpty()) {
      match.report(
          value,
          "a match is the name and the value of a header, or those of a cookie",
          "use headerName with headerValue: {exact: …}, or cookieName with cookieValue");
      return Optional.empty();
    }
    String name = match.required(isHeader ? "headerName" : "cookieName").text();
    return isHeader
        ? Optional.of(new Rule.Match.Header(name, exact.get()))
        : Optional.of(new Rule.Match.Cookie(name, exact.get()));
  }

  private Stage mirrorRoute(Fields route) {
    String name = route.required("name").text();
    int percent = route.integer("percentage", 0);
    known(mirrorRoutes, name, percent == 0, route, "percentage");
    if (mirrorRoutes.size() > 1) {
      route.report(
          "name",
          "a second mirror beside '%s'".formatted(mirrorRoutes.iterator().next()),
          "end the first with setMirrorRoute and its name alone");
    }
    Set<String> methods =
        route.children("match").stream()
            .flatMap(match -> match.child("method").stream())
            .map(method -> method.text("exact").orElse(""))
            .collect(Collectors.toSet());
    return new Stage.SetMirrorRoute(
        name, Share.percent(percent), methods.isEmpty() ? Mirror.SAFE : methods);
  }

  /** A route is ended by its name alone, which must be that of one that was begun. */
  private void known(Set<String> routes, String name, boolean ends, Fields route, String key) {
    if (!ends) {
      routes.add(name);
    } else if (!routes.remove(name)) {
      route.report(
          "name",
          "route '%s' was not begun, so it cannot be ended; begun are %s".formatted(name, routes),
          "give it %s, or the name of a route that was begun".formatted(key));
    }
  }
}
