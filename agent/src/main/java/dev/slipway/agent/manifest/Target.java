package dev.slipway.agent.manifest;

/** What a rollout is about: one application in one environment of one repository. */
public record Target(String repository, String environment, String application)
    implements Comparable<Target> {
  @Override
  public int compareTo(Target other) {
    return toString().compareTo(other.toString());
  }

  /** Prints {@code shop/production/web}. */
  @Override
  public String toString() {
    return repository + "/" + environment + "/" + application;
  }
}
