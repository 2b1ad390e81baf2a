package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.journal.Summary;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.ReleaseStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.status.StatusFiles;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.ReleaseId;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@code slipway/status} still knows of one repository's applications when the journal was
 * lost: which release was stable, which one is before it, which is held back or pinned, where the
 * branches were, and which numbers were used.
 *
 * <p>Whoever may push can write that branch, so it is believed only as far as commits bear it out:
 * a release was stable if a commit in the history of its branch asks for exactly its digest.
 */
final class Recollection {
  private static final Logger LOG = LoggerFactory.getLogger(Recollection.class);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
  private static final Pattern PIN =
      Pattern.compile("held on (\\S+) by (.*?): (.*)", Pattern.DOTALL);
  private static final String SUCCEEDED = Views.text(Ending.SUCCEEDED);

  /** Commits are read for each, and their files may have to be fetched. */
  private static final int TRIES = 5;

  private static final Pattern NUMBER = Pattern.compile(".*/(\\d{1,15})\\.yaml");

  private final Repository spec;
  private final ConfigRepository repository;
  private final Reader reader;
  private final Services services;

  Recollection(Repository spec, ConfigRepository repository, Reader reader, Services services) {
    this.spec = spec;
    this.repository = repository;
    this.reader = reader;
    this.services = services;
  }

  /** Writes what is known into the journal; returns why nobody can say, if so. */
  Optional<String> recollect(Map<String, String> tips) {
    return switch (repository.readStatus()) {
      case ConfigRepository.Status.None() -> Optional.empty();
      case ConfigRepository.Status.Unavailable(var reason) -> Optional.of(reason);
      case ConfigRepository.Status.Found found -> {
        services.journal().append(events(found, tips));
        yield Optional.empty();
      }
    };
  }

  private List<Event> events(ConfigRepository.Status.Found found, Map<String, String> tips) {
    var events = new ArrayList<Event>();
    events.add(
        new Event.JournalLost(repository.name(), found.sequence(), highestRollout(found.files())));
    Set<Target> ours = ours(tips);
    List<ApplicationStatus> statuses =
        found.files().list("environments").stream()
            .flatMap(path -> text(found.files(), path).stream())
            .flatMap(text -> StatusFiles.application(text).stream())
            .filter(status -> ours.contains(target(status)))
            .toList();
    statuses.forEach(status -> events.addAll(of(status, found.files(), tips)));
    tips.forEach((branch, tip) -> lastSeen(statuses, branch, tip).ifPresent(events::add));
    return events;
  }

  /**
   * Returns where a branch was, if its history was rewritten since. Some application may have been
   * told of an older commit and nothing since, so one that the tip descends from is enough.
   */
  private Optional<Event> lastSeen(List<ApplicationStatus> statuses, String branch, String tip) {
    List<String> seen =
        statuses.stream()
            .filter(status -> status.branch().equals(branch))
            .map(ApplicationStatus::revision)
            .filter(commit -> COMMIT.matcher(commit).matches())
            .distinct()
            .toList();
    return seen.stream().anyMatch(commit -> isBefore(commit, tip))
        ? Optional.empty()
        : seen.stream()
            .findFirst()
            .map(commit -> new Event.TipAccepted(repository.name(), branch, commit));
  }

  private boolean isBefore(String commit, String tip) {
    return switch (repository.relation(commit, tip)) {
      case SAME, DESCENDANT -> true;
      case REWOUND, FORGOTTEN -> false;
    };
  }

  /** Other agents write to the same branch about environments of theirs. */
  private Set<Target> ours(Map<String, String> tips) {
    var branches = new HashMap<String, Tree>();
    tips.forEach((branch, tip) -> branches.put(branch, repository.tree(tip)));
    Tree trunk = Objects.requireNonNull(branches.get(spec.trunk()), "the caller looked for it");
    return reader.read(trunk, branches, Set.of(), Standing.NONE).wanted().stream()
        .map(Wanted::target)
        .collect(Collectors.toSet());
  }

  private static Target target(ApplicationStatus status) {
    return new Target(status.repository(), status.environment(), status.application());
  }

  private List<Event> of(ApplicationStatus status, Tree files, Map<String, String> tips) {
    Target target = target(status);
    var events = new ArrayList<Event>();
    held(status)
        .map(id -> new Event.Quarantined(target, id, why(status, id)))
        .ifPresent(events::add);
    Optional<ReleaseId> named = status.stable().flatMap(Recollection::id);
    Journal journal = services.journal();
    if (named.isPresent() && journal.stable(target).isEmpty()) {
      Optional<Delivery> stable = delivery(target, status, named.get(), files, tips);
      stable.ifPresent(one -> {
        events.addAll(past(target, status, one, files, tips));
        // The last word on what is stable: successes say so too.
        events.add(new Event.StableDeclared(target, one, "slipway/status says so"));
        pin(target, status, one).ifPresent(events::add);
      });
      if (stable.isEmpty()) {
        LOG.warn("{}: no commit asks for {} any more, which was stable", target, named.get());
      }
    }
    return events;
  }

  /** Returns the last success of the stable release, and of the one that is before it. */
  private List<Event> past(
      Target target,
      ApplicationStatus status,
      Delivery stable,
      Tree files,
      Map<String, String> tips) {
    List<Past> successes = rollouts(files, target).filter(past -> past.endedAs(SUCCEEDED)).toList();
    Optional<String> held = held(status).map(ReleaseId::toString);
    Stream<Summary> now =
        successes.stream()
            .filter(past -> past.brought(stable.id()))
            .limit(1)
            .map(past -> past.summary(target, stable));
    Stream<Summary> former =
        successes.stream()
            .filter(past -> !past.brought(stable.id()))
            .filter(past -> !held.equals(Optional.of(past.status().to())))
            .limit(TRIES)
            .flatMap(past ->
                delivery(target, status.branch(), past.status().revision(), tips)
                    .filter(delivery -> past.brought(delivery.id()))
                    .map(delivery -> past.summary(target, delivery))
                    .stream())
            .limit(1);
    return Stream.concat(now, former)
        .sorted(Comparator.comparingLong((Summary one) -> one.rollout().number()))
        .<Event>map(Event.RolloutSummarised::new)
        .toList();
  }

  /** A person can only have pinned what is stable since. */
  private static Optional<Event> pin(Target target, ApplicationStatus status, Delivery stable) {
    return status.conditions().stream()
        .filter(one -> one.type().equals("Pinned"))
        .map(one -> PIN.matcher(one.message()))
        .filter(pin -> pin.matches() && pin.group(1).equals(stable.id().toString()))
        .<Event>map(pin -> new Event.Pinned(target, stable.id(), pin.group(2), pin.group(3)))
        .findFirst();
  }

  private static Optional<ReleaseId> held(ApplicationStatus status) {
    return status.conditions().stream().anyMatch(one -> one.type().equals("Quarantined"))
        ? status.wanted().flatMap(Recollection::id)
        : Optional.empty();
  }

  private static String why(ApplicationStatus status, ReleaseId id) {
    return status
        .rollout()
        .filter(rollout -> rollout.to().equals(id.toString()))
        .map(RolloutStatus::reason)
        .orElse("slipway/status says so");
  }

  /** Looks for the commit that asked for a release: the newest rollout of it, or what is wanted. */
  private Optional<Delivery> delivery(
      Target target, ApplicationStatus status, ReleaseId id, Tree files, Map<String, String> tips) {
    Stream<String> rolledOut =
        rollouts(files, target)
            .filter(past -> past.brought(id))
            .map(past -> past.status().revision());
    return Stream.concat(rolledOut, Stream.of(status.revision()))
        .distinct()
        .flatMap(commit -> delivery(target, status.branch(), commit, tips).stream())
        .filter(delivery -> delivery.id().equals(id))
        .findFirst();
  }

  private Optional<Delivery> delivery(
      Target target, String branch, String commit, Map<String, String> tips) {
    String tip = tips.get(branch);
    String trunk = tips.get(spec.trunk());
    if (tip == null || trunk == null || !COMMIT.matcher(commit).matches()) {
      return Optional.empty();
    }
    try {
      if (!isBefore(commit, tip)) {
        return Optional.empty();
      }
      return asked(target, branch, commit, branch.equals(spec.trunk()) ? commit : trunk);
    } catch (UncheckedIOException e) {
      LOG.warn("{}: commit {} cannot be read", target, commit, e);
      return Optional.empty();
    }
  }

  private Optional<Delivery> asked(Target target, String branch, String commit, String trunk) {
    var branches = new HashMap<String, Tree>();
    branches.put(spec.trunk(), repository.tree(trunk));
    branches.put(branch, repository.tree(commit));
    var preparation = new Preparation(services.artifacts(), services.keyring());
    return reader.read(repository.tree(trunk), branches, Set.of(), Standing.NONE).wanted().stream()
        .filter(wanted -> wanted.target().equals(target))
        .filter(Wanted.Deploy.class::isInstance)
        .map(wanted -> preparation.of(((Wanted.Deploy) wanted).deployment()))
        .filter(Prepared.Ready.class::isInstance)
        .map(prepared -> ((Prepared.Ready) prepared).delivery())
        .findFirst();
  }

  /** Returns the rollouts of an application, the newest first. */
  private static Stream<Past> rollouts(Tree files, Target target) {
    return files
        .list("history/%s/%s".formatted(target.environment(), target.application()))
        .stream()
        .filter(path -> number(path).isPresent())
        .sorted(Comparator.comparingLong((String path) -> number(path).getAsLong()).reversed())
        .flatMap(path ->
            text(files, path)
                .flatMap(StatusFiles::rollout)
                .map(status -> new Past(number(path).getAsLong(), status))
                .stream());
  }

  /** A rollout that the status branch tells of. */
  private record Past(long number, RolloutStatus status) {
    boolean endedAs(String ending) {
      return status.ending().equals(Optional.of(ending));
    }

    boolean brought(ReleaseId release) {
      return status.to().equals(release.toString());
    }

    Summary summary(Target target, Delivery delivery) {
      return new Summary(
          new RolloutId(target, number),
          delivery,
          "slipway/status says so",
          status.started(),
          status.ended().orElse(status.started()),
          Ending.SUCCEEDED,
          status.reason(),
          status.incomplete(),
          status.bytesSent());
    }
  }

  private static long highestRollout(Tree files) {
    return files.list("history").stream()
        .flatMapToLong(path -> number(path).stream())
        .max()
        .orElse(0);
  }

  private static OptionalLong number(String path) {
    var match = NUMBER.matcher(path);
    return match.matches() ? OptionalLong.of(Long.parseLong(match.group(1))) : OptionalLong.empty();
  }

  private static Optional<String> text(Tree files, String path) {
    return files.read(path) instanceof Tree.Read.Found(var blob, var _)
        ? Optional.of(new String(blob.bytes(), StandardCharsets.UTF_8))
        : Optional.empty();
  }

  private static Optional<ReleaseId> id(ReleaseStatus status) {
    try {
      return Optional.of(new ReleaseId(status.version(), new Digest(status.digest())));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
