package dev.slipway.agent.manifest;

/** What a rollout is about: one application in one environment of one repository. */
public record Target(String repository, String environment, String application)
    implements Comparable<Target> {
  /**
   * What stands between an environment's name and the branch of a preview; in no name of either.
   */
  private static final char OF = '.';

  /** Returns the environment that the branch with this slug has for itself. */
  public static String preview(String environment, String slug) {
    return environment + OF + slug;
  }

  /** Returns the environment as the agent's own file and the manifests call it. */
  public String bound() {
    return isPreview() ? environment.substring(0, environment.indexOf(OF)) : environment;
  }

  /** Returns whether the environment is a branch's own. */
  public boolean isPreview() {
    return environment.indexOf(OF) >= 0;
  }

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
