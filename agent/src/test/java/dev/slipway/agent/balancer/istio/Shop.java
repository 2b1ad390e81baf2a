package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** The shop behind Istio: three members that are subsets, and one that nobody made one. */
final class Shop {
  static final Instance FORGOTTEN = new Instance("forgotten", "web", "current");

  static final Route ROUTE =
      new Route(
          "primary",
          Map.of(
              Trials.A,
              new Route.Server("a", "127.0.0.1", 1),
              Trials.B,
              new Route.Server("b", "127.0.0.1", 2),
              Trials.C,
              new Route.Server("c", "127.0.0.1", 3),
              FORGOTTEN,
              new Route.Server("forgotten", "127.0.0.1", 4)));

  private Shop() {}

  /** Returns the balancer of who logs in with this file. */
  static BalancerSpec.Istio spec(Path kubeconfig) {
    return new BalancerSpec.Istio("mesh", kubeconfig, "shops", "shop", "shop");
  }

  static Path written(Path directory, String kubeconfig) {
    try {
      Path file = Files.writeString(directory.resolve("kube"), kubeconfig);
      return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Balancer balancer(Path kubeconfig) {
    return IstioBalancers.open(spec(kubeconfig), ROUTE);
  }
}
