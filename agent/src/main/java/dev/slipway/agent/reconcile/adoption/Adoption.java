package dev.slipway.agent.reconcile.adoption;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.host.Adopted;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.MemberState;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Whether what others had put on the hosts of an application can be adopted, and as what. */
public sealed interface Adoption {
  /** Returns what was found, a line for each instance. */
  String found();

  /** All that runs is this one release, and somewhere it is healthy. */
  record Possible(Delivery delivery, String found) implements Adoption {}

  /** It cannot, for these reasons. */
  record Impossible(List<String> reasons, String found) implements Adoption {
    public Impossible {
      reasons = List.copyOf(reasons);
    }
  }

  /** Returns what was adopted as hosts are told of it; empty for a release of Slipway's own. */
  static Optional<Adopted> asAdopted(Delivery delivery) {
    return delivery.source() instanceof ArtifactSource.OnHosts(var path)
        ? Optional.of(new Adopted(delivery.release(), path))
        : Optional.empty();
  }

  /**
   * Returns the instances where something serves that Slipway did not bring, be it linked or not,
   * and which it would replace.
   */
  static List<Instance> foreign(Observation.Seen seen) {
    return seen.situations().stream()
        .flatMap(situation -> situation.states().entrySet().stream())
        .filter(entry -> !(entry.getValue().occupant() instanceof Occupant.Known))
        .filter(entry -> runs(entry.getValue()))
        .map(Map.Entry::getKey)
        .toList();
  }

  /**
   * Judges what was seen.
   *
   * @param wanted the release that is wanted, which says how the service is run
   */
  static Adoption of(Deployment deployment, Delivery wanted, Observation.Seen seen) {
    String found = found(seen);
    List<Instance> foreign = foreign(seen);
    var paths = new TreeSet<String>();
    foreign.forEach(instance -> path(deployment, seen, instance).ifPresent(paths::add));
    List<String> reasons = reasons(deployment, seen, foreign, paths);
    return reasons.isEmpty()
        ? new Possible(delivery(deployment, wanted, paths.first()), found)
        : new Impossible(reasons, found);
  }

  private static boolean runs(InstanceState state) {
    return switch (state.condition()) {
      case HEALTHY, UNHEALTHY -> true;
      case STOPPED, UNREACHABLE -> false;
    };
  }

  private static List<String> reasons(
      Deployment deployment, Observation.Seen seen, List<Instance> foreign, Set<String> paths) {
    var reasons = new ArrayList<String>();
    for (Instance instance : foreign) {
      if (state(seen, instance).occupant() instanceof Occupant.None) {
        reasons.add(unlinked(deployment, instance));
      }
    }
    if (foreign.isEmpty()) {
      reasons.add("nothing runs that others brought");
    }
    if (paths.size() > 1) {
      reasons.add(
          "hosts run different releases: %s; bring all to one of them first"
              .formatted(String.join(", ", paths)));
    }
    boolean healthy =
        foreign.stream()
            .anyMatch(instance -> state(seen, instance).condition() == Condition.HEALTHY);
    if (!foreign.isEmpty() && !healthy) {
      reasons.add("no instance is healthy; correct the healthcheck, or what runs");
    }
    return reasons;
  }

  private static String unlinked(Deployment deployment, Instance instance) {
    return ("%s runs from a place that no link shows; without a restart: let its service start from"
            + " %s/%s, and let that be a link to the directory where it lies")
        .formatted(
            instance, deployment.deployPath(deployment.fleet().host(instance)), instance.slot());
  }

  private static InstanceState state(Observation.Seen seen, Instance instance) {
    return seen.situations().stream()
        .map(situation -> situation.states().get(instance))
        .filter(Objects::nonNull)
        .findFirst()
        .orElseThrow();
  }

  private static Optional<String> path(
      Deployment deployment, Observation.Seen seen, Instance instance) {
    return switch (state(seen, instance).occupant()) {
      case Occupant.Foreign(var link) ->
          Optional.of(Adopted.path(deployment.deployPath(deployment.fleet().host(instance)), link));
      case Occupant.Known _, Occupant.None _ -> Optional.empty();
    };
  }

  private static Delivery delivery(Deployment deployment, Delivery wanted, String path) {
    var release =
        new Release(
            wanted.release().application(),
            Names.version(path),
            Digest.of("adopted " + path),
            Map.of(),
            wanted.release().services(),
            List.of(),
            List.of());
    return new Delivery(
        release, new ArtifactSource.OnHosts(path), deployment.branch(), deployment.revision());
  }

  private static String found(Observation.Seen seen) {
    return seen.situations().stream()
        .flatMap(situation ->
            situation.states().keySet().stream()
                .map(instance ->
                    line(situation, instance, seen.remarks().getOrDefault(instance, ""))))
        .collect(Collectors.joining("\n"));
  }

  private static String line(Situation situation, Instance instance, String remark) {
    InstanceState state = situation.state(instance);
    String lies =
        switch (state.occupant()) {
          case Occupant.Foreign(var target) -> "-> " + target;
          case Occupant.Known(var release) -> "release " + release;
          case Occupant.None() -> "no link";
        };
    String traffic = situation.traffic().map(all -> ", " + word(all.state(instance))).orElse("");
    return "  %s %s, %s%s%s"
        .formatted(
            instance,
            lies,
            word(state.condition()),
            traffic,
            remark.isEmpty() ? "" : " (" + remark + ")");
  }

  private static String word(MemberState state) {
    return switch (state) {
      case SERVING -> "gets requests";
      case DRAINING -> "gets no new requests";
      case OUT -> "not in the pool";
    };
  }

  private static String word(Condition condition) {
    return condition.name().toLowerCase(Locale.ROOT);
  }

  /** The names that an adopted release goes by. */
  final class Names {
    private static final Pattern VERSION = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]{0,60}");

    private Names() {}

    /** Capistrano names a release by its time, and others by something as telling. */
    private static String version(String path) {
      String last = path.substring(path.lastIndexOf('/') + 1);
      return VERSION.matcher(last).matches() ? last : "adopted";
    }
  }
}
