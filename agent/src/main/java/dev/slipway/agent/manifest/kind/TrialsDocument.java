package dev.slipway.agent.manifest.kind;

import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Expected;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.Inquiry.Method;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.fleet.trial.Warmup;
import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The smoke tests and the warm-up of a role; they are asked as its health is, unless they say. */
final class TrialsDocument {
  private static final int OK = 200;
  private static final int AT_ONCE = 4;
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final Duration INTERVAL = Duration.ofSeconds(1);
  private static final Duration DEADLINE = Duration.ofMinutes(1);

  /** Whoever asks writes these. */
  private static final Set<String> OURS =
      Set.of("host", "content-length", "transfer-encoding", "connection", "accept-encoding");

  private static final String OUR_PREFIX = "slipway-";

  private final Fields fields;
  private final Health health;
  private final Duration deadline;

  private TrialsDocument(Fields fields, Health health) {
    this.fields = fields;
    this.health = health;
    this.deadline = fields.positive("deadline", DEADLINE);
  }

  static Trials read(Fields role, List<Slot> slots, Health health) {
    if (!RoleDocument.haveAllPorts(slots)) {
      List.of("smokeTests", "warmup").stream()
          .filter(role::has)
          .forEach(key ->
              role.report(
                  key,
                  "there is no port to ask",
                  "give the application or each slot a port, or ask in the hook validateService"));
    }
    return new Trials(
        role.child("warmup").map(fields -> new TrialsDocument(fields, health).warmup()),
        role.children("smokeTests").stream()
            .map(fields -> new TrialsDocument(fields, health).smokeTest())
            .toList());
  }

  private Warmup warmup() {
    return new Warmup(
        inquiry(Method.GET, fields.text("path").orElse("/"), Optional.empty()),
        fields.integer("requests", 1),
        fields.integer("concurrency", AT_ONCE),
        deadline);
  }

  private SmokeTest smokeTest() {
    Method method = Method.valueOf(fields.text("method").orElse(Method.GET.name()));
    Optional<String> body = fields.text("body");
    if (body.isPresent() && method != Method.POST) {
      fields.report("body", "%s sends no body".formatted(method), "write method: POST with it");
      body = Optional.empty();
    }
    if (method == Method.HEAD) {
      List.of("contains", "json").stream()
          .filter(fields::has)
          .forEach(key -> fields.report(key, "HEAD is answered without a body", "use GET"));
    }
    return new SmokeTest(
        inquiry(method, fields.required("path").text(), body), expected(), tries());
  }

  private Inquiry inquiry(Method method, String path, Optional<String> body) {
    return new Inquiry(
        method,
        path,
        fields.text("scheme").orElse(health instanceof Health.Http http ? http.scheme() : "http"),
        fields
            .text("host")
            .or(() -> health instanceof Health.Http http ? http.host() : Optional.empty()),
        headers(),
        body,
        timeout());
  }

  private Duration timeout() {
    Duration timeout = fields.positive("timeout", TIMEOUT);
    if (fields.has("timeout") && timeout.compareTo(deadline) > 0) {
      fields.report(
          "timeout",
          "timeout %s is longer than deadline %s"
              .formatted(Durations.text(timeout), Durations.text(deadline)),
          "let one answer take at most the time that all of them have");
    }
    return timeout;
  }

  private Map<String, String> headers() {
    Map<String, String> headers = fields.variables("headers");
    headers.keySet().stream()
        .filter(TrialsDocument::isOurs)
        .forEach(name ->
            fields
                .child("headers")
                .orElseThrow()
                .report(
                    name,
                    "the header '%s' is written by Slipway".formatted(name),
                    name.equalsIgnoreCase("host") ? "write host beside path" : "leave it out"));
    return headers;
  }

  private static boolean isOurs(String header) {
    String name = header.toLowerCase(Locale.ROOT);
    return OURS.contains(name) || name.startsWith(OUR_PREFIX);
  }

  private Expected expected() {
    var statuses = new TreeSet<Integer>();
    fields.texts("expectedStatus").forEach(status -> statuses.add(Integer.parseInt(status.text())));
    return new Expected(
        statuses.isEmpty() ? new TreeSet<>(Set.of(OK)) : statuses,
        fields.variables("expectedHeaders"),
        fields.text("contains"),
        fields
            .child("json")
            .map(json ->
                new Expected.Json(
                    json.required("pointer").text(), json.required("equals").text())));
  }

  private SmokeTest.Tries tries() {
    int count = fields.integer("count", 1);
    int failureLimit = fields.integer("failureLimit", 0);
    Duration interval = fields.duration("interval", INTERVAL);
    if (failureLimit >= count) {
      fields.report(
          "failureLimit",
          "failureLimit %d of count %d could never fail".formatted(failureLimit, count),
          "let it be below count");
      failureLimit = 0;
    }
    if (interval.multipliedBy(count - 1L).compareTo(deadline) >= 0) {
      fields.report(
          "deadline",
          "deadline %s is too short to ask %d times every %s"
              .formatted(Durations.text(deadline), count, Durations.text(interval)),
          "let it be longer");
      return new SmokeTest.Tries(1, 0, INTERVAL, DEADLINE);
    }
    return new SmokeTest.Tries(count, failureLimit, interval, deadline);
  }
}
