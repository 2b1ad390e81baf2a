package dev.slipway.agent.schedule.windows;

import dev.slipway.agent.schedule.windows.SyncWindow.Kind;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The windows of an environment, and what a commit says of them.
 *
 * @param override why the commit is to be rolled out all the same
 */
public record Admission(List<SyncWindow> windows, Optional<String> override) {
  /** The trailer of a commit that overrides windows; its value is the reason. */
  public static final String TRAILER = "Slipway-Override";

  /** Without windows, whatever is asked for may start at any time. */
  public static final Admission ALWAYS = new Admission(List.of(), Optional.empty());

  private static final int STEPS_MAX = 1000;
  private static final int REASON_MAX = 200;

  public Admission {
    windows = List.copyOf(windows);
    override =
        override
            .map(String::strip)
            .filter(why -> !why.isEmpty())
            .map(why -> why.substring(0, Math.min(why.length(), REASON_MAX)));
  }

  /** Whether a rollout may start. */
  public sealed interface Verdict {
    /** It may. */
    record Open() implements Verdict {}

    /** It may, because the commit says so. */
    record Overridden(String windows, String reason) implements Verdict {}

    /**
     * It may not.
     *
     * @param windows what holds it, for people
     * @param opens when it may; empty if no such time is in sight
     * @param zone whose clock people go by
     */
    record Shut(String windows, Optional<Instant> opens, ZoneId zone) implements Verdict {
      /** Says what is waited for. */
      public String text() {
        return opens
            .map(at ->
                "waits for the window, opens at %s; %s"
                    .formatted(
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(at.atZone(zone)), windows))
            .orElse("waits for the window, and no time is in sight at which it opens; " + windows);
      }
    }
  }

  /** Decides. */
  public Verdict at(Instant now) {
    List<SyncWindow> holding = holding(now);
    if (holding.isEmpty()) {
      return new Verdict.Open();
    }
    String names = holding.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return override
        .<Verdict>map(why -> new Verdict.Overridden(names, why))
        .orElseGet(() -> new Verdict.Shut(names, opens(now), holding.getFirst().starts().zone()));
  }

  /** Returns the windows that deny, or else those that would allow if one of them were open. */
  private List<SyncWindow> holding(Instant now) {
    List<SyncWindow> denying = of(Kind.DENY).stream().filter(one -> isOpen(one, now)).toList();
    boolean isAllowed =
        of(Kind.ALLOW).isEmpty() || of(Kind.ALLOW).stream().anyMatch(one -> isOpen(one, now));
    return isAllowed || !denying.isEmpty() ? denying : of(Kind.ALLOW);
  }

  /** Goes from one end or beginning of a window to the next. */
  private Optional<Instant> opens(Instant now) {
    Optional<Instant> time = Optional.of(now);
    for (int step = 0; step < STEPS_MAX && time.isPresent(); step++) {
      Instant at = time.get();
      List<SyncWindow> holding = holding(at);
      if (holding.isEmpty()) {
        return time;
      }
      time =
          switch (holding.getFirst().kind()) {
            case DENY ->
                holding.stream().flatMap(one -> one.openUntil(at).stream()).max(Instant::compareTo);
            case ALLOW ->
                holding.stream()
                    .flatMap(one -> one.starts().next(at).stream())
                    .min(Instant::compareTo);
          };
    }
    return Optional.empty();
  }

  private List<SyncWindow> of(Kind kind) {
    return windows.stream().filter(one -> one.kind() == kind).toList();
  }

  private static boolean isOpen(SyncWindow window, Instant now) {
    return window.openUntil(now).isPresent();
  }
}
