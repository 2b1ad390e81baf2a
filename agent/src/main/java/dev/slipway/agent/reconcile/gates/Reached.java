package dev.slipway.agent.reconcile.gates;

import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.gate.Waiting;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.WaitStep;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The gates that the rollout of an application has reached, as people are told of them. */
public final class Reached {
  private Reached() {}

  /** Returns one condition for each: who is asked, until when, and how to answer. */
  public static List<Condition> gates(Journal journal, Target target) {
    return journal.open().stream()
        .filter(open -> open.target().equals(target))
        .map(journal::events)
        .flatMap(events -> conditions(events, target))
        .toList();
  }

  private static Stream<Condition> conditions(List<Entry> events, Target target) {
    return Waiting.of(events).stream()
        .flatMap(waiting ->
            waiting.step() instanceof WaitStep.AwaitApproval(var gate, var terms)
                ? Stream.of(condition(waiting, gate, terms, target))
                : Stream.empty());
  }

  private static Condition condition(Waiting waiting, String gate, Approval terms, Target target) {
    return new Condition(
        "Approval",
        "Waits",
        "'%s' waits for %s, until %s, then %s; %s; 'slipway approve %s' lets it go on"
            .formatted(
                gate,
                terms,
                waiting.since().plus(terms.timeout()),
                terms.onTimeout().name().toLowerCase(Locale.ROOT),
                soFar(waiting),
                target));
  }

  private static String soFar(Waiting waiting) {
    return waiting.approved().isEmpty()
        ? "nobody has approved yet"
        : waiting.approved().stream()
            .map(one -> one.who())
            .collect(Collectors.joining(", ", "approved by ", ""));
  }
}
