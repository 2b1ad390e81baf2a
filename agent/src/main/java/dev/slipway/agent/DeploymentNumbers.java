package dev.slipway.agent;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.PrometheusSpec;
import dev.slipway.agent.metrics.MetricSource;
import dev.slipway.agent.metrics.MetricSources;
import dev.slipway.agent.metrics.Program;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.agent.rollout.judge.Tallies;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Vault;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.analysis.arms.Goal;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.traffic.Traffic;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** Where numbers about the requests to one deployment come from. */
final class DeploymentNumbers implements Sources {
  private final Deployment deployment;
  private final Map<String, List<Balancer>> balancers;
  private final Queries queries;
  private final Vault vault;
  private final List<Program> programs;
  private final Machine here;
  private final Tallies tallies;
  private final InstantSource clock = Waiter.wallClock();

  /**
   * Takes what can be asked.
   *
   * @param balancers those in front of each role, by its name
   * @param programs those that may be run here
   * @param here the agent's own machine
   * @param tallies hears what tests have counted
   */
  DeploymentNumbers(
      Deployment deployment,
      Map<String, List<Balancer>> balancers,
      Queries queries,
      Vault vault,
      List<Program> programs,
      Machine here,
      Tallies tallies) {
    this.deployment = deployment;
    this.balancers = balancers;
    this.queries = queries;
    this.vault = vault;
    this.programs = programs;
    this.here = here;
    this.tallies = tallies;
  }

  @Override
  public Optional<MetricSource> source(String provider, String role) {
    return switch (provider) {
      case "balancer" ->
          Optional.ofNullable(balancers.get(role))
              .map(opened -> MetricSources.ofBalancers(opened, clock));
      case "prometheus" -> deployment.prometheus().map(this::prometheus);
      case "command" ->
          Optional.of(
              MetricSources.ofCommands(programs, here, variables(role), this::target, clock));
      case "json" -> Optional.of(MetricSources.ofJson(queries, Optional.empty()));
      default -> Optional.empty();
    };
  }

  /** What a program is told of the rollout that it is run for. */
  private Map<String, String> variables(String role) {
    return Map.of(
        "SLIPWAY_ENVIRONMENT", deployment.target().environment(),
        "SLIPWAY_APPLICATION", deployment.target().application(),
        "SLIPWAY_ROLE", role,
        "SLIPWAY_RELEASE", deployment.release().version());
  }

  private MetricSource prometheus(PrometheusSpec spec) {
    Optional<Supplier<Login.Parsed>> login = spec.secret().map(name -> () -> login(vault, name));
    return MetricSources.ofPrometheus(spec.url(), queries, login, this::target, clock);
  }

  @Override
  public void counted(Goal goal, Contest.Pair seen) {
    tallies.counted(deployment.target(), goal.name(), Traffic.CANDIDATE, seen.candidate());
    tallies.counted(deployment.target(), goal.name(), Traffic.STABLE, seen.stable());
  }

  /** Returns what a secret lets in with. */
  static Login.Parsed login(Vault vault, String name) {
    return switch (vault.open(List.of(name))) {
      case Vault.Opened.Values(var secrets) -> Login.of(secrets.values().iterator().next());
      case Vault.Opened.Lacking(var reasons) ->
          new Login.Parsed.Unusable(String.join("; ", reasons));
    };
  }

  /** Returns what Prometheus calls an instance unless it is told otherwise. */
  private Optional<String> target(Instance instance) {
    Host host = deployment.fleet().host(instance);
    Slot slot = deployment.fleet().slot(instance);
    return slot.port().isPresent()
        ? Optional.of(shown(host.address(), slot.port().getAsInt()))
        : Optional.empty();
  }

  private static String shown(String address, int port) {
    return address.contains(":") ? "[%s]:%d".formatted(address, port) : address + ":" + port;
  }
}
