package dev.slipway.agent.manifest.layers;

import dev.slipway.agent.manifest.Problem;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells problems of their own from those that only come from another one. */
public final class FollowUps {
  private final Set<String> causes = new HashSet<>();

  private FollowUps() {}

  /** Takes problems for causes of what else is found in or around the same places. */
  public static FollowUps of(Collection<Problem> causes) {
    var followUps = new FollowUps();
    for (Problem cause : causes) {
      String path = cause.path();
      for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
        followUps.causes.add(key(cause.file(), path.substring(0, end)));
      }
    }
    return followUps;
  }

  /** Returns the problems that have no cause among these. */
  public List<Problem> removedFrom(Collection<Problem> found) {
    return found.stream()
        .filter(problem -> !causes.contains(key(problem.file(), problem.path())))
        .toList();
  }

  /** Returns whether there is a cause in a part of a file. */
  public boolean hasCauseIn(String file, String path) {
    return causes.contains(key(file, path));
  }

  private static String key(String file, String path) {
    return file + "\n" + path;
  }
}
