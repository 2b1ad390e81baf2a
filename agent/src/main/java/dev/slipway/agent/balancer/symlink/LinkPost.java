package dev.slipway.agent.balancer.symlink;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;

/**
 * The link of one host.
 *
 * @param slots the instances of the host, and the directory of each
 */
record LinkPost(
    String host, String link, Map<Instance, String> slots, Pointer pointer, Guard guard) {
  /** A link has no process that could be another one. */
  private static final String GENERATION = "link";

  LinkPost {
    slots = Map.copyOf(slots);
  }

  Answer look() {
    return answer(pointer.look());
  }

  /** Serves this instance and no other; empty is nobody. */
  Answer serve(Optional<Instance> wanted, Epoch epoch) {
    return named(guard.within(epoch, () -> point(wanted)));
  }

  private Answer point(Optional<Instance> wanted) {
    return switch (pointer.look()) {
      case Pointer.Found.Nothing now -> change(now, Optional.empty(), wanted);
      case Pointer.Found.To now when served(now.target()).isPresent() ->
          change(now, Optional.of(now.target()), wanted);
      case Pointer.Found found -> answer(found);
    };
  }

  private Answer change(Pointer.Found now, Optional<String> from, Optional<Instance> wanted) {
    if (from.flatMap(this::served).equals(wanted)) {
      return answer(now);
    }
    Pointer.Found after =
        wanted
            .map(instance -> pointer.point(from, directory(instance)))
            .orElseGet(() -> pointer.remove(from.orElseThrow()));
    Answer answer = answer(after);
    return answer instanceof Answer.Now && !serving(after).equals(wanted)
        ? new Answer.Refused("%s does not point where it was pointed".formatted(link))
        : answer;
  }

  private Optional<Instance> serving(Pointer.Found found) {
    return found instanceof Pointer.Found.To(var target) ? served(target) : Optional.empty();
  }

  private String directory(Instance instance) {
    return Optional.ofNullable(slots.get(instance)).orElseThrow();
  }

  private Optional<Instance> served(String target) {
    Path at = Path.of(link).resolveSibling(target).normalize();
    return slots.entrySet().stream()
        .filter(slot -> Path.of(slot.getValue()).normalize().equals(at))
        .map(Map.Entry::getKey)
        .findFirst();
  }

  private Answer answer(Pointer.Found found) {
    return named(
        switch (found) {
          case Pointer.Found.Nothing _ -> now(Optional.empty());
          case Pointer.Found.To(var target) ->
              served(target)
                  .<Answer>map(one -> now(Optional.of(one)))
                  .orElseGet(() -> stray(target));
          case Pointer.Found.Not(var reason) -> new Answer.Refused(reason);
          case Pointer.Found.Unreachable(var reason) -> new Answer.Unreachable(reason);
        });
  }

  private Answer stray(String target) {
    return new Answer.Refused(
        "%s points to %s, which is none of %s; remove the link, or let it point to one of them"
            .formatted(link, target, String.join(", ", slots.values().stream().sorted().toList())));
  }

  private Answer named(Answer answer) {
    String prefix = host + ": ";
    return switch (answer) {
      case Answer.Now now -> now;
      case Answer.Refused(var reason) ->
          new Answer.Refused(reason.startsWith(prefix) ? reason : prefix + reason);
      case Answer.Unreachable(var reason, var still) ->
          new Answer.Unreachable(reason.startsWith(prefix) ? reason : prefix + reason, still);
    };
  }

  private Answer.Now now(Optional<Instance> serving) {
    var seen = new TreeMap<Instance, Seen>();
    for (Instance instance : slots.keySet()) {
      seen.put(instance, seen(serving.equals(Optional.of(instance))));
    }
    return new Answer.Now(new Observed(seen), GENERATION);
  }

  /** Nobody counts who reads a directory. */
  private static Seen seen(boolean isServed) {
    return new Seen(
        isServed ? 1 : 0,
        isServed ? MemberState.SERVING : MemberState.OUT,
        Witness.NONE,
        OptionalInt.empty());
  }
}
