package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.metrics.Program;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** The agent's own file as it is written. */
public record AgentDocument(
    List<Repository> repositories,
    List<Environment> environments,
    Optional<String> secretsDirectory,
    String stateDirectory,
    String listen) {
  private static final Duration INTERVAL = Duration.ofSeconds(60);
  private static final Duration INTERVAL_MIN = Duration.ofSeconds(1);

  /** A repository that is followed. */
  public record Repository(
      Located name,
      Located url,
      String trunk,
      Duration interval,
      Optional<String> secret,
      Optional<String> knownHosts,
      Flag allowRewind) {}

  /** The bounds of an environment. */
  public record Environment(
      Located name,
      Located repository,
      List<Located> refs,
      List<Located> hosts,
      List<String> deployPaths,
      Flag local,
      List<String> jumpHosts,
      List<String> units,
      List<String> unitFiles,
      List<String> sourceFiles,
      List<String> sourceHosts,
      List<Command> commands) {}

  /**
   * A program that analyses may run.
   *
   * @param reads which part of it is the number; empty means what it writes
   */
  public record Command(Located name, List<String> run, Duration timeout, Optional<String> reads) {}

  /** A switch. */
  public enum Flag {
    OFF,
    ON;

    static Flag of(Fields fields, String key) {
      return fields.isTrue(key) ? ON : OFF;
    }
  }

  /** Reads a document that passed its schema. */
  public static AgentDocument read(Fields document) {
    Envelope.read(document);
    Fields spec = Envelope.spec(document);
    return new AgentDocument(
        spec.children("repositories").stream().map(AgentDocument::repository).toList(),
        spec.children("environments").stream().map(AgentDocument::environment).toList(),
        spec.child("secrets").flatMap(secrets -> secrets.text("directory")),
        spec.text("stateDirectory").orElse("/var/lib/slipway"),
        spec.text("listen").orElse("127.0.0.1:7420"));
  }

  private static Repository repository(Fields fields) {
    Duration interval = fields.duration("interval", INTERVAL);
    if (interval.compareTo(INTERVAL_MIN) < 0) {
      fields.report("interval", "is too short to ask a Git server", "use 1s or more");
    }
    return new Repository(
        fields.required("name"),
        fields.required("url"),
        fields.text("trunk").orElse("main"),
        interval,
        Envelope.secret(fields),
        fields.text("knownHosts"),
        Flag.of(fields, "allowRewind"));
  }

  private static Environment environment(Fields fields) {
    return new Environment(
        fields.required("name"),
        fields.required("repository"),
        fields.texts("refs"),
        fields.texts("hosts"),
        fields.words("deployPaths"),
        Flag.of(fields, "local"),
        fields.words("jumpHosts"),
        fields.words("units"),
        fields.words("unitFiles"),
        fields.words("sourceFiles"),
        fields.words("sourceHosts"),
        fields.children("commands").stream().flatMap(one -> command(one).stream()).toList());
  }

  private static Optional<Command> command(Fields fields) {
    List<String> run = fields.words("run");
    if (!Program.isProgram(run.getFirst())) {
      fields.report(
          "run",
          "'%s' is no path of a program".formatted(run.getFirst()),
          "begin with an absolute path of letters, digits and ._@+-, such as /usr/bin/curl");
      return Optional.empty();
    }
    Duration timeout = fields.positive("timeout", Program.TIMEOUT);
    if (timeout.compareTo(Program.TIMEOUT_MAX) > 0) {
      fields.report(
          "timeout", "a rollout that is to go back would wait for so long", "use 1m or less");
      return Optional.empty();
    }
    return Optional.of(new Command(fields.required("name"), run, timeout, fields.text("reads")));
  }
}
