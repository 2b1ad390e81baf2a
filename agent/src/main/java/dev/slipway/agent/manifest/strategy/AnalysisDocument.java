package dev.slipway.agent.manifest.strategy;

import dev.slipway.agent.manifest.kind.Fields;
import dev.slipway.agent.manifest.text.NumberText;
import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.Builtin;
import dev.slipway.strategies.analysis.Metric;
import dev.slipway.strategies.analysis.Metric.Former;
import dev.slipway.strategies.analysis.Metric.Limits;
import dev.slipway.strategies.analysis.Metric.OnNoData;
import dev.slipway.strategies.analysis.Metric.Query;
import dev.slipway.strategies.analysis.Threshold;
import dev.slipway.strategies.fleet.Template;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** What is measured of a release, as every strategy that judges one writes it. */
final class AnalysisDocument {
  private static final Set<String> VARIABLES = Set.of("instances", "window");
  private static final String COMMAND = "command";
  private static final String TO_FORMER = "maxRatioToFormer";
  private static final String WINDOW = "formerWindow";

  /** Those that know nothing unless they are told what to look at. */
  private static final Set<String> ASKED = Set.of("json", COMMAND);

  private AnalysisDocument() {}

  /** Reads what judges a release whose answers nobody compares with those of the stable one. */
  static Analysis read(Fields fields) {
    for (Fields metric : fields.children("metrics")) {
      if (isOfBoth(metric)) {
        metric.report(
            "name",
            "'%s' is known only while answers are compared"
                .formatted(metric.required("name").text()),
            "use it in a shadow that compares them");
      }
    }
    return comparing(fields);
  }

  private static boolean isOfBoth(Fields metric) {
    return metric.text("name").flatMap(Builtin::named).filter(Builtin::isOfBoth).isPresent();
  }

  /** Reads what judges a release whose answers are compared with those of the stable one. */
  static Analysis comparing(Fields fields) {
    for (Fields metric : fields.children("metrics")) {
      if (isOfBoth(metric)) {
        checkOfBoth(metric);
      }
    }
    Analysis usual = Analysis.DEFAULT;
    Duration interval = fields.positive("interval", usual.interval());
    Duration initialDelay = fields.duration("initialDelay", usual.initialDelay());
    Optional<Fields> inconclusive = fields.child("onInconclusive");
    inconclusive.ifPresent(wait -> wait.text("then"));
    Duration extension =
        inconclusive
            .map(wait -> wait.duration("extend", usual.extension()))
            .orElse(usual.extension());
    return new Analysis(interval, initialDelay, extension, metrics(fields));
  }

  private static void checkOfBoth(Fields metric) {
    if (metric.text("provider").filter(provider -> !provider.equals("balancer")).isPresent()) {
      metric.report(
          "provider",
          "'%s' has no answers to compare".formatted(metric.text("provider").orElseThrow()),
          "leave it out, or write balancer");
    }
    if (metric.has("maxRatioToStable")) {
      metric.report(
          "maxRatioToStable", "this number is about both releases already", "use thresholdRange");
    }
  }

  /** Reads what judges a release that no request reaches yet. */
  static Analysis before(Fields fields) {
    if (fields.children("metrics").isEmpty()) {
      fields
          .reading()
          .report(
              fields.place(),
              "nothing says what is measured, and no request reaches the idle slots yet",
              "name metrics with a query for prometheus, the url of a JSON document, or a command");
    }
    for (Fields metric : fields.children("metrics")) {
      if (metric.text("provider").filter("balancer"::equals).isPresent()) {
        metric.report(
            "provider",
            "no balancer has numbers of slots that get no requests",
            "ask prometheus, the url of a JSON document, or a command");
      }
    }
    return read(fields);
  }

  /** Reads what judges a release that gets all requests. */
  static Analysis after(Fields fields) {
    for (Fields metric : fields.children("metrics")) {
      if (metric.has("maxRatioToStable")) {
        metric.report(
            "maxRatioToStable",
            "nobody serves the former release any more after the switch",
            "use maxRatioToFormer, or thresholdRange");
      }
    }
    return read(fields);
  }

  private static List<Metric> metrics(Fields fields) {
    var names = new HashSet<String>();
    List<Metric> metrics =
        fields.children("metrics").stream()
            .flatMap(metric -> metric(metric, names).stream())
            .toList();
    return metrics.isEmpty() ? Analysis.DEFAULT.metrics() : metrics;
  }

  private static Optional<Metric> metric(Fields fields, Set<String> names) {
    String name = fields.required("name").text();
    if (!names.add(name)) {
      fields.report(
          "name", "two metrics are called '%s'".formatted(name), "give each its own name");
      return Optional.empty();
    }
    Optional<Builtin> builtin = Builtin.named(name);
    Optional<Query> query = query(fields);
    if (builtin.isPresent() == query.isPresent()) {
      reportQuery(fields, name, builtin.isPresent());
      return Optional.empty();
    }
    return Optional.of(metric(fields, name, builtin, query));
  }

  private static void reportQuery(Fields fields, String name, boolean isBuiltin) {
    if (isBuiltin) {
      fields.report(
          "name",
          "'%s' is built in, and a query is written beside it".formatted(name),
          "leave the query out, or give the metric another name");
    } else {
      fields.report(
          "name",
          "nothing says how '%s' is measured".formatted(name),
          "write a query for Prometheus, the url of a JSON document or a command that the agent's"
              + " own file names, or use one of "
              + String.join(", ", Stream.of(Builtin.values()).map(Builtin::text).toList()));
    }
  }

  private static Metric metric(
      Fields fields, String name, Optional<Builtin> builtin, Optional<Query> query) {
    return new Metric(
        name,
        provider(fields, query),
        query,
        threshold(fields, builtin),
        ratio(fields, builtin),
        former(fields, builtin),
        fields.integer("minSamples", builtin.map(Builtin::usualSamples).orElse(0)),
        onNoData(fields),
        limits(fields),
        fields.integer("count"),
        fields.isTrue("dryRun"),
        true);
  }

  private static Optional<String> provider(Fields fields, Optional<Query> query) {
    Optional<String> named = fields.text("provider");
    Optional<String> right = query.map(_ -> asked(fields));
    boolean isWrong =
        named.isPresent()
            && (query.isPresent() ? !right.equals(named) : ASKED.contains(named.get()));
    if (isWrong) {
      fields.report(
          "provider",
          "'%s' cannot answer this".formatted(named.get()),
          "a query is for prometheus, a url for json, and what is built in for"
              + " balancer or prometheus");
    }
    return right.or(() -> named);
  }

  private static String asked(Fields fields) {
    return fields.has("url") ? "json" : fields.has(COMMAND) ? COMMAND : "prometheus";
  }

  private static Optional<Query> query(Fields fields) {
    List<String> keys = Stream.of("url", COMMAND, "query").filter(fields::has).toList();
    if (keys.size() > 1) {
      fields.report(
          keys.getLast(),
          "a %s is written beside it".formatted(keys.getFirst()),
          "keep one of them");
    }
    String pointer = fields.text("pointer").orElse("");
    Optional<Query> query =
        keys.stream()
            .findFirst()
            .flatMap(fields::text)
            .map(text -> new Query(text, fields.has("query") ? "" : pointer));
    query.ifPresent(one -> checkVariables(fields, one.text()));
    return query;
  }

  private static void checkVariables(Fields fields, String text) {
    boolean isUrl = fields.has("url");
    var unknown = new TreeSet<>(new Template(text).names());
    if (!isUrl) {
      unknown.removeAll(VARIABLES);
    }
    if (!unknown.isEmpty()) {
      fields.report(
          isUrl ? "url" : "query",
          "there is no variable {{%s}} here".formatted(unknown.first()),
          isUrl ? "write the whole address" : "use {{instances}} or {{window}}");
    }
  }

  private static Threshold threshold(Fields fields, Optional<Builtin> builtin) {
    Optional<Fields> range = fields.child("thresholdRange");
    if (range.isEmpty()) {
      return builtin.map(Builtin::usual).orElse(Threshold.ANY);
    }
    OptionalDouble min = number(range.get(), "min", builtin);
    OptionalDouble max = number(range.get(), "max", builtin);
    if (min.isPresent() && max.isPresent() && min.getAsDouble() > max.getAsDouble()) {
      range
          .get()
          .report("min", "nothing is between min and max", "let max be as great as min or greater");
      return Threshold.ANY;
    }
    return new Threshold(min, max);
  }

  private static OptionalDouble number(Fields fields, String key, Optional<Builtin> builtin) {
    Optional<String> text = fields.text(key);
    if (text.isEmpty()) {
      return OptionalDouble.empty();
    }
    NumberText number = NumberText.parse(text.get());
    builtin
        .flatMap(number::objection)
        .ifPresent(remedy ->
            fields.report(key, "'%s' is no value of this metric".formatted(text.get()), remedy));
    return OptionalDouble.of(number.value());
  }

  private static OptionalDouble ratio(Fields fields, Optional<Builtin> builtin) {
    Optional<String> text = fields.text("maxRatioToStable");
    return text.isPresent()
        ? OptionalDouble.of(NumberText.parse(text.get()).value())
        : builtin
            .filter(_ -> !fields.has("thresholdRange"))
            .map(Builtin::usualRatio)
            .orElse(OptionalDouble.empty());
  }

  private static Optional<Former> former(Fields fields, Optional<Builtin> builtin) {
    Optional<String> ratio = fields.text(TO_FORMER);
    if (ratio.isPresent() && builtin.filter(one -> !one.isLasting()).isPresent()) {
      fields.report(
          TO_FORMER,
          "'%s' of two times says nothing".formatted(builtin.get().text()),
          "compare a rate or a time");
      return Optional.empty();
    }
    if (ratio.isEmpty() && fields.has(WINDOW)) {
      fields.report(
          WINDOW, "nothing is compared with the former release", "write maxRatioToFormer, too");
    }
    return ratio.map(
        text -> new Former(NumberText.parse(text).value(), fields.positive(WINDOW, Former.WINDOW)));
  }

  private static OnNoData onNoData(Fields fields) {
    return fields
        .text("onNoData")
        .map(text -> OnNoData.valueOf(text.toUpperCase(Locale.ROOT)))
        .orElse(OnNoData.INCONCLUSIVE);
  }

  private static Limits limits(Fields fields) {
    return new Limits(
        fields.integer("failureLimit", Limits.DEFAULT.failures()),
        fields.integer("inconclusiveLimit", Limits.DEFAULT.inconclusive()),
        fields.integer("consecutiveErrorLimit", Limits.DEFAULT.consecutiveErrors()));
  }
}
