package dev.slipway.agent.reconcile;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a repository asks for, out of the trunk and the branches that may ask. */
public interface Reader {

  /**
   * Returns what is wanted of each application.
   *
   * @param known applications that were asked for before, so that what vanished can be told
   */
  List<Wanted> read(Tree trunk, Map<String, Tree> branches, Set<Target> known);
}
