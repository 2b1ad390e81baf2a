package dev.slipway.agent.cli.simulate;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.StrategyChoice;
import dev.slipway.agent.manifest.reading.Validation;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.simulation.Sketch;
import dev.slipway.strategies.traffic.Capability;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** Finds what is to be simulated: strategies and applications that are written in files. */
final class Staging {
  private final Function<String, RuntimeException> invalid;

  Staging(Function<String, RuntimeException> invalid) {
    this.invalid = invalid;
  }

  /** Returns the strategy of a file, or the one that is built in under a name. */
  Strategy strategy(String word) {
    Optional<Strategy> builtIn = StrategyChoice.builtIn(word);
    if (builtIn.isPresent()) {
      return builtIn.get();
    }
    Path file = Path.of(word);
    if (!Files.isRegularFile(file)) {
      throw invalid.apply(
          "'%s' is no strategy that is built in, and no file; name the file of a Strategy"
              .formatted(word));
    }
    return switch (read(file, () -> StrategyChoice.of(file))) {
      case Parsed.Valid<Strategy>(var strategy) -> strategy;
      case Parsed.Invalid<Strategy>(var problems) -> throw invalid.apply(lines(problems));
    };
  }

  /** Returns an application as an environment of a config repository deploys it. */
  Deployment deployment(Path directory, String environment, String application) {
    if (!Files.isDirectory(directory)) {
      throw invalid.apply(
          "%s is no directory; name the one that holds slipway.yaml".formatted(directory));
    }
    Wanted found =
        read(directory, () -> Validation.wanted(directory, environment)).stream()
            .filter(wanted -> wanted.target().application().equals(application))
            .findFirst()
            .orElseThrow(() ->
                invalid.apply(
                    "environment '%s' of %s has no application '%s'; slipway validate says more"
                        .formatted(environment, directory, application)));
    return switch (found) {
      case Wanted.Deploy deploy -> deploy.deployment();
      case Wanted.Invalid wrong -> throw invalid.apply(lines(wrong.problems()));
      case Wanted.Missing missing -> throw invalid.apply(missing.reason());
      case Wanted.Absent absent -> throw invalid.apply(absent.reason());
    };
  }

  private <T> T read(Path path, Supplier<T> reader) {
    try {
      return reader.get();
    } catch (UncheckedIOException e) {
      throw invalid.apply(
          "%s cannot be read: %s; let your user read it".formatted(path, e.getCause()));
    }
  }

  private static String lines(List<?> problems) {
    return problems.stream().map(String::valueOf).collect(Collectors.joining("\n"));
  }

  /** Returns what each role would be planned from if all were well and a version ran everywhere. */
  static List<Situation> situations(Deployment deployment, String running) {
    return deployment.fleet().application().roles().stream()
        .map(role ->
            Sketch.situation(
                deployment.fleet(),
                role,
                Sketch.release(running),
                Sketch.release(deployment.release().version()),
                able(deployment, role)))
        .toList();
  }

  /** Several balancers can do what each of them can. */
  private static Optional<Set<Capability>> able(Deployment deployment, Role role) {
    return deployment.fronts().stream()
        .filter(front -> front.role().equals(role.name()))
        .flatMap(front -> Front.of(front.balancer()).able().stream())
        .reduce((one, other) -> {
          Set<Capability> both = EnumSet.copyOf(one);
          both.retainAll(other);
          return both;
        });
  }
}
