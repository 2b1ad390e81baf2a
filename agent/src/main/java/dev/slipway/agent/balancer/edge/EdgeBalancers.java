package dev.slipway.agent.balancer.edge;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.PoolSpec.CheckSpec;
import dev.slipway.agent.host.Epoch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** Where edge balancers come from, and what can be asked of an edge as a whole. */
public final class EdgeBalancers {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private EdgeBalancers() {}

  /** Returns the balancer of a route. Nothing is connected before the first use. */
  public static Balancer open(BalancerSpec.Edge spec, Route route) {
    return new EdgeBalancer(spec, route, Optional.empty(), client(spec.control()));
  }

  /** Returns the balancer of a route whose members the edge checks itself, as second witness. */
  public static Balancer open(BalancerSpec.Edge spec, Route route, CheckSpec check) {
    return new EdgeBalancer(spec, route, Optional.of(check), client(spec.control()));
  }

  /** Makes the edge obey this agent and no other. */
  public static Answered takeOver(String control, Epoch epoch) {
    return ask(control, new Request.TakeOver(epoch));
  }

  /** Asks the edge for all that is true. */
  public static Answered status(String control) {
    return ask(control, new Request.Status());
  }

  /** Drops a pool that no application uses any more. */
  public static Answered forget(String control, Epoch epoch, String pool) {
    return ask(control, new Request.Forget(epoch, pool));
  }

  /** What came of asking an edge. */
  public sealed interface Answered {
    /** It answered. */
    record Said(Response.Now now) implements Answered {}

    /** It refused. */
    record Refused(String reason) implements Answered {}

    /** It cannot be asked. */
    record Unreachable(String reason) implements Answered {}
  }

  private static Answered ask(String control, Request request) {
    return switch (client(control).ask(request)) {
      case ControlClient.Result.Answered(Response.Now now) -> new Answered.Said(now);
      case ControlClient.Result.Answered(Response.Refused(var _, var reason)) ->
          new Answered.Refused("%s: %s".formatted(control, reason));
      case ControlClient.Result.Unreachable(var reason) -> new Answered.Unreachable(reason);
    };
  }

  private static ControlClient client(String control) {
    return new ControlClient(Path.of(control), TIMEOUT);
  }
}
