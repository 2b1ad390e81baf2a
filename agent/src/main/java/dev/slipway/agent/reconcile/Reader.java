package dev.slipway.agent.reconcile;

import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.preview.Standing;
import dev.slipway.agent.source.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads what a repository asks for, out of the trunk and the branches that may ask. */
public interface Reader {

  /**
   * What a repository asks for.
   *
   * @param wanted what is wanted of each application
   * @param unheard what is wrong with files of which no application could be told
   * @param allotted what has to be kept of previews before what is wanted is handed on
   * @param previewed the branches that may have a preview
   */
  record Reading(
      List<Wanted> wanted, List<String> unheard, List<Preview> allotted, Set<String> previewed) {
    public Reading {
      wanted = List.copyOf(wanted);
      allotted = List.copyOf(allotted);
      previewed = Set.copyOf(previewed);
      unheard = List.copyOf(unheard);
    }
  }

  /**
   * Returns what is asked for.
   *
   * @param known applications that were asked for before, so that what vanished can be told
   * @param standing what is known of previews
   */
  Reading read(Tree trunk, Map<String, Tree> branches, Set<Target> known, Standing standing);
}
