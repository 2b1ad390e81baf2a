package dev.slipway.agent.reconcile;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control.Asked;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.source.ConfigRepository.Author;
import dev.slipway.agent.source.ConfigRepository.Restoration;
import dev.slipway.agent.source.ConfigRepository.Restored;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The rollbacks that people asked for since the agent started, so that Git can be made to follow.
 *
 * <p>Acting comes first and needs no Git; the revert commit is asked for afterwards, on its own.
 */
final class Retreats {
  private final Map<Target, Retreat> last = new ConcurrentHashMap<>();

  private record Retreat(Delivery from, Delivery to) {}

  /** Remembers that a person wants to be back. */
  void note(Target target, Delivery from, Delivery to) {
    last.put(target, new Retreat(from, to));
  }

  /** Makes the branch ask for what was gone back to. */
  Asked follow(Target target, Person by, Follower follower) {
    Optional<Retreat> found = Optional.ofNullable(last.get(target));
    if (found.isEmpty()) {
      return new Asked.Conflict(
          "%s was not rolled back since the agent started; revert by hand".formatted(target));
    }
    Retreat retreat = found.get();
    String branch = retreat.from().branch();
    return switch (follower.restore(wish(target, by, retreat))) {
      case Restored.Pushed(var commit) ->
          new Asked.Done("'%s' follows with revert commit %s".formatted(branch, commit));
      case Restored.Unneeded() ->
          new Asked.Done(
              ("'%s' needs no revert commit: it asks for the former release already, or what is"
                      + " wrong comes from environments/ on the trunk")
                  .formatted(branch));
      case Restored.Conflict(var paths) ->
          byHand(
              retreat,
              "'%s' has changed %s again since".formatted(branch, String.join(", ", paths)));
      case Restored.Rejected(var reason) -> byHand(retreat, reason);
    };
  }

  private static Asked byHand(Retreat retreat, String reason) {
    return new Asked.Conflict(
        "no revert commit was pushed: %s%nthe rollback holds all the same; let '%s' follow by hand:%n%n  git revert %s%n"
            .formatted(reason, retreat.from().branch(), retreat.from().revision()));
  }

  private static Restoration wish(Target target, Person by, Retreat retreat) {
    return new Restoration(
        retreat.from().branch(),
        retreat.from().revision(),
        retreat.to().revision(),
        paths(target, retreat),
        Author.of(by.name()),
        "Rolled back by %s: %s".formatted(by.name(), by.why()));
  }

  /** What makes the release: the application's manifest, and its files if they lie beside it. */
  private static Set<String> paths(Target target, Retreat retreat) {
    var paths = new HashSet<String>();
    paths.add("apps/%s.yaml".formatted(target.application()));
    if (retreat.to().source() instanceof ArtifactSource.Tree(var _, var _, var path)) {
      paths.add(path);
    }
    return paths;
  }
}
