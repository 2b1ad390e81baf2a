package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import dev.slipway.strategies.Roles;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: the example repository is right, and a change of what it leads to is seen in review.
 * Method: it is validated and planned against fleets on which all is well and a former release
 * runs; the plans are compared with texts that are checked in. {@code -Dplans=write} writes them.
 */
class ExamplesTest {
  private static final Path EXAMPLES = Path.of("..", "examples-repo");
  private static final Path PLANS = Path.of("src", "test", "resources", "plans");
  private static final Pattern SCHEMA =
      Pattern.compile("# yaml-language-server: \\$schema=(\\S+)\n[\\s\\S]*");

  private static final String AGENT =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Agent
      spec:
        repositories: [{name: examples, url: "ssh://git@git.example.com/examples.git"}]
        environments:
          - {name: production, repository: examples, refs: [main],
             hosts: ["*.prod.example.com", "2001:db8::23"], unitFiles: ["api@*.service"]}
          - {name: staging, repository: examples, refs: [staging], hosts: ["*.staging.example.com"],
             unitFiles: ["api@*.service"]}
          - {name: demo, repository: examples, refs: [demo], hosts: ["127.0.0.*"], local: true}
      """;

  @Test
  void everyFileIsRight() {
    Validation.Report report = Validation.directory(EXAMPLES);
    assertThat(report.problems()).isEmpty();
    assertThat(report.files()).isEqualTo(manifests().size());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("manifests")
  void everyFileNamesItsSchema(Path file) throws IOException {
    var named = SCHEMA.matcher(Files.readString(file));
    assertThat(named.matches()).as("a schema line in %s", file).isTrue();
    assertThat(file.resolveSibling(named.group(1))).isRegularFile();
  }

  @Test
  void theFilesForHostsAreThoseThatThePageNames() throws IOException {
    var named =
        Pattern.compile("`((?:systemd|nginx|php|haproxy)/[^`]+)`")
            .matcher(Handbook.page("examples.md").text())
            .results()
            .map(found -> found.group(1));
    Path hosts = EXAMPLES.resolve("hosts");
    try (Stream<Path> files = Files.walk(hosts)) {
      assertThat(files.filter(Files::isRegularFile).map(hosts::relativize).map(Path::toString))
          .containsExactlyInAnyOrderElementsOf(named.toList());
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("deployments")
  void everyApplicationIsPlannedAsReviewed(String name, Deployment deployment) throws IOException {
    String plan = plan(deployment);
    Path golden = PLANS.resolve(name + ".txt");
    if (System.getProperty("plans", "").equals("write")) {
      Files.createDirectories(PLANS);
      Files.writeString(golden, plan);
    }
    assertThat(golden).hasContent(plan);
  }

  @Test
  void noPlanIsLeftOver() throws IOException {
    var names = deployments().map(of -> of.get()[0] + ".txt").toList();
    try (Stream<Path> files = Files.list(PLANS)) {
      assertThat(files.map(file -> file.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(names);
    }
  }

  static List<Path> manifests() {
    var tree = new DirectoryTree(EXAMPLES);
    return Stream.concat(
            Stream.of("slipway.yaml"),
            Stream.of("apps", "environments", "strategies").flatMap(of -> tree.list(of).stream()))
        .map(EXAMPLES::resolve)
        .toList();
  }

  static Stream<Arguments> deployments() {
    return wanted().stream()
        .map(wanted ->
            wanted instanceof Wanted.Deploy(var deployment, var _, var _, var _)
                ? deployment
                : fail(wanted.toString()))
        .map(deployment ->
            Arguments.of(
                deployment.target().environment() + "-" + deployment.target().application(),
                deployment));
  }

  static List<Wanted> wanted() {
    var tree = new DirectoryTree(EXAMPLES);
    Map<String, Tree> branches = Map.of("main", tree, "staging", tree, "demo", tree);
    return Shop.wanted(config(), "examples", tree, branches, Set.of());
  }

  static AgentConfig config() {
    Parsed<AgentConfig> parsed =
        AgentFile.parse(AGENT.getBytes(StandardCharsets.UTF_8), Path.of("/agent.yaml"), Map.of());
    return parsed instanceof Parsed.Valid<AgentConfig>(var config)
        ? config
        : fail(parsed.toString());
  }

  private static String plan(Deployment deployment) {
    Fleet fleet = deployment.fleet();
    Role role = fleet.application().judged();
    var former = id(deployment, "former");
    var states = new TreeMap<Instance, InstanceState>();
    var members = new TreeMap<Instance, MemberState>();
    for (Instance instance : fleet.instances(role)) {
      boolean active = instance.slot().equals(role.slots().getFirst().name());
      members.put(instance, active ? MemberState.SERVING : MemberState.OUT);
      states.put(
          instance,
          new InstanceState(
              active ? new Occupant.Known(former) : new Occupant.None(),
              active ? Condition.HEALTHY : Condition.STOPPED,
              InstanceState.Environment.CURRENT));
    }
    var situation =
        new Situation(
            fleet,
            role,
            id(deployment, "target"),
            Optional.of(former),
            states,
            deployment.fronts().isEmpty() ? Optional.empty() : Optional.of(Traffic.stable(members)),
            capabilities(deployment),
            deployment.unreachableMax().map(OptionalInt::of).orElse(OptionalInt.empty()),
            Situation.Direction.FORWARD,
            true,
            List.of());
    return switch (Roles.plan(
        deployment.strategy(),
        List.of(situation),
        List.of(),
        _ -> deployment.release().procedures().hooks())) {
      case Planning.Ready(var plan) -> plan.render();
      case Planning.Refused(var reasons) -> fail(String.join("\n", reasons));
    };
  }

  private static ReleaseId id(Deployment deployment, String which) {
    return deployment.release().of(Digest.of(which)).id();
  }

  private static Set<Capability> capabilities(Deployment deployment) {
    return deployment.fronts().stream().anyMatch(of -> of.balancer() instanceof BalancerSpec.Edge)
        ? Set.of(Capability.WEIGHTS, Capability.DRAIN_COUNTS, Capability.PARKING)
        : Set.of(Capability.WEIGHTS, Capability.DRAIN_COUNTS);
  }
}
