package dev.slipway.strategies.advice;

import dev.slipway.strategies.advice.Advice.Reason;
import dev.slipway.strategies.advice.Question.Choice;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Recommends a strategy: walks down the decision tree by the answers that were given.
 *
 * <p>It asks nothing that makes no difference. What suits best may not be built yet; then it says
 * so, and goes on to the best that is.
 */
public final class Advisor {
  private final Set<Technique> built;

  /** Makes an advisor who knows what is built. */
  public Advisor(Set<Technique> built) {
    this.built = Set.copyOf(built);
  }

  /** Returns the next question, or the advice once the answers are enough for one. */
  public Consultation consult(Map<Question, Choice> answers) {
    return new Walk(answers).from(Decision.tree());
  }

  /** One way down the tree. */
  private final class Walk {
    private final Map<Question, Choice> answers;
    private final List<Reason> reasons = new ArrayList<>();
    private Optional<Advice> best = Optional.empty();

    private Walk(Map<Question, Choice> answers) {
      this.answers = answers;
    }

    private Consultation from(Decision decision) {
      return switch (decision) {
        case Decision.Fork fork -> at(fork);
        case Decision.Settled(var technique) -> advises(technique);
        case Decision.Preferred(var technique, var otherwise) -> {
          if (built.contains(technique)) {
            yield advises(technique);
          }
          best = best.or(() -> Optional.of(new Advice(technique, technique, reasons, List.of())));
          yield from(otherwise);
        }
      };
    }

    private Consultation at(Decision.Fork fork) {
      Choice answer = answers.get(fork.question());
      Decision way = answer == null ? null : fork.ways().get(answer);
      if (answer == null || way == null) {
        return new Consultation.Asks(fork.question());
      }
      var reason = new Reason(fork.question(), answer);
      if (!reasons.contains(reason)) {
        reasons.add(reason);
      }
      return from(way);
    }

    private Consultation advises(Technique technique) {
      return new Consultation.Advises(
          best.map(wished ->
                  new Advice(
                      wished.best(),
                      technique,
                      wished.reasons(),
                      reasons.subList(wished.reasons().size(), reasons.size())))
              .orElseGet(() -> new Advice(technique, technique, reasons, List.of())));
    }
  }
}
