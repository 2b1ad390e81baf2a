package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.Durations;
import java.time.Duration;
import java.util.List;

/** The health check of a role: what was chosen, or what goes without saying. */
final class HealthDocument {
  private static final String PATH = "/up";
  private static final int OK = 200;
  private static final Health.Timing USUAL =
      new Health.Timing(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          3,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));

  private final Fields check;
  private final List<Slot> slots;

  private HealthDocument(Fields check, List<Slot> slots) {
    this.check = check;
    this.slots = slots;
  }

  static Health read(Fields role, List<Slot> slots) {
    Fields check =
        role.child("healthcheck")
            .orElseGet(() -> role.reading().open(new Node.Mapping(role.place(), List.of())));
    return new HealthDocument(check, slots).read();
  }

  private Health read() {
    List<String> exec = check.words("exec");
    boolean systemd = check.located("systemd").isPresent();
    boolean tcp = check.located("tcp").isPresent();
    Health http = http();
    refuseSeveral();
    if (!exec.isEmpty()) {
      return new Health.Exec(exec, onHost(http.timing()));
    }
    if (systemd) {
      return new Health.Running(onHost(http.timing()));
    }
    boolean ports = RoleDocument.haveAllPorts(slots);
    if (tcp && ports) {
      return new Health.Tcp(from(), http.timing());
    }
    if (ports) {
      return http;
    }
    refuseWithoutPort();
    return new Health.Running(http.timing());
  }

  private Health http() {
    return new Health.Http(
        check.text("path").orElse(PATH),
        check.text("scheme").orElse("http"),
        check.text("host"),
        check.integer("expectedStatus", OK),
        from(),
        timing());
  }

  private Health.From from() {
    return check.text("from").orElse("host").equals("agent") ? Health.From.AGENT : Health.From.HOST;
  }

  private Health.Timing onHost(Health.Timing timing) {
    if (from() == Health.From.AGENT) {
      check.report("from", "commands and services are asked on the host", "remove from");
    }
    return timing;
  }

  private void refuseSeveral() {
    List<String> kinds =
        List.of("path", "tcp", "exec", "systemd").stream().filter(check::has).toList();
    if (kinds.size() > 1) {
      check
          .reading()
          .report(
              check.place(),
              "asks in more than one way: " + String.join(", ", kinds),
              "keep one of them");
    }
  }

  /** A default that asks a port means the applications that have one. */
  private void refuseWithoutPort() {
    List.of("path", "tcp").stream()
        .filter(key -> check.has(key) && !check.place(key).file().equals(ProjectDocument.FILE))
        .forEach(key ->
            check.report(
                key,
                "there is no port to ask",
                "give the application or each slot a port, or use exec or systemd: active"));
  }

  private Health.Timing timing() {
    Duration interval = check.positive("interval", USUAL.interval());
    Duration timeout = check.positive("timeout", USUAL.timeout());
    Duration minHealthyTime = check.duration("minHealthyTime", USUAL.minHealthyTime());
    Duration deadline = check.positive("healthyDeadline", USUAL.healthyDeadline());
    int threshold = check.integer("successThreshold", USUAL.successThreshold());
    Duration least = least(interval, threshold, minHealthyTime);
    if (least.compareTo(deadline) >= 0 || timeout.compareTo(deadline) > 0) {
      check.report(
          "healthyDeadline",
          "healthyDeadline %s is too short for timeout %s, interval %s and minHealthyTime %s"
              .formatted(
                  Durations.text(deadline),
                  Durations.text(timeout),
                  Durations.text(interval),
                  Durations.text(minHealthyTime)),
          "let it be longer than these");
      return USUAL;
    }
    return new Health.Timing(interval, timeout, threshold, minHealthyTime, deadline);
  }

  private static Duration least(Duration interval, int threshold, Duration minHealthyTime) {
    Duration answers = interval.multipliedBy(threshold - 1L);
    return answers.compareTo(minHealthyTime) > 0 ? answers : minHealthyTime;
  }
}
