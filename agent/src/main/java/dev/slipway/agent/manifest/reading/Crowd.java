package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Slug;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.PreviewDocument;
import dev.slipway.agent.manifest.kind.PreviewDocument.OnBranchDeleted;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.manifest.preview.Seats.Asking;
import dev.slipway.agent.manifest.preview.Seats.Verdict;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.agent.source.Tree;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The branches that ask for a preview in one environment, and what becomes of each. */
final class Crowd {
  private final Bound bound;
  private final EnvironmentDocument environment;
  private final PreviewDocument preview;
  private final ProjectDocument project;
  private final Map<String, Tree> branches;
  private final Standing standing;
  private final Set<Target> known;
  private final List<Problem> clashes = new ArrayList<>();
  private final Map<Asking, Verdict> verdicts;

  Crowd(
      Bound bound,
      EnvironmentDocument environment,
      ProjectDocument project,
      Map<String, Tree> branches,
      Standing standing,
      Set<Target> known) {
    this.bound = bound;
    this.environment = environment;
    this.preview = environment.preview().orElseThrow();
    this.project = project;
    this.branches = branches;
    this.standing = standing;
    this.known = known;
    this.verdicts = preview.seats().judge(asking(), heldEnvironments(), standing.now());
  }

  /** Returns which branches want what another one has. */
  List<Problem> clashes() {
    return clashes;
  }

  /** Returns the branches that have a preview, with the rule that sent each here. */
  Map<Asking, BranchRule> seated() {
    var seated = new LinkedHashMap<Asking, BranchRule>();
    verdicts.forEach((asking, verdict) -> {
      if (verdict == Verdict.SEATED) {
        rule(asking.branch()).ifPresent(rule -> seated.put(asking, rule));
      }
    });
    return seated;
  }

  /** Returns what is wanted of those that have none, and of what is there of former branches. */
  List<Wanted> others() {
    var others = new TreeMap<Target, Wanted>();
    verdicts.forEach((asking, verdict) ->
        absence(asking, verdict)
            .ifPresent(
                why -> targets(asking).forEach(target -> others.put(target, why.of(target)))));
    Set<String> asking =
        verdicts.keySet().stream().map(Asking::environment).collect(Collectors.toSet());
    held()
        .filter(one -> !asking.contains(one.target().environment()))
        .forEach(one -> others.put(one.target(), former(one)));
    return List.copyOf(others.values());
  }

  /** Why a branch has no preview; the same for all of its applications. */
  private record Absence(Asking asking, String revision, Wanted.Why why, String reason) {
    Wanted of(Target target) {
      return new Wanted.Absent(target, asking.branch(), revision, why, reason);
    }
  }

  private Optional<Absence> absence(Asking asking, Verdict verdict) {
    Tree tree = branches.get(asking.branch());
    String revision = tree == null ? "" : tree.commit();
    return switch (verdict) {
      case SEATED -> Optional.empty();
      case WAITS ->
          Optional.of(
              new Absence(
                  asking,
                  revision,
                  Wanted.Why.FULL,
                  "limit of %d previews reached; delete a branch or raise max"
                      .formatted(preview.seats().max())));
      case EXPIRED ->
          Optional.of(
              new Absence(
                  asking,
                  revision,
                  Wanted.Why.EXPIRED,
                  "expired: '%s' was last pushed at %s, longer ago than its ttl; push to bring it back"
                      .formatted(asking.branch(), asking.pushed())));
    };
  }

  private Set<Target> targets(Asking asking) {
    var targets = new TreeSet<Target>();
    environment
        .applications()
        .forEach(entry ->
            targets.add(new Target(bound.repository(), asking.environment(), entry.name().text())));
    held()
        .map(Preview::target)
        .filter(target -> target.environment().equals(asking.environment()))
        .forEach(targets::add);
    return targets;
  }

  /** What is there of a branch that asks no more: only a branch that is gone takes it along. */
  private Wanted former(Preview one) {
    String branch = one.branch();
    if (standing.unread().contains(branch)) {
      return new Wanted.Missing(
          one.target(), "branch '%s' cannot be read now".formatted(Shown.bare(branch)));
    }
    if (branches.containsKey(branch) || !new Bounds(bound).allowsBranch(branch)) {
      return new Wanted.Missing(
          one.target(),
          "no rule lets branch '%s' ask for this environment any more"
              .formatted(Shown.bare(branch)));
    }
    return preview.onBranchDeleted() == OnBranchDeleted.KEEP
        ? new Wanted.Missing(
            one.target(),
            "branch '%s' was deleted, and onBranchDeleted is keep".formatted(Shown.bare(branch)))
        : new Wanted.Absent(
            one.target(),
            branch,
            "",
            Wanted.Why.GONE,
            "branch '%s' was deleted".formatted(Shown.bare(branch)));
  }

  private Stream<Preview> held() {
    return standing.held().stream()
        .filter(one -> one.target().repository().equals(bound.repository()))
        .filter(one -> one.target().isPreview() && one.target().bound().equals(bound.name()));
  }

  private Set<String> heldEnvironments() {
    return Stream.concat(held().map(Preview::target), known.stream().filter(this::isHeld))
        .map(Target::environment)
        .collect(Collectors.toSet());
  }

  private boolean isHeld(Target target) {
    return standing.of(target).isPresent();
  }

  /** Of two branches whose names lead to one environment the one that has it keeps it. */
  private List<Asking> asking() {
    var owners = new TreeMap<String, String>();
    held().forEach(one -> owners.putIfAbsent(one.target().environment(), one.branch()));
    var asking = new ArrayList<Asking>();
    for (String branch : new TreeSet<>(branches.keySet())) {
      Optional<BranchRule> rule = rule(branch);
      if (rule.isEmpty() || !new Bounds(bound).allowsBranch(branch)) {
        continue;
      }
      String own = Target.preview(bound.name(), Slug.of(branch));
      String owner = Optional.ofNullable(owners.putIfAbsent(own, branch)).orElse(branch);
      if (owner.equals(branch)) {
        asking.add(new Asking(branch, own, standing.pushed(branch)));
      } else {
        clashes.add(clash(rule.get(), branch, owner, own));
      }
    }
    return asking;
  }

  private static Problem clash(BranchRule rule, String branch, String owner, String own) {
    return rule.match()
        .place()
        .problem(
            "branches '%s' and '%s' are both environment '%s', which is the latter's"
                .formatted(Shown.bare(branch), Shown.bare(owner), own),
            "rename one of them");
  }

  /** Returns every branch that may have a preview, also one that cannot be read now. */
  Set<String> all() {
    return Stream.concat(branches.keySet().stream(), standing.unread().stream())
        .filter(branch -> rule(branch).isPresent() && new Bounds(bound).allowsBranch(branch))
        .collect(Collectors.toSet());
  }

  private Optional<BranchRule> rule(String branch) {
    return BranchRules.of(project, bound.name(), branch);
  }
}
