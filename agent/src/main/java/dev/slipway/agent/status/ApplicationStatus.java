package dev.slipway.agent.status;

import java.util.List;
import java.util.Optional;

/**
 * One application in one environment.
 *
 * @param revision the commit that is wanted
 * @param judged the commit that phase and conditions were noted of, which may still be the one
 *     before; empty before the first
 * @param wanted what that commit asks for; empty while its files could not be fetched
 * @param stable the last release that was proven everywhere
 * @param rollout the one under way, or the last
 */
public record ApplicationStatus(
    String repository,
    String environment,
    String application,
    Phase phase,
    String branch,
    String revision,
    Optional<String> judged,
    Optional<ReleaseStatus> wanted,
    Optional<ReleaseStatus> stable,
    List<InstanceStatus> instances,
    List<Condition> conditions,
    Optional<RolloutStatus> rollout) {
  public ApplicationStatus {
    instances = List.copyOf(instances);
    conditions = List.copyOf(conditions);
  }

  /** Returns repository, environment and application, joined by slashes. */
  public String name() {
    return repository + "/" + environment + "/" + application;
  }
}
