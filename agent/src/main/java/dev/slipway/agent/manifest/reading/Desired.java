package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.bounds.Claims;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.preview.Allotment;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.source.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a repository asks for, of every application in every environment that is bound to it. */
public final class Desired {
  private final AgentConfig config;
  private final String repository;
  private final Checkout trunk;
  private final Map<String, Tree> branches;
  private final Claims claims = new Claims();
  private final Standing standing;
  private final Allotment allotment;
  private final Map<Target, Wanted> wanted = new TreeMap<>();
  private final List<Problem> unheard = new ArrayList<>();
  private final Set<String> previewed = new TreeSet<>();

  private Desired(
      AgentConfig config,
      String repository,
      Checkout trunk,
      Map<String, Tree> branches,
      Standing standing) {
    this.config = config;
    this.repository = repository;
    this.trunk = trunk;
    this.branches = branches;
    this.standing = standing;
    this.allotment = new Allotment(standing);
  }

  /**
   * Reads a repository.
   *
   * @param trunk the tip of the trunk, where {@code slipway.yaml} and {@code environments/} count
   * @param branches the tips of all branches, the trunk too, by name
   * @param known what was deployed before; what is no longer asked for is {@link Wanted.Missing}
   * @param standing what is known of previews
   */
  public static Desired of(
      AgentConfig config,
      String repository,
      Tree trunk,
      Map<String, Tree> branches,
      Set<Target> known,
      Standing standing) {
    return of(config, repository, new Checkout(trunk), branches, known, standing);
  }

  /** Reads a repository where no preview is. */
  public static Desired of(
      AgentConfig config,
      String repository,
      Tree trunk,
      Map<String, Tree> branches,
      Set<Target> known) {
    return of(config, repository, new Checkout(trunk), branches, known, Standing.NONE);
  }

  static Desired of(
      AgentConfig config,
      String repository,
      Checkout trunk,
      Map<String, Tree> branches,
      Set<Target> known,
      Standing standing) {
    var desired = new Desired(config, repository, trunk, branches, standing);
    var all = new TreeSet<>(known);
    standing.held().forEach(one -> all.add(one.target()));
    desired.readAll(all);
    return desired;
  }

  /** Returns the branches that may have a preview, however many may have one at once. */
  public Set<String> previewed() {
    return previewed;
  }

  /** Returns what has to be kept of previews before anything is done about what is wanted. */
  public List<Preview> allotted() {
    return wanted().stream()
        .filter(Wanted.Deploy.class::isInstance)
        .map(one -> ((Wanted.Deploy) one).deployment())
        .filter(deployment -> deployment.target().isPreview())
        .map(Deployment::asPreview)
        .filter(preview -> !standing.of(preview.target()).equals(Optional.of(preview)))
        .toList();
  }

  /** Returns one entry for each application that is asked for or known, sorted by target. */
  public List<Wanted> wanted() {
    return List.copyOf(wanted.values());
  }

  /** Returns what is wrong with files of which no application could be told. */
  public List<Problem> unheard() {
    return unheard.stream().sorted().distinct().toList();
  }

  private void readAll(Set<Target> known) {
    Optional<Parsed<ProjectDocument>> project = trunk.project();
    List<Bound> bounds =
        config.environments().stream().filter(one -> one.repository().equals(repository)).toList();
    // What a branch may say comes last, so that it takes nothing away from anybody.
    bounds.stream().filter(one -> !isPreview(one)).forEach(one -> read(project, one, known));
    bounds.stream().filter(this::isPreview).forEach(one -> read(project, one, known));
    for (Target target : known) {
      // A preview of which nothing is held any more was removed.
      boolean isLeft = !target.isPreview() || standing.of(target).isPresent();
      if (isLeft && target.repository().equals(repository)) {
        wanted.computeIfAbsent(target, _ -> gone(target));
      }
    }
  }

  private boolean isPreview(Bound bound) {
    return trunk
        .environment(bound.name())
        .filter(parsed ->
            parsed instanceof Parsed.Valid<EnvironmentDocument>(var environment)
                && environment.preview().isPresent())
        .isPresent();
  }

  private Wanted gone(Target target) {
    boolean bound =
        config.environments().stream()
            .anyMatch(found ->
                found.repository().equals(repository) && found.name().equals(target.bound()));
    return new Wanted.Missing(
        target,
        bound
            ? "%s does not list '%s'"
                .formatted(Checkout.environmentFile(target.bound()), target.application())
            : "the agent's own file has no environment '%s'".formatted(target.bound()));
  }

  private void read(Optional<Parsed<ProjectDocument>> project, Bound bound, Set<Target> known) {
    Optional<Parsed<EnvironmentDocument>> environment = trunk.environment(bound.name());
    var reader =
        new EnvironmentReader(config, bound, trunk, branches, known, claims, standing, allotment);
    if (environment.isEmpty()) {
      reader.allMissing(Checkout.environmentFile(bound.name()));
    }
    if (project.isEmpty()) {
      reader.allMissing(Checkout.PROJECT);
    }
    if (environment.isPresent() && project.isPresent()) {
      reader.read(project.get(), environment.get());
    }
    reader.found().forEach(found -> wanted.put(found.target(), found));
    unheard.addAll(reader.clashes());
    previewed.addAll(reader.previewed());
    if (reader.found().isEmpty()) {
      unheard.addAll(reader.problems());
    }
  }

  /** Returns the targets of an environment that were known before. */
  static Set<Target> of(Bound bound, Set<Target> known) {
    var targets = new TreeSet<Target>();
    known.stream()
        .filter(target ->
            target.repository().equals(bound.repository()) && target.bound().equals(bound.name()))
        .forEach(targets::add);
    return targets;
  }

  /** Returns a problem of a whole file. */
  static Problem wholeFile(String file, String fact, String remedy) {
    return Place.start(file).problem(fact, remedy);
  }
}
