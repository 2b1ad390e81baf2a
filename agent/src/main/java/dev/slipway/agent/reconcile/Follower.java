package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.AgentConfig.Rewind;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.reconcile.gates.Votes;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.ConfigRepository.Polled;
import dev.slipway.agent.source.ConfigRepository.Relation;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.status.Condition;
import dev.slipway.strategies.gate.Approver;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Follows one repository: asks for its tips, refuses rewritten history, and reads what is wanted.
 *
 * <p>A repository is used by one thread at a time, so every method is synchronised.
 */
final class Follower {
  private final Repository spec;
  private final ConfigRepository repository;
  private final Set<String> patterns;
  private final Reader reader;
  private final Journal journal;
  private final InstantSource clock;
  private final Consumer<Wanted> wanted;
  private final Votes votes;
  private final List<Votes.Word> words = new ArrayList<>();
  private final Board board;
  private final Map<String, String> rewound = new HashMap<>();
  private final Recollection recollection;
  private Map<String, String> lastRead = Map.of();
  private Set<Target> known;
  private Set<String> previewed = Set.of();
  private Optional<Instant> lastGood = Optional.empty();

  Follower(
      Repository spec,
      ConfigRepository repository,
      Set<String> patterns,
      Reader reader,
      Services services,
      Consumer<Wanted> wanted,
      Votes votes,
      Board board) {
    this.votes = votes;
    this.spec = spec;
    this.repository = repository;
    this.patterns = Set.copyOf(patterns);
    this.reader = reader;
    this.journal = services.journal();
    this.clock = services.clock();
    this.recollection = new Recollection(spec, repository, reader, services);
    this.wanted = wanted;
    this.board = board;
    this.known = deployed();
  }

  /** What an earlier agent deployed is told as missing if it is asked for no more. */
  private Set<Target> deployed() {
    return Stream.concat(
            journal.targets().stream(), journal.previews().stream().map(Preview::target))
        .filter(target -> target.repository().equals(name()))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** How a poll went, for back-off and metrics. */
  enum Poll {
    GOOD,
    FAILED
  }

  synchronized Poll poll() {
    return switch (repository.poll(patterns)) {
      case Polled.Tips(var tips, var refused) -> follow(tips, refused);
      case Polled.Unavailable(var reason) -> {
        board.source(spec.remote().name(), List.of(unavailable(reason)));
        yield Poll.FAILED;
      }
    };
  }

  /** What cannot be read from the clone is asked for again at the next poll. */
  private Poll follow(Map<String, String> tips, Map<String, String> refused) {
    try {
      Optional<String> silence = recollect(tips);
      if (silence.isPresent()) {
        board.source(name(), List.of(unavailable(silence.get())));
        return Poll.FAILED;
      }
      read(accepted(tips), refused);
      pass();
      lastGood = Optional.of(clock.instant());
      return Poll.GOOD;
    } catch (UncheckedIOException e) {
      board.source(name(), List.of(unavailable(String.valueOf(e.getMessage()))));
      return Poll.FAILED;
    }
  }

  /** Votes come after what is wanted by now, which may have ended what they are about. */
  private void pass() {
    words.forEach(word -> votes.written(following(word.branch()), word, this::authors));
    words.clear();
  }

  /** Returns the applications of which a rollout is under way that a branch asked for. */
  private Set<Target> following(String branch) {
    return journal.open().stream()
        .map(RolloutId::target)
        .filter(target -> target.repository().equals(name()))
        .filter(target ->
            new Past(journal, target)
                .running().stream().anyMatch(running -> running.delivery().branch().equals(branch)))
        .collect(Collectors.toUnmodifiableSet());
  }

  /** Returns who made the commit that a release comes from; empty if it cannot be read now. */
  synchronized Set<Approver> authors(Delivery delivery) {
    try {
      return Set.copyOf(new HashSet<>(repository.tree(delivery.revision()).people()));
    } catch (UncheckedIOException e) {
      return Set.of();
    }
  }

  private void listen(String branch, String before, String tip) {
    for (String commit : repository.between(before, tip)) {
      Tree tree = repository.tree(commit);
      tree.trailer(Votes.TRAILER)
          .ifPresent(about ->
              tree.people().stream()
                  .findFirst()
                  .ifPresent(who -> words.add(new Votes.Word(branch, commit, who, about))));
    }
  }

  /** A journal that knows no trunk is new, or was lost: nothing may be done before it is known. */
  private Optional<String> recollect(Map<String, String> tips) {
    boolean isKnown = journal.tip(name(), spec.trunk()).isPresent();
    return isKnown || !tips.containsKey(spec.trunk())
        ? Optional.empty()
        : recollection.recollect(tips);
  }

  /** Accepts the rewritten history of a branch; returns whether it had been rewritten. */
  synchronized boolean accept(String branch) {
    String tip = rewound.remove(branch);
    if (tip == null) {
      return false;
    }
    journal.append(new Event.TipAccepted(spec.remote().name(), branch, tip));
    poll();
    return true;
  }

  synchronized ConfigRepository.Published publish(ConfigRepository.StatusUpdate update) {
    return repository.publish(update);
  }

  synchronized ConfigRepository.Restored restore(ConfigRepository.Restoration wish) {
    return repository.restore(wish);
  }

  /** Whether an application may be forgotten. */
  sealed interface Released {
    /** Nothing asks for it, and it is followed no more. */
    record Gone() implements Released {}

    /** Something asks for it, or nobody can tell. */
    record Kept(String reason) implements Released {}
  }

  /** Lets go of an application, unless it would be found again at the next poll. */
  synchronized Released release(Target target, Runnable gone) {
    String trunk = lastRead.get(spec.trunk());
    if (trunk == null) {
      return new Released.Kept("%s was not read yet".formatted(name()));
    }
    var others = new HashSet<>(known);
    others.remove(target);
    Standing standing = standing(lastRead.keySet(), Set.of()).without(target);
    Optional<Wanted> asked =
        reader.read(repository.tree(trunk), trees(lastRead), others, standing).wanted().stream()
            .filter(one -> one.target().equals(target))
            .findFirst();
    if (asked.isPresent()) {
      return new Released.Kept(
          "environments/%s.yaml of %s lists it".formatted(target.bound(), name()));
    }
    known = Set.copyOf(others);
    gone.run();
    return new Released.Gone();
  }

  private Map<String, Tree> trees(Map<String, String> commits) {
    var trees = new HashMap<String, Tree>();
    commits.forEach((branch, commit) -> trees.put(branch, repository.tree(commit)));
    return trees;
  }

  /** Returns the commits that were fetched whose names begin so. */
  synchronized List<String> commits(String prefix) {
    return repository.commits(prefix);
  }

  /** Returns whether one commit comes before another. */
  synchronized boolean leads(String earlier, String later) {
    return repository.relation(earlier, later) == ConfigRepository.Relation.DESCENDANT;
  }

  /** Returns whether what a commit asks for was read and handed on, or what a later one does. */
  synchronized boolean hasRead(String commit) {
    return lastRead.values().stream()
        .anyMatch(tip -> repository.relation(commit, tip) != ConfigRepository.Relation.REWOUND);
  }

  String name() {
    return spec.remote().name();
  }

  /** Returns the commit to read of each branch: its tip, unless its history was rewritten. */
  private Map<String, String> accepted(Map<String, String> tips) {
    var commits = new HashMap<String, String>();
    rewound.clear();
    tips.forEach((branch, tip) -> {
      Optional<String> before = journal.tip(name(), branch);
      switch (relation(before, branch, tip)) {
        case SAME -> commits.put(branch, tip);
        case DESCENDANT -> {
          before
              .filter(known -> repository.relation(known, tip) == Relation.DESCENDANT)
              .ifPresent(known -> listen(branch, known, tip));
          journal.append(new Event.TipAccepted(name(), branch, tip));
          commits.put(branch, tip);
        }
        case REWOUND -> {
          rewound.put(branch, tip);
          commits.put(branch, before.orElseThrow());
        }
        // Nothing of it can be read, which is no reason to read nothing of the others.
        case FORGOTTEN -> rewound.put(branch, tip);
      }
    });
    return commits;
  }

  private Relation relation(Optional<String> before, String branch, String tip) {
    return switch (isPreview(branch) ? Rewind.ALLOW : spec.rewind()) {
      case ALLOW -> before.equals(Optional.of(tip)) ? Relation.SAME : Relation.DESCENDANT;
      case STOP -> before.map(known -> repository.relation(known, tip)).orElse(Relation.DESCENDANT);
    };
  }

  /** A branch that somebody works on is rebased every day; nothing but its preview hangs on it. */
  private boolean isPreview(String branch) {
    return !branch.equals(spec.trunk())
        && (previewed.contains(branch)
            || journal.previews().stream()
                .anyMatch(one ->
                    one.target().repository().equals(name()) && one.branch().equals(branch)));
  }

  /** Returns what is known of previews; a branch that cannot be read is not one that is gone. */
  private Standing standing(Set<String> readable, Set<String> all) {
    var pushed = new HashMap<String, Instant>();
    readable.forEach(
        branch -> journal.pushed(name(), branch).ifPresent(since -> pushed.put(branch, since)));
    var unread = new HashSet<>(all);
    unread.removeAll(readable);
    return new Standing(
        clock.instant(), pushed, unread, journal.previews(), journal.foreignPorts());
  }

  /** Of two repositories that are read at once none gets a port that the other one gets. */
  private Reader.Reading reading(String trunk, Map<String, String> commits, Set<String> all) {
    synchronized (journal) {
      Reader.Reading reading =
          reader.read(
              repository.tree(trunk), trees(commits), known, standing(commits.keySet(), all));
      List<Event.PreviewAllotted> allotted =
          reading.allotted().stream()
              .map(one -> new Event.PreviewAllotted(one.target(), one.branch(), one.ports()))
              .toList();
      if (!allotted.isEmpty()) {
        journal.append(allotted);
      }
      return reading;
    }
  }

  private void read(Map<String, String> commits, Map<String, String> refused) {
    var conditions = new ArrayList<Condition>();
    refused.forEach((branch, reason) -> conditions.add(refused(branch, reason)));
    rewound.forEach((branch, tip) -> conditions.add(rewritten(branch, tip)));
    String trunk = commits.get(spec.trunk());
    if (trunk == null) {
      if (!rewound.containsKey(spec.trunk())) {
        conditions.add(trunkMissing());
      }
      board.source(name(), conditions);
      return;
    }
    var all = new HashSet<>(refused.keySet());
    all.addAll(rewound.keySet());
    Reader.Reading reading = reading(trunk, commits, all);
    reading.unheard().forEach(problem -> conditions.add(invalid(problem)));
    board.source(name(), conditions);
    var targets = new HashSet<Target>();
    known.stream().filter(target -> !target.isPreview()).forEach(targets::add);
    known.stream()
        .filter(Target::isPreview)
        .filter(target -> reading.wanted().stream().noneMatch(it -> it.target().equals(target)))
        .forEach(target -> wanted.accept(Wanted.Absent.gone(target)));
    reading.wanted().forEach(one -> targets.add(one.target()));
    reading.wanted().stream().filter(this::isOver).forEach(one -> targets.remove(one.target()));
    known = Set.copyOf(targets);
    // What is to go may stand where another is to be, which has to be known before.
    reading.wanted().stream()
        .sorted(Comparator.comparing(one -> one instanceof Wanted.Absent))
        .forEach(wanted);
    previewed = reading.previewed();
    lastRead = Map.copyOf(commits);
  }

  /** Returns whether it was taken out, and nothing of it is left. */
  private boolean isOver(Wanted one) {
    Target target = one.target();
    return one instanceof Wanted.Absent absent
        && absent.why() == Wanted.Why.TAKEN_OUT
        && journal.stable(target).isEmpty()
        && !journal.isTried(target);
  }

  private Condition trunkMissing() {
    return new Condition(
        "Source",
        "TrunkMissing",
        "%s has no branch '%s'; what runs keeps running".formatted(name(), spec.trunk()));
  }

  private Condition rewritten(String branch, String tip) {
    return new Condition(
        "HistoryRewritten",
        "Stopped",
        ("'%s' of %s moved from %s to %s, which does not descend from it; nothing of it is deployed"
                + " until 'slipway accept %s %s'")
            .formatted(
                branch, name(), journal.tip(name(), branch).orElse(""), tip, name(), branch));
  }

  private Condition refused(String branch, String reason) {
    return new Condition(
        "Source",
        "BranchRefused",
        "'%s' of %s %s; what runs keeps running".formatted(branch, name(), reason));
  }

  private static Condition invalid(String problem) {
    return new Condition("Source", "Invalid", problem);
  }

  private Condition unavailable(String reason) {
    String age =
        lastGood
            .map(last -> "what was read at %s stays".formatted(last))
            .orElse("nothing was read yet");
    return new Condition("Source", "Unavailable", "%s; %s".formatted(reason, age));
  }
}
