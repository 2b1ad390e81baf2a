package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Entry;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.RolloutStarted;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.rollout.gate.Vote.Voted;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.gate.Approver;
import dev.slipway.strategies.plan.WaitStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * One vote on the rollout of an application that is open, whether or not it is taken up.
 *
 * <p>What takes long is asked before, so that counting holds up nobody.
 */
public final class Voting {
  private final Journal journal;
  private final Target target;
  private final Vote vote;
  private final Set<Approver> made;

  /** Prepares to count a vote; asks for authors if some gate leaves them out. */
  public Voting(Journal journal, Target target, Vote vote, Authors authors) {
    this.journal = journal;
    this.target = target;
    this.vote = vote;
    this.made =
        started(events()).stream()
            .filter(_ -> Waiting.of(events()).stream().anyMatch(Voting::leavesAuthorsOut))
            .flatMap(started -> authors.of(started.delivery()).stream())
            .collect(Collectors.toUnmodifiableSet());
  }

  private static boolean leavesAuthorsOut(Waiting waiting) {
    return waiting.step() instanceof WaitStep.AwaitApproval(_, var terms) && !terms.byAuthor();
  }

  private List<Entry> events() {
    return journal.open().stream()
        .filter(one -> one.target().equals(target))
        .findFirst()
        .map(journal::events)
        .orElse(List.of());
  }

  private static Optional<RolloutStarted> started(List<Entry> entries) {
    return entries.stream()
        .findFirst()
        .map(Entry::event)
        .filter(RolloutStarted.class::isInstance)
        .map(RolloutStarted.class::cast);
  }

  /** Counts it at every step that waits for it. */
  public Voted count() {
    List<Entry> entries = events();
    return started(entries)
        .map(started -> count(started, Waiting.of(entries)))
        .orElseGet(() -> new Voted.Refused("no rollout of %s is under way".formatted(target)));
  }

  private Voted count(RolloutStarted started, List<Waiting> waiting) {
    if (!vote.about().map(about -> isMeant(about, started)).orElse(true)) {
      return new Voted.Refused(
          "the rollout of %s that waits brings %s".formatted(target, started.delivery().id()));
    }
    List<Voted> votes = waiting.stream().flatMap(one -> count(one, started).stream()).toList();
    return votes.isEmpty() ? new Voted.Refused(nothing(waiting)) : all(votes);
  }

  private static boolean isMeant(String about, RolloutStarted started) {
    RolloutId rollout = started.rollout();
    Delivery delivery = started.delivery();
    return Set.of(
            rollout.toString(),
            "#" + rollout.number(),
            delivery.release().version(),
            delivery.id().toString())
        .contains(about.strip());
  }

  private String nothing(List<Waiting> waiting) {
    return waiting.isEmpty()
        ? "the rollout of %s waits for nobody now".formatted(target)
        : "the rollout of %s pauses, which needs no approval; 'slipway promote' ends the pause"
            .formatted(target);
  }

  private static Voted all(List<Voted> votes) {
    var texts = new ArrayList<String>();
    var reasons = new ArrayList<String>();
    for (Voted one : votes) {
      switch (one) {
        case Voted.Counted(var text) -> texts.add(text);
        case Voted.Refused(var reason) -> reasons.add(reason);
      }
    }
    return texts.isEmpty()
        ? new Voted.Refused(String.join("\n", reasons))
        : new Voted.Counted(String.join("\n", texts));
  }

  private Optional<Voted> count(Waiting waiting, RolloutStarted started) {
    return switch (waiting.step()) {
      case WaitStep.AwaitApproval gate -> Optional.of(approve(waiting, gate, started));
      case WaitStep.Pause _ when vote.reach() == Reach.PAUSES_TOO -> {
        record(waiting, started);
        yield Optional.of(new Voted.Counted("%s ends the pause".formatted(vote.who())));
      }
      case WaitStep.Pause _,
          WaitStep.AwaitIdle _,
          WaitStep.AwaitWebhook _,
          WaitStep.Join _,
          WaitStep.WarmUp _ ->
          Optional.empty();
    };
  }

  private Voted approve(Waiting waiting, WaitStep.AwaitApproval gate, RolloutStarted started) {
    Approval terms = gate.approval();
    if (!terms.byAuthor() && made.isEmpty()) {
      return new Voted.Refused(
          "nobody can tell now who made commit %s, and who did must not approve it; ask again"
              .formatted(started.delivery().revision()));
    }
    return switch (terms.judge(vote.who(), made, waiting.approvers())) {
      case COUNTS -> {
        record(waiting, started);
        var all = new ArrayList<>(waiting.approvers());
        all.add(vote.who());
        yield new Voted.Counted(
            "%s approves '%s': %s".formatted(vote.who(), gate.gate(), standing(terms, all)));
      }
      case AGAIN ->
          new Voted.Counted(
              "%s has approved '%s' before: %s"
                  .formatted(vote.who(), gate.gate(), standing(terms, waiting.approvers())));
      case NOT_LISTED ->
          new Voted.Refused(
              "%s may not approve '%s'; these may: %s"
                  .formatted(vote.who(), gate.gate(), String.join(", ", terms.approvers())));
      case AUTHOR ->
          new Voted.Refused(
              "commit %s was made by %s, and '%s' has to be approved by others"
                  .formatted(started.delivery().revision(), names(made), gate.gate()));
    };
  }

  private static String standing(Approval terms, List<Approver> approving) {
    int count = terms.count(approving);
    return count >= terms.minApproverNum()
        ? "it goes on"
        : "%d of %d, %d to go"
            .formatted(count, terms.minApproverNum(), terms.minApproverNum() - count);
  }

  private static String names(Set<Approver> people) {
    return people.stream().map(String::valueOf).sorted().collect(Collectors.joining(", "));
  }

  private void record(Waiting waiting, RolloutStarted started) {
    journal.append(
        new Event.Approved(
            started.rollout(), waiting.position(), vote.who().toString(), vote.how(), vote.why()));
  }
}
