package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.bounds.Claims;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.BalancerEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Ssh;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.PreviewDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.manifest.layers.Layered;
import dev.slipway.agent.manifest.preview.Allotment;
import dev.slipway.agent.manifest.preview.OwnPorts;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.manifest.reading.ManifestFile.Manner;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.source.Tree;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Reads one environment: its rule, its branch, its hosts, and then each of its applications. */
final class EnvironmentReader {
  private final AgentConfig config;
  private final Bound bound;
  private final Checkout trunk;
  private final Map<String, Tree> branches;
  private final Set<Target> known;
  private final Standing standing;
  private final Allotment allotment;
  private final Claims claims;
  private final List<Wanted> found = new ArrayList<>();
  private final List<Problem> clashes = new ArrayList<>();
  private final Set<String> previewed = new TreeSet<>();
  private final List<Problem> problems = new ArrayList<>();

  EnvironmentReader(
      AgentConfig config,
      Bound bound,
      Checkout trunk,
      Map<String, Tree> branches,
      Set<Target> known,
      Claims claims,
      Standing standing,
      Allotment allotment) {
    this.config = config;
    this.bound = bound;
    this.trunk = trunk;
    this.branches = branches;
    this.known = Desired.of(bound, known);
    this.claims = claims;
    this.standing = standing;
    this.allotment = allotment;
  }

  List<Wanted> found() {
    return found;
  }

  /** Returns what is wrong with the files that all applications of the environment share. */
  List<Problem> problems() {
    return problems;
  }

  /** Returns which branches want what another one has. */
  List<Problem> clashes() {
    return clashes;
  }

  /** Returns the branches that may have a preview here. */
  Set<String> previewed() {
    return previewed;
  }

  void allMissing(String file) {
    String fact = "%s does not exist".formatted(file);
    known.forEach(target -> found.add(new Wanted.Missing(target, fact)));
    problems.add(
        Desired.wholeFile(
            file,
            "it does not exist on the trunk, and environment '%s' needs it".formatted(bound.name()),
            "commit it, or take the environment out of the agent's own file"));
  }

  void read(Parsed<ProjectDocument> project, Parsed<EnvironmentDocument> environment) {
    Optional<ProjectDocument> rules = value(project, problems);
    Optional<EnvironmentDocument> described = value(environment, problems);
    if (described.flatMap(EnvironmentDocument::preview).isPresent()) {
      readPreviews(rules, described.get());
      return;
    }
    Optional<BranchRule> rule = rules.flatMap(known -> rule(known, problems));
    Set<Target> targets = new TreeSet<>(known);
    described.ifPresent(
        document -> document.applications().forEach(entry -> targets.add(target(entry))));
    if (isTooWrong() || rules.isEmpty() || described.isEmpty()) {
      targets.forEach(target -> found.add(invalid(target, trunkName(), trunk, problems)));
    } else if (rule.isEmpty()) {
      targets.forEach(target -> found.add(missing(target, "no branch asks for this environment")));
    } else {
      read(rules.get(), rule.get(), described.get(), targets);
    }
  }

  private void read(
      ProjectDocument project,
      BranchRule rule,
      EnvironmentDocument environment,
      Set<Target> targets) {
    Tree tree = branches.get(rule.match().text());
    if (tree == null) {
      targets.forEach(target ->
          found.add(missing(target, "branch '%s' does not exist".formatted(rule.match()))));
      return;
    }
    Checkout branch = trunk.of(tree);
    unique(environment, problems);
    Inventory inventory = Inventory.of(environment, bound, problems);
    if (isTooWrong()) {
      String name = rule.match().text();
      targets.forEach(target -> found.add(invalid(target, name, branch, problems)));
      return;
    }
    var scope = new Scope(config, bound, project, rule, rule.match().text(), environment, branch);
    Claims own = claims(environment);
    environment.applications().forEach(entry -> found.add(wanted(scope, inventory, own, entry)));
    if (environment.syncOptions().contains(SyncOption.PRUNE)) {
      found.addAll(takenOut(scope));
    }
  }

  /** Half of a renaming that cannot be read yet, or an empty file, is no order to stop anything. */
  private List<Wanted> takenOut(Scope scope) {
    Optional<String> doubt = doubt(admission(scope).at(standing.now()));
    return known.stream()
        .filter(target -> !target.isPreview())
        .filter(target -> found.stream().noneMatch(one -> one.target().equals(target)))
        .map(target -> takenOut(target, scope, doubt))
        .toList();
  }

  private Wanted takenOut(Target target, Scope scope, Optional<String> doubt) {
    String fact = "%s lists it no more".formatted(Checkout.environmentFile(bound.name()));
    if (doubt.isPresent()) {
      return missing(target, "%s; %s".formatted(fact, doubt.get()));
    }
    String revision = scope.branch().tree().commit();
    return new Wanted.Absent(target, scope.asking(), revision, Wanted.Why.TAKEN_OUT, fact);
  }

  private Claims claims(EnvironmentDocument environment) {
    String behind = environment.ssh().flatMap(Ssh::proxyJump).map(Located::text).orElse("");
    return claims.of(bound.name(), behind);
  }

  /** Every branch that a rule sends here has an environment of its own, as far as there is room. */
  private void readPreviews(Optional<ProjectDocument> rules, EnvironmentDocument environment) {
    unique(environment, problems);
    Inventory inventory = Inventory.of(environment, bound, problems);
    if (isTooWrong() || rules.isEmpty()) {
      known.forEach(target -> found.add(invalid(target, trunkName(), trunk, problems)));
      return;
    }
    var crowd = new Crowd(bound, environment, rules.get(), branches, standing, known);
    clashes.addAll(crowd.clashes());
    previewed.addAll(crowd.all());
    Claims shared = claims(environment);
    crowd
        .seated()
        .forEach((asking, rule) -> {
          Checkout branch = trunk.of(Objects.requireNonNull(branches.get(asking.branch())));
          var scope =
              new Scope(config, bound, rules.get(), rule, asking.branch(), environment, branch);
          Claims own = shared.ofPreview(asking.environment());
          environment
              .applications()
              .forEach(entry -> found.add(wanted(scope, inventory, own, entry)));
        });
    found.addAll(crowd.others());
  }

  private boolean isTooWrong() {
    return !problems.isEmpty() && trunk.manner() == Manner.WHOLE;
  }

  private Wanted wanted(Scope scope, Inventory inventory, Claims own, ApplicationEntry entry) {
    Target target = scope.target(entry.name().text());
    String branch = scope.asking();
    Optional<Parsed<Layered>> file =
        scope.branch().application(entry.name().text(), scope.project().defaults());
    if (file.isEmpty()) {
      return known.contains(target)
          ? missing(target, absence(entry, branch))
          : invalid(
              target,
              branch,
              scope.branch(),
              List.of(
                  entry
                      .name()
                      .place()
                      .problem(absence(entry, branch), "commit the file, or remove the entry")));
    }
    var wrong = new ArrayList<Problem>();
    Optional<Layered> application =
        value(file.get(), wrong)
            .map(plain -> entry.patch().map(patch -> plain.patched(patch, wrong)).orElse(plain));
    if (application.isPresent() && (wrong.isEmpty() || trunk.manner() != Manner.WHOLE)) {
      var composition =
          new Composition(
              scope, inventory, own, ports(scope, target), entry, application.get().document());
      Optional<Deployment> deployment = value(composition.compose(), wrong);
      if (deployment.isPresent() && wrong.isEmpty()) {
        return new Wanted.Deploy(
            deployment.get(),
            admission(scope),
            inventory.suspended(entry.placements()),
            scope.environment().syncOptions());
      }
    }
    return invalid(target, branch, scope.branch(), wrong);
  }

  private Optional<String> doubt(Verdict verdict) {
    if (found.isEmpty()) {
      return Optional.of("it is left running, for no application is listed at all");
    }
    if (verdict instanceof Verdict.Shut shut) {
      return Optional.of("it is stopped later: " + shut.text());
    }
    return found.stream()
        .filter(one -> !(one instanceof Wanted.Deploy))
        .findFirst()
        .map(one ->
            "it is stopped when all others can be read, and %s cannot".formatted(one.target()));
  }

  private OwnPorts ports(Scope scope, Target target) {
    return new OwnPorts(
        scope.environment().preview().flatMap(PreviewDocument::ports),
        allotment,
        standing.of(target).map(Preview::ports).orElse(Map.of()));
  }

  private static Admission admission(Scope scope) {
    return new Admission(
        scope.environment().syncWindows(), scope.branch().tree().trailer(Admission.TRAILER));
  }

  private static String absence(ApplicationEntry entry, String branch) {
    return "%s does not exist on branch '%s'"
        .formatted(Checkout.applicationFile(entry.name().text()), branch);
  }

  /** Returns the one rule for this environment, and says what is wrong with the rules. */
  private Optional<BranchRule> rule(ProjectDocument project, List<Problem> problems) {
    List<BranchRule> rules = BranchRules.of(project, bound.name(), problems);
    Optional<BranchRule> rule = rules.stream().findFirst();
    rule.filter(asking -> !new Bounds(bound).allowsBranch(asking.match().text()))
        .ifPresent(asking ->
            problems.add(
                asking
                    .match()
                    .place()
                    .problem(
                        "branch '%s' may not ask for environment '%s'"
                            .formatted(asking.match(), bound.name()),
                        "the agent's own file allows " + String.join(", ", bound.refs()))));
    return rule;
  }

  /** Says which names of an environment stand twice. */
  static void unique(EnvironmentDocument environment, List<Problem> problems) {
    unique("applications", environment.applications().stream().map(of -> of.name()), problems);
    unique("balancers", environment.balancers().stream().map(BalancerEntry::name), problems);
  }

  private static void unique(String what, Stream<Located> names, List<Problem> problems) {
    var seen = new HashMap<String, Located>();
    names.forEach(name -> {
      Located first = seen.putIfAbsent(name.text(), name);
      if (first != null) {
        problems.add(
            name.place()
                .problem(
                    "two %s are called '%s', first at %s"
                        .formatted(what, name, first.place().mention()),
                    "remove one of them"));
      }
    });
  }

  private String trunkName() {
    return config.repositories().stream()
        .filter(repository -> repository.remote().name().equals(bound.repository()))
        .map(AgentConfig.Repository::trunk)
        .findFirst()
        .orElse("main");
  }

  private Target target(ApplicationEntry entry) {
    return new Target(bound.repository(), bound.name(), entry.name().text());
  }

  private static Wanted missing(Target target, String reason) {
    return new Wanted.Missing(target, reason);
  }

  private static Wanted invalid(Target target, String branch, Checkout at, List<Problem> problems) {
    return new Wanted.Invalid(
        target, branch, at.tree().commit(), problems.stream().sorted().distinct().toList());
  }

  private static <T> Optional<T> value(Parsed<T> parsed, List<Problem> problems) {
    return switch (parsed) {
      case Parsed.Valid<T>(var value) -> Optional.of(value);
      case Parsed.Invalid<T>(var found) -> {
        problems.addAll(found);
        yield Optional.empty();
      }
    };
  }
}
