package dev.slipway.strategies.fleet;

import java.util.List;

/** How a release becomes a running process on a host. Texts may hold {@link Template} variables. */
public sealed interface Service {

  /**
   * A unit of systemd, for example {@code shop@{{slot}}.service}, or a timer that starts one.
   *
   * @param onActivate what happens to the unit when the link was set to another release
   * @param unitFiles the names of those that the release brings for it; none where the host has
   *     them
   */
  record Systemd(String unit, OnActivate onActivate, List<String> unitFiles) implements Service {
    public Systemd {
      requireText(unit, "a systemd service needs a unit");
      unitFiles = List.copyOf(unitFiles);
    }

    /** Makes a service whose unit is on the host. */
    public Systemd(String unit, OnActivate onActivate) {
      this(unit, onActivate, List.of());
    }

    /** Makes a service whose unit is restarted. */
    public Systemd(String unit) {
      this(unit, OnActivate.RESTART);
    }

    /** Returns the unit that a file is for: a timer's service is called as the timer is. */
    public String unitOf(String file) {
      return unit.endsWith(".timer") && file.endsWith(".service")
          ? unit.replaceFirst("\\.timer$", ".service")
          : unit;
    }

    private String text() {
      var text = new Canonical().field("systemd", unit);
      if (onActivate != OnActivate.RESTART) {
        text.field("onActivate", onActivate);
      }
      if (!unitFiles.isEmpty()) {
        text.list("unitFile", unitFiles);
      }
      return text.toString();
    }
  }

  /** What happens to a unit when the link was set to another release. */
  enum OnActivate {
    /** It is stopped before and started after; it is this application's alone. */
    RESTART,
    /** It is told to reload, and never stopped; several applications may share it. */
    RELOAD,
    /** Nothing: it finds by itself what the link points at. */
    NONE
  }

  /** Commands of the application's own; {@code status} exits 0 while it runs. */
  record Commands(List<String> start, List<String> stop, List<String> status) implements Service {
    public Commands {
      start = requireWords(start, "start");
      stop = requireWords(stop, "stop");
      status = requireWords(status, "status");
    }
  }

  /** A detached process group with a pid file, for machines without systemd. */
  record Detached(List<String> run) implements Service {
    public Detached {
      run = requireWords(run, "run");
    }
  }

  /** Nothing runs: the files themselves are what is served. */
  record None() implements Service {}

  /** Returns a text that is different for every two different services. */
  default String canonical() {
    return switch (this) {
      case Systemd systemd -> systemd.text();
      case Commands(var start, var stop, var status) ->
          new Canonical().list("start", start).list("stop", stop).list("status", status).toString();
      case Detached(var run) -> new Canonical().list("run", run).toString();
      case None() -> "none";
    };
  }

  private static void requireText(String text, String otherwise) {
    if (text.isBlank()) {
      throw new IllegalArgumentException(otherwise);
    }
  }

  private static List<String> requireWords(List<String> words, String name) {
    if (words.isEmpty() || words.getFirst().isBlank()) {
      throw new IllegalArgumentException("the command '%s' has no words".formatted(name));
    }
    return List.copyOf(words);
  }
}
