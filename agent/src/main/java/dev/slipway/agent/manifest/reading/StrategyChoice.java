package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.schema.Nearest;
import dev.slipway.agent.manifest.strategy.StrategyDocument;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.AbTest;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.Canary;
import dev.slipway.strategies.Ramped;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Shadow;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.Amount;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The strategy that a name means: a file of the branch first, else what is built in. */
public final class StrategyChoice {
  private static final Map<String, Strategy> BUILT_IN =
      Map.of(
          "rolling",
          Rolling.DEFAULT,
          "recreate",
          Recreate.DEFAULT,
          "blueGreen",
          BlueGreen.DEFAULT,
          "canary",
          Canary.DEFAULT,
          "ramped",
          Ramped.DEFAULT,
          "shadow",
          Shadow.DEFAULT,
          "abTest",
          AbTest.DEFAULT);

  private static final Set<String> LATER = Set.of("darkLaunch");

  private final Checkout branch;
  private final List<Problem> problems;

  StrategyChoice(Checkout branch, List<Problem> problems) {
    this.branch = branch;
    this.problems = problems;
  }

  /** Returns the strategy that a name means without any file. */
  public static Optional<Strategy> builtIn(String name) {
    return Optional.ofNullable(BUILT_IN.get(name));
  }

  /**
   * Returns the strategy that a file describes.
   *
   * @throws UncheckedIOException if it cannot be read
   */
  public static Parsed<Strategy> of(Path file) {
    try {
      String name = file.getFileName().toString().replaceAll("\\.yaml$", "");
      return ManifestFile.read(
          Kind.STRATEGY,
          file.toString(),
          Files.readAllBytes(file),
          fields -> StrategyDocument.read(fields, name).strategy());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Strategy choose(
      Optional<Located> name, Place asked, Role role, int hosts, List<BalancerSpec> fronts) {
    Strategy chosen = name.map(this::named).orElse(Rolling.DEFAULT);
    check(chosen, name.map(Located::place).orElse(asked), role, hosts, fronts);
    return chosen;
  }

  private void check(
      Strategy chosen, Place place, Role role, int hosts, List<BalancerSpec> fronts) {
    switch (chosen) {
      case Strategy.Attended(var own, _) -> check(own, place, role, hosts, fronts);
      case Rolling rolling -> check(rolling, place, role, hosts);
      case Recreate _ -> {}
      case BlueGreen blueGreen -> checkSlots(blueGreen.name(), place, role);
      case Canary canary -> checkTrial(canary.name(), place, role, hosts);
      case Ramped ramped -> checkTrial(ramped.name(), place, role, hosts);
      case Shadow shadow -> {
        checkSlots(shadow.name(), place, role);
        checkCopies(shadow, place, fronts);
      }
      case AbTest test -> checkTrial(test.name(), place, role, hosts);
    }
  }

  private Strategy named(Located name) {
    Optional<Parsed<StrategyDocument>> file = branch.strategy(name.text());
    if (file.isEmpty()) {
      return builtIn(name);
    }
    return switch (file.get()) {
      case Parsed.Valid<StrategyDocument>(var document) -> document.strategy();
      case Parsed.Invalid<StrategyDocument>(var found) -> {
        problems.addAll(found);
        yield Rolling.DEFAULT;
      }
    };
  }

  private Strategy builtIn(Located name) {
    Strategy known = BUILT_IN.get(name.text());
    if (known != null) {
      return known;
    }
    var names = new ArrayList<>(BUILT_IN.keySet().stream().sorted().toList());
    branch.tree().list("strategies").stream()
        .map(file -> file.replaceAll("^strategies/|\\.yaml$", ""))
        .forEach(names::add);
    problems.add(
        name.place()
            .problem(
                LATER.contains(name.text())
                    ? "strategy '%s' is not supported yet".formatted(name)
                    : "there is no strategy '%s'".formatted(name),
                Nearest.to(name.text(), names)
                    .map("did you mean '%s'?"::formatted)
                    .orElse("use one of " + String.join(", ", names))));
    return Rolling.DEFAULT;
  }

  private void checkSlots(String strategy, Place place, Role role) {
    if (!role.hasSpareSlot()) {
      problems.add(
          place.problem(
              "%s needs two slots, and role '%s' has one".formatted(strategy, role.name()),
              "give the application two slots, or use rolling"));
    }
  }

  private void checkCopies(Shadow shadow, Place place, List<BalancerSpec> fronts) {
    if (fronts.isEmpty()) {
      problems.add(
          place.problem(
              "shadow needs a balancer to copy requests, and none is in front",
              "put the edge or nginx in front, or use blueGreen"));
    }
    for (BalancerSpec front : fronts) {
      if (!isCopying(front)) {
        problems.add(
            place.problem(
                "shadow needs copies of requests, and balancer '%s' makes none"
                    .formatted(front.name()),
                "put the edge or nginx in front, or use blueGreen with smoke tests"));
      } else if (shadow.comparison().isPresent() && !(front instanceof BalancerSpec.Edge)) {
        problems.add(
            place.problem(
                "compare needs answers to be compared, and balancer '%s' compares none"
                    .formatted(front.name()),
                "put the edge in front, or leave compare out"));
      }
    }
  }

  private static boolean isCopying(BalancerSpec front) {
    return switch (front) {
      case BalancerSpec.Edge _, BalancerSpec.Nginx _ -> true;
      case BalancerSpec.Haproxy _, BalancerSpec.Symlink _, BalancerSpec.Istio _ -> false;
    };
  }

  private void checkTrial(String strategy, Place place, Role role, int hosts) {
    if (!role.hasSpareSlot() && hosts == 1) {
      problems.add(
          place.problem(
              "%s needs a second host or a second slot, and role '%s' has one of each"
                  .formatted(strategy, role.name()),
              "give the application two slots, or use rolling"));
    }
  }

  private void check(Rolling rolling, Place place, Role role, int hosts) {
    if (rolling.maxSurge().of(hosts) > 0
        && !rolling.maxSurge().equals(new Amount.Count(0))
        && !role.hasSpareSlot()) {
      problems.add(
          place.problem(
              "maxSurge %s needs a spare slot, and there is none".formatted(rolling.maxSurge()),
              "give the application two slots, or leave maxSurge out"));
    }
    rolling
        .maxUnavailable()
        .filter(amount -> hosts > 0 && amount.of(hosts) > hosts)
        .ifPresent(amount ->
            problems.add(
                place.problem(
                    "maxUnavailable %s is more than the %d hosts".formatted(amount, hosts),
                    "use 0 to %d or a percentage".formatted(hosts))));
  }
}
