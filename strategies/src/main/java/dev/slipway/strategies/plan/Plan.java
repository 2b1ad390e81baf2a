package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that a rollout will do, chosen before anything is touched.
 *
 * @param title one line: strategy, application, environment
 * @param target the release that runs everywhere when the plan succeeded
 * @param former the last stable release, the target of the way back; empty before the first
 * @param roles what holds for each role, by its name and in the order of the application
 * @param background lanes that start with the plan and are joined by a step
 * @param failureLimit how many lanes may fail before the plan stops
 * @param skipped hosts that are left out, because they cannot be reached
 * @param progressDeadline how long nothing may move before the plan counts as failed
 * @param remarks sentences that people must read, for example that there is downtime
 */
public record Plan(
    String title,
    ReleaseId target,
    Optional<ReleaseId> former,
    Map<String, Serving> roles,
    List<Lane> background,
    List<Phase> phases,
    int failureLimit,
    List<String> skipped,
    Duration progressDeadline,
    List<String> remarks) {
  public Plan {
    background = List.copyOf(background);
    phases = List.copyOf(phases);
    skipped = List.copyOf(skipped);
    remarks = List.copyOf(remarks);
    roles = Collections.unmodifiableMap(new LinkedHashMap<>(roles));
    if (roles.isEmpty()) {
      throw new IllegalArgumentException("a plan is about at least one role");
    }
    var ids = new HashSet<String>();
    Stream.concat(background.stream(), phases.stream().flatMap(phase -> phase.lanes().stream()))
        .forEach(lane -> {
          if (!ids.add(lane.id())) {
            throw new IllegalArgumentException("two lanes are called '%s'".formatted(lane.id()));
          }
        });
  }

  /**
   * What a role serves while the plan is carried out.
   *
   * @param initial the traffic that is wanted before the first step; empty without a balancer
   * @param minimum how many members must get requests at every moment; zero means downtime
   */
  public record Serving(Optional<Traffic> initial, int minimum) {
    public Serving {
      if (minimum < 0) {
        throw new IllegalArgumentException("a minimum of %d is below zero".formatted(minimum));
      }
    }
  }

  /** Returns this plan with other phases. */
  public Plan with(List<Phase> others) {
    return new Plan(
        title,
        target,
        former,
        roles,
        background,
        others,
        failureLimit,
        skipped,
        progressDeadline,
        remarks);
  }

  /** Returns how people are told which instance is meant. */
  public Naming naming() {
    return Naming.ofRoles(roles.size());
  }

  /** Returns whether there is nothing to do. */
  public boolean isEmpty() {
    return phases.isEmpty();
  }

  /** Returns every lane, those of the background first. */
  public Stream<Lane> lanes() {
    return Stream.concat(
        background.stream(), phases.stream().flatMap(phase -> phase.lanes().stream()));
  }

  /** Returns the plan as text: what the command line, golden tests and the dashboard show. */
  public String render() {
    return PlanText.of(this);
  }
}
