package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument;
import dev.slipway.agent.manifest.kind.ProjectDocument.BranchRule;
import dev.slipway.agent.manifest.layers.FollowUps;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.source.RemoteSpec;
import dev.slipway.agent.source.Tree;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** A whole config repository in a plain directory, checked as if every branch were in it. */
public final class Validation {
  private static final String REPOSITORY = "repository";
  private static final String ENDING = ".yaml";

  /** What is said here may be said of an application's roles and ports. */
  private static final Pattern PLACEMENT =
      Pattern.compile("/spec/applications/[0-9]+(?:/roles/[^/]+)?");

  private final Checkout files;
  private final Checkout sound;
  private final Set<Problem> problems =
      new TreeSet<>(Comparator.<Problem>naturalOrder().thenComparing(Problem::toString));
  private int read;

  private Validation(Tree tree) {
    this.files = new Checkout(tree);
    this.sound = new Checkout(tree, ManifestFile.Manner.SOUND_PARTS);
  }

  /**
   * What came of it.
   *
   * @param files how many manifests were read
   * @param problems everything that is wrong, in the order of files and lines
   */
  public record Report(int files, List<Problem> problems) {
    public Report {
      problems = List.copyOf(problems);
    }
  }

  /** Checks a directory, and all of it. */
  public static Report directory(Path directory) {
    return tree(new DirectoryTree(directory));
  }

  /** Checks a commit, and all of it. */
  public static Report tree(Tree tree) {
    var validation = new Validation(tree);
    validation.readAll();
    return new Report(validation.read, List.copyOf(validation.problems));
  }

  /**
   * Returns what an environment of a directory asks for, of each application that it lists;
   * problems of one do not hide the others.
   */
  public static List<Wanted> wanted(Path directory, String environment) {
    var tree = new DirectoryTree(directory);
    var files = new Checkout(tree);
    var branches = new HashMap<String, Tree>();
    files
        .project()
        .flatMap(Validation::again)
        .ifPresent(
            project -> project.branches().forEach(rule -> branches.put(rule.match().text(), tree)));
    return Desired.of(unbounded(environment), REPOSITORY, files, branches, Set.of(), Standing.NONE)
        .wanted();
  }

  private void readAll() {
    checkProject();
    Optional<ProjectDocument> project = sound.project().flatMap(Validation::again);
    Optional<Node.Mapping> defaults = project.flatMap(ProjectDocument::defaults);
    each("apps", name -> files.application(name, defaults));
    each("strategies", files::strategy);
    Set<String> environments = each("environments", files::environment);
    project.ifPresent(rules -> {
      rules.branches().forEach(rule -> requireEnvironment(rule, environments));
      var shape = FollowUps.of(problems);
      rules.branches().forEach(rule -> checkRules(rules, rule.environment().text(), shape));
      environments.forEach(name -> alone(name, shape));
      var own = FollowUps.of(problems);
      environments.forEach(name -> together(name, rules, own));
    });
  }

  private void checkProject() {
    Optional<Parsed<ProjectDocument>> project = files.project();
    if (project.isEmpty()) {
      problems.add(
          Desired.wholeFile(
              Checkout.PROJECT,
              "does not exist",
              "a config repository needs it at its root; slipway init writes one"));
    }
    project.ifPresent(this::note);
  }

  /** Reads each file of a directory, and returns their names. */
  private <T> Set<String> each(String directory, Function<String, Optional<Parsed<T>>> reader) {
    var names = new TreeSet<String>();
    for (String file : files.tree().list(directory)) {
      String name = file.substring(directory.length() + 1).replaceAll("\\.yaml$", "");
      if (!file.endsWith(ENDING) || name.contains("/")) {
        problems.add(
            Desired.wholeFile(
                file,
                "is not read: only <name>.yaml directly in %s/ counts".formatted(directory),
                "move or rename it"));
      } else {
        reader.apply(name).ifPresent(this::note);
        names.add(name);
      }
    }
    return names;
  }

  private <T> void note(Parsed<T> parsed) {
    read++;
    if (parsed instanceof Parsed.Invalid<T>(var found)) {
      problems.addAll(found);
    }
  }

  private void checkRules(ProjectDocument project, String environment, FollowUps own) {
    var found = new ArrayList<Problem>();
    if (sound
        .environment(environment)
        .flatMap(Validation::again)
        .flatMap(EnvironmentDocument::preview)
        .isEmpty()) {
      BranchRules.of(project, environment, found);
    }
    problems.addAll(own.removedFrom(found));
  }

  private void requireEnvironment(BranchRule rule, Set<String> environments) {
    String name = rule.environment().text();
    if (files.tree().read(Checkout.environmentFile(name)) instanceof Tree.Read.Missing) {
      problems.add(
          rule.environment()
              .place()
              .problem(
                  "there is no %s".formatted(Checkout.environmentFile(name)),
                  environments.isEmpty()
                      ? "write it"
                      : "write it, or use one of " + String.join(", ", environments)));
    }
  }

  /** Puts an environment together with everything that it names. */
  private void together(String name, ProjectDocument project, FollowUps own) {
    var branches = new HashMap<String, Tree>();
    project.branches().forEach(rule -> branches.put(rule.match().text(), files.tree()));
    for (Wanted wanted :
        Desired.of(unbounded(name), REPOSITORY, sound, branches, Set.of(), Standing.NONE)
            .wanted()) {
      switch (wanted) {
        case Wanted.Invalid invalid -> addOwn(invalid, own);
        case Wanted.Deploy _, Wanted.Missing _, Wanted.Absent _ -> {}
      }
    }
  }

  /** Without all of its hosts and balancers, what refers to them may be right. */
  private void addOwn(Wanted.Invalid invalid, FollowUps own) {
    Target target = invalid.target();
    String file = Checkout.environmentFile(target.bound());
    String application = Checkout.applicationFile(target.application());
    boolean hosts = own.hasCauseIn(file, "/spec/hosts") || own.hasCauseIn(file, "/spec/balancers");
    boolean roles = own.hasCauseIn(application, "/spec");
    own.removedFrom(invalid.problems()).stream()
        .filter(problem -> !hosts || problem.file().equals(application))
        .filter(problem -> !roles || !PLACEMENT.matcher(problem.path()).matches())
        .forEach(problems::add);
  }

  /** What an environment says by itself counts even where no branch asks for it. */
  private void alone(String name, FollowUps shape) {
    var found = new ArrayList<Problem>();
    sound
        .environment(name)
        .flatMap(Validation::again)
        .ifPresent(environment -> alone(environment, found));
    problems.addAll(shape.removedFrom(found));
  }

  private static void alone(EnvironmentDocument environment, List<Problem> found) {
    EnvironmentReader.unique(environment, found);
    Inventory.of(environment, bound(environment.name()), found);
  }

  private static <T> Optional<T> again(Parsed<T> parsed) {
    return parsed instanceof Parsed.Valid<T>(var value) ? Optional.of(value) : Optional.empty();
  }

  private static AgentConfig unbounded(String environment) {
    var remote =
        new RemoteSpec(
            REPOSITORY,
            "file:///" + REPOSITORY,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            RemoteSpec.Limits.DEFAULT);
    Path here = Path.of("/");
    return new AgentConfig(
        List.of(
            new AgentConfig.Repository(
                remote, "main", Duration.ofMinutes(1), AgentConfig.Rewind.STOP)),
        List.of(bound(environment)),
        new Secrets(here, Optional.empty()),
        here,
        here,
        "");
  }

  /** The agent's file bounds an environment; without it everything is within bounds. */
  private static Bound bound(String environment) {
    return new Bound(
        environment,
        REPOSITORY,
        List.of("*"),
        List.of("*"),
        List.of(""),
        AgentConfig.Local.ALLOWED,
        new AgentConfig.Allowed(
            List.of("*"), List.of("*"), List.of("*"), List.of(""), List.of("*"), List.of()));
  }
}
