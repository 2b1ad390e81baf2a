package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
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
 * lost: which release was stable, which one is held back, and which numbers were used.
 *
 * <p>Whoever may push can write that branch, so it is believed only as far as commits bear it out:
 * a release counts as stable if a commit in the history of its branch asks for exactly its digest.
 */
final class Recollection {
  private static final Logger LOG = LoggerFactory.getLogger(Recollection.class);
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{40}");
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
    for (String path : found.files().list("environments")) {
      text(found.files(), path)
          .flatMap(StatusFiles::application)
          .filter(status -> ours.contains(target(status)))
          .ifPresent(status -> events.addAll(of(status, found.files(), tips)));
    }
    return events;
  }

  /** Other agents write to the same branch about environments of theirs. */
  private Set<Target> ours(Map<String, String> tips) {
    var branches = new HashMap<String, Tree>();
    tips.forEach((branch, tip) -> branches.put(branch, repository.tree(tip)));
    Tree trunk = Objects.requireNonNull(branches.get(spec.trunk()), "the caller looked for it");
    return reader.read(trunk, branches, Set.of()).wanted().stream()
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
      stable
          .map(one -> new Event.StableDeclared(target, one, "slipway/status says so"))
          .ifPresent(events::add);
      if (stable.isEmpty()) {
        LOG.warn("{}: no commit asks for {} any more, which was stable", target, named.get());
      }
    }
    return events;
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
            .filter(rollout -> rollout.to().equals(id.toString()))
            .map(RolloutStatus::revision);
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
      if (repository.relation(commit, tip) == ConfigRepository.Relation.REWOUND) {
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
    var preparation = new Preparation(services.artifacts());
    return reader.read(repository.tree(trunk), branches, Set.of()).wanted().stream()
        .filter(wanted -> wanted.target().equals(target))
        .filter(Wanted.Deploy.class::isInstance)
        .map(wanted -> preparation.of(((Wanted.Deploy) wanted).deployment()))
        .filter(Prepared.Ready.class::isInstance)
        .map(prepared -> ((Prepared.Ready) prepared).delivery())
        .findFirst();
  }

  /** Returns the rollouts of an application, the newest first. */
  private static Stream<RolloutStatus> rollouts(Tree files, Target target) {
    return files
        .list("history/%s/%s".formatted(target.environment(), target.application()))
        .stream()
        .filter(path -> number(path).isPresent())
        .sorted(Comparator.comparingLong((String path) -> number(path).getAsLong()).reversed())
        .flatMap(path -> text(files, path).flatMap(StatusFiles::rollout).stream());
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
