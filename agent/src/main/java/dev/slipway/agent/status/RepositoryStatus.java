package dev.slipway.agent.status;

import java.util.List;

/**
 * How a config repository is read: nothing is the matter if there are no conditions.
 *
 * @param name what the agent's own file calls it
 */
public record RepositoryStatus(String name, List<Condition> conditions) {
  public RepositoryStatus {
    conditions = List.copyOf(conditions);
  }
}
