package dev.slipway.agent.host;

import dev.slipway.strategies.fleet.Release;

/**
 * A release that others had put on the hosts, under the name by which it is known since.
 *
 * @param path where it lies: below the application's directory, or absolute
 */
public record Adopted(Release release, String path) {
  public Adopted {
    if (path.isBlank()) {
      throw new IllegalArgumentException("an adopted release needs the path where it lies");
    }
  }

  /** Returns a link's target as adopted releases name it: without the application's directory. */
  public static String path(String deployPath, String target) {
    String inside =
        target.startsWith(deployPath + "/") ? target.substring(deployPath.length() + 1) : target;
    return inside.length() > 1 && inside.endsWith("/")
        ? inside.substring(0, inside.length() - 1)
        : inside;
  }
}
