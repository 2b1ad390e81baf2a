package dev.slipway.agent.metrics;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.secret.Login;
import dev.slipway.strategies.fleet.Instance;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;

/** Where sources of numbers come from. */
public final class MetricSources {
  private MetricSources() {}

  /**
   * Returns the counts of the balancers in front of a role, added up; they stay open when the
   * source is closed.
   */
  public static MetricSource ofBalancers(List<Balancer> balancers, InstantSource clock) {
    return new BalancerCounts(balancers, clock);
  }

  /**
   * Returns a Prometheus. A reading asks it two questions at most, so that it takes up to twice
   * what the queries are limited to.
   *
   * @param url of its root, without {@code /api/v1}
   * @param targets the label {@code instance} that its series have for an instance, usually {@code
   *     address:port}; empty if nobody knows
   * @param login read again for each question; empty asks without one
   */
  public static MetricSource ofPrometheus(
      String url,
      Queries queries,
      Optional<Supplier<Login.Parsed>> login,
      Function<Instance, Optional<String>> targets,
      InstantSource clock) {
    return new Prometheus(url, new Endpoint(queries, login), targets, clock);
  }

  /**
   * Returns documents of JSON, whose addresses the questions name.
   *
   * @param login read again for each question; empty asks without one
   */
  public static MetricSource ofJson(Queries queries, Optional<Supplier<Login.Parsed>> login) {
    return new JsonDocument(new Endpoint(queries, login));
  }

  /**
   * Returns programs on this machine, which the questions name.
   *
   * @param here the agent's own machine
   * @param variables what each program finds in its environment, beside whom it is asked about
   * @param addresses {@code address:port} of an instance; empty if nobody knows
   */
  public static MetricSource ofCommands(
      List<Program> programs,
      Machine here,
      Map<String, String> variables,
      Function<Instance, Optional<String>> addresses,
      InstantSource clock) {
    return new CommandNumbers(programs, here, variables, addresses, clock);
  }
}
