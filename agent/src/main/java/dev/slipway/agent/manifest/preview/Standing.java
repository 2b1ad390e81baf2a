package dev.slipway.agent.manifest.preview;

import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is known of previews when a repository is read.
 *
 * @param pushed when the tip of each branch was first seen; the clocks of those who commit do not
 *     count
 * @param unread branches that are there, and of which nothing can be read now
 * @param held every preview that has ports or may have left something, of all repositories
 * @param foreign ports that programs of others were found on
 */
public record Standing(
    Instant now,
    Map<String, Instant> pushed,
    Set<String> unread,
    List<Preview> held,
    Set<Integer> foreign) {
  /** Where no preview is, and no time passes. */
  public static final Standing NONE =
      new Standing(Instant.EPOCH, Map.of(), Set.of(), List.of(), Set.of());

  public Standing {
    pushed = Map.copyOf(pushed);
    unread = Set.copyOf(unread);
    held = List.copyOf(held);
    foreign = Set.copyOf(foreign);
  }

  /** Returns when a branch was last pushed. */
  public Instant pushed(String branch) {
    return pushed.getOrDefault(branch, now);
  }

  /** Returns what is held for a target. */
  public Optional<Preview> of(Target target) {
    return held.stream().filter(one -> one.target().equals(target)).findFirst();
  }

  /** Returns this without what is held for a target. */
  public Standing without(Target target) {
    return new Standing(
        now,
        pushed,
        unread,
        held.stream().filter(one -> !one.target().equals(target)).toList(),
        foreign);
  }
}
