package dev.slipway.agent.journal;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What follows from the events so far: the one reading of a journal, whatever it is stored in.
 *
 * <p>Not safe for use by several threads.
 */
final class Ledger {
  private final Map<Target, Book> books = new TreeMap<>();
  private final Map<RolloutId, Running> open = new TreeMap<>();
  private final Map<String, Tip> tips = new HashMap<>();
  private final Map<String, Long> published = new HashMap<>();
  private long number;

  /** A commit, and when it was accepted. */
  private record Tip(String commit, Instant since) {}

  /** What is known of one application in one environment. */
  private static final class Book {
    private Optional<Delivery> stable = Optional.empty();
    private Optional<Delivery> adopted = Optional.empty();
    private Optional<Pin> pin = Optional.empty();
    private Map<String, String> generations = Map.of();
    private Map<String, String> marks = Map.of();
    private Optional<Preview> preview = Optional.empty();
    private final Set<Integer> foreign = new HashSet<>();
    private Optional<Event.RemovalStarted> removal = Optional.empty();
    private final Map<String, Deployment> left = new LinkedHashMap<>();
    private final Map<String, Deployment> cleared = new LinkedHashMap<>();
    private boolean tried;
    private final Map<Digest, Quarantine> quarantined = new LinkedHashMap<>();
    private final Map<ReleaseId, Delivery> deliveries = new HashMap<>();
    private final List<Summary> history = new ArrayList<>();
    private final Set<RolloutId> summarised = new HashSet<>();

    private void haveBack(String host) {
      left.remove(host);
      cleared.remove(host);
    }
  }

  /** A rollout that did not end yet. */
  private record Running(Delivery delivery, String cause, Instant started, long bytesSent) {}

  /** What pruning takes away: details of these, and everything of those. */
  record Pruning(List<Summary> toSummaries, List<RolloutId> toNothing) {}

  void fold(Entry entry) {
    switch (entry.event()) {
      case Event.OfRollout event -> foldRollout(entry.at(), event);
      case Event.OfTarget event -> foldTarget(entry.at(), event);
      case Event.TipAccepted(var repository, var branch, var commit) ->
          tips.put(topicOfTip(repository, branch), new Tip(commit, entry.at()));
      case Event.JournalLost lost -> number = Math.max(number, lost.rollout());
      case Event.StatusPublished(var repository, var sequence) ->
          published.put(repository, sequence);
    }
  }

  private void foldRollout(Instant at, Event.OfRollout event) {
    RolloutId rollout = event.rollout();
    number = Math.max(number, rollout.number());
    switch (event) {
      case Event.RolloutStarted started -> {
        remember(started.target(), started.delivery());
        book(started.target()).tried = true;
        started.stable().ifPresent(stable -> remember(started.target(), stable));
        open.put(rollout, new Running(started.delivery(), started.cause(), at, 0));
      }
      case Event.StepEnded(_, _, Outcome.Done(_, var bytes)) when bytes > 0 ->
          open.computeIfPresent(
              rollout,
              (_, was) -> new Running(was.delivery, was.cause, was.started, was.bytesSent + bytes));
      case Event.RolloutEnded ended -> end(at, ended);
      case Event.RolloutSummarised(var summary) -> {
        book(summary.rollout().target()).summarised.add(rollout);
        conclude(summary);
      }
      case Event.StepStarted _,
          Event.StepEnded _,
          Event.TrafficWanted _,
          Event.AbortAsked _,
          Event.Approved _,
          Event.FormerMeasured _,
          Event.NoticeTried _,
          Event.NoticeAnswered _,
          Event.Turned _ -> {}
    }
  }

  private void end(Instant at, Event.RolloutEnded ended) {
    Running was = open.remove(ended.rollout());
    if (was == null) {
      throw new IllegalStateException("%s ended and had not started".formatted(ended.rollout()));
    }
    conclude(
        new Summary(
            ended.rollout(),
            was.delivery,
            was.cause,
            was.started,
            at,
            ended.ending(),
            ended.reason(),
            ended.incomplete(),
            was.bytesSent));
  }

  private void conclude(Summary summary) {
    Book book = book(summary.rollout().target());
    remember(summary.rollout().target(), summary.delivery());
    book.history.add(summary);
    if (summary.ending() == Ending.SUCCEEDED) {
      book.stable = Optional.of(summary.delivery());
    }
  }

  private void foldTarget(Instant at, Event.OfTarget event) {
    Book book = book(event.target());
    switch (event) {
      case Event.StableDeclared(_, var delivery, _) -> {
        remember(event.target(), delivery);
        book.stable = Optional.of(delivery);
        if (delivery.source() instanceof ArtifactSource.OnHosts) {
          book.adopted = Optional.of(delivery);
        }
      }
      case Event.Quarantined(_, var release, var reason) ->
          book.quarantined.put(release.digest(), new Quarantine(release, reason, at));
      case Event.QuarantineLifted(_, var release, _) -> book.quarantined.remove(release.digest());
      case Event.Pinned(_, var release, var who, var why) ->
          book.pin = Optional.of(new Pin(release, who, why, at));
      case Event.Unpinned _ -> book.pin = Optional.empty();
      case Event.BalancersSettled(_, var generations) -> book.generations = generations;
      case Event.SecretsSettled(_, var marks) -> book.marks = marks;
      case Event.BalancersSplit _, Event.BalancersUnited _ -> {}
      case Event.Forgotten(var target, _, _) -> forget(target);
      case Event.PreviewAllotted(var target, var branch, var ports) ->
          book.preview = Optional.of(new Preview(target, branch, ports));
      case Event.PortForeign(_, var port, _) -> book.foreign.add(port);
      case Event.RemovalStarted removal -> book.removal = Optional.of(removal);
      case Event.PreviewRemoved(var target, var deleted) -> {
        forget(target);
        deleted.ifPresent(branch -> tips.remove(topicOfTip(target.repository(), branch)));
      }
      case Event.HostsLeft(_, var deployment, var hosts) ->
          hosts.forEach(host -> book.left.put(host, deployment));
      case Event.HostsCleared(_, var hosts, _) ->
          hosts.forEach(host ->
              Optional.ofNullable(book.left.remove(host))
                  .ifPresent(former -> book.cleared.put(host, former)));
      case Event.HostsReturned(_, var hosts) -> hosts.forEach(book::haveBack);
      case Event.OfRollout rollout -> foldRollout(at, rollout);
    }
  }

  /** Should it be asked for again, nobody knows what others made of it meanwhile. */
  private void forget(Target target) {
    Book book = book(target);
    book.stable = Optional.empty();
    book.adopted = Optional.empty();
    book.pin = Optional.empty();
    book.generations = Map.of();
    book.marks = Map.of();
    book.preview = Optional.empty();
    book.removal = Optional.empty();
    book.foreign.clear();
    book.left.clear();
    book.cleared.clear();
    book.tried = false;
  }

  private void remember(Target target, Delivery delivery) {
    book(target).deliveries.put(delivery.id(), delivery);
  }

  private Book book(Target target) {
    return books.computeIfAbsent(target, _ -> new Book());
  }

  RolloutId next(Target target) {
    number++;
    return new RolloutId(target, number);
  }

  List<RolloutId> open() {
    return List.copyOf(open.keySet());
  }

  List<RolloutId> recent(Instant since) {
    return Stream.concat(
            open.keySet().stream(),
            books.values().stream()
                .flatMap(book -> book.history.stream())
                .filter(summary -> !summary.ended().isBefore(since))
                .map(Summary::rollout))
        .sorted()
        .toList();
  }

  Set<Target> targets() {
    return books.entrySet().stream()
        .filter(entry -> entry.getValue().stable.isPresent())
        .map(Map.Entry::getKey)
        .collect(Collectors.toUnmodifiableSet());
  }

  Optional<Delivery> stable(Target target) {
    return book(target).stable;
  }

  Optional<Delivery> adopted(Target target) {
    return book(target).adopted;
  }

  Optional<Delivery> delivery(Target target, ReleaseId release) {
    return Optional.ofNullable(book(target).deliveries.get(release));
  }

  List<Quarantine> quarantined(Target target) {
    return List.copyOf(book(target).quarantined.values());
  }

  Optional<Pin> pin(Target target) {
    return book(target).pin;
  }

  Map<String, String> secretMarks(Target target) {
    return book(target).marks;
  }

  Map<String, String> generations(Target target) {
    return book(target).generations;
  }

  List<Summary> history(Target target, int limit) {
    return book(target).history.reversed().stream().limit(limit).toList();
  }

  Optional<String> tip(String repository, String branch) {
    return Optional.ofNullable(tips.get(topicOfTip(repository, branch))).map(Tip::commit);
  }

  Optional<Instant> pushed(String repository, String branch) {
    return Optional.ofNullable(tips.get(topicOfTip(repository, branch))).map(Tip::since);
  }

  List<Preview> previews() {
    return books.values().stream().flatMap(book -> book.preview.stream()).toList();
  }

  Set<Integer> foreignPorts() {
    return books.values().stream()
        .flatMap(book -> book.foreign.stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  List<Event.RemovalStarted> removals() {
    return books.values().stream().flatMap(book -> book.removal.stream()).toList();
  }

  Map<String, Deployment> left(Target target) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(book(target).left));
  }

  Map<String, Deployment> cleared(Target target) {
    return Collections.unmodifiableMap(new LinkedHashMap<>(book(target).cleared));
  }

  boolean isTried(Target target) {
    return book(target).tried;
  }

  long published(String repository) {
    return published.getOrDefault(repository, 0L);
  }

  /** Forgets what the retention does not keep, and returns what has to go from the store. */
  Pruning prune(Journal.Retention retention) {
    var toSummaries = new ArrayList<Summary>();
    var toNothing = new ArrayList<RolloutId>();
    for (Book book : books.values()) {
      int detailed = book.history.size() - retention.detailed();
      book.history.stream()
          .limit(Math.max(0, detailed))
          .filter(summary -> book.summarised.add(summary.rollout()))
          .forEach(toSummaries::add);
      toNothing.addAll(forget(book, book.history.size() - retention.summaries()));
    }
    toSummaries.removeIf(summary -> toNothing.contains(summary.rollout()));
    return new Pruning(List.copyOf(toSummaries), List.copyOf(toNothing));
  }

  /** The last success is kept whatever its age, because stable follows from it. */
  private static List<RolloutId> forget(Book book, int tooMany) {
    Optional<RolloutId> last =
        book.history.reversed().stream()
            .filter(summary -> summary.ending() == Ending.SUCCEEDED)
            .map(Summary::rollout)
            .findFirst();
    List<RolloutId> forgotten =
        book.history.stream()
            .limit(Math.max(0, tooMany))
            .map(Summary::rollout)
            .filter(rollout -> !last.equals(Optional.of(rollout)))
            .toList();
    book.history.removeIf(summary -> forgotten.contains(summary.rollout()));
    forgotten.forEach(book.summarised::remove);
    return forgotten;
  }

  /** Returns the topic of an event of which only the last one counts; empty for all others. */
  static Optional<String> topic(Event event) {
    return switch (event) {
      case Event.TipAccepted(var repository, var branch, _) ->
          Optional.of(topicOfTip(repository, branch));
      case Event.StatusPublished(var repository, _) -> Optional.of("published " + repository);
      case Event.BalancersSettled(var target, _) -> Optional.of("balancers " + target);
      case Event.SecretsSettled(var target, _) -> Optional.of("secrets " + target);
      case Event.BalancersSplit(var target, _, _) -> Optional.of("split " + target);
      case Event.BalancersUnited(var target, _) -> Optional.of("united " + target);
      case Event.OfTarget _, Event.JournalLost _ -> Optional.empty();
    };
  }

  /** Returns the number that the event's own has to exceed. */
  static long floor(Event event) {
    return event instanceof Event.JournalLost lost ? lost.sequence() : 0;
  }

  private static String topicOfTip(String repository, String branch) {
    return "tip " + repository + " " + branch;
  }
}
