package dev.slipway.strategies.advice;

import static dev.slipway.strategies.advice.Question.APART;
import static dev.slipway.strategies.advice.Question.BALANCER;
import static dev.slipway.strategies.advice.Question.DOUBLE;
import static dev.slipway.strategies.advice.Question.GOAL;
import static dev.slipway.strategies.advice.Question.GROWTH;
import static dev.slipway.strategies.advice.Question.MONITORING;
import static dev.slipway.strategies.advice.Question.SEVERAL;
import static dev.slipway.strategies.advice.Question.TRAFFIC;

import dev.slipway.strategies.advice.Question.Choice;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** A node of the decision tree. */
public sealed interface Decision {

  /** Which way it goes on depends on an answer; there is one way for each. */
  record Fork(Question question, Map<Choice, Decision> ways) implements Decision {
    public Fork {
      ways = Collections.unmodifiableMap(new LinkedHashMap<>(ways));
      if (!ways.keySet().equals(Set.copyOf(question.choices()))) {
        throw new IllegalArgumentException("not every answer to %s has a way".formatted(question));
      }
    }
  }

  /** This is it, whatever else is so. */
  record Settled(Technique technique) implements Decision {}

  /** This is it, and where it is not built the way leads on. */
  record Preferred(Technique technique, Decision otherwise) implements Decision {}

  /** Returns the whole tree. */
  static Decision tree() {
    return Trunk.GOALS;
  }

  /** The branches, from the tips down to the trunk. */
  final class Trunk {
    private static final Decision BIG_BANG = new Settled(Technique.RECREATE);

    /** Rolling leaves somebody serving only where there is somebody else, or a second slot. */
    private static final Decision ROLL =
        fork(
            SEVERAL,
            new Settled(Technique.ROLLING),
            balancedAndDouble(new Settled(Technique.ROLLING_BESIDE), BIG_BANG));

    private static final Decision UNWATCHED =
        balancedAndDouble(new Settled(Technique.BLUE_GREEN), ROLL);

    private static final Decision CANARY = new Preferred(Technique.CANARY, UNWATCHED);

    private static final Decision WATCHED =
        fork(
            TRAFFIC,
            balancedAndDouble(fork(GROWTH, CANARY, new Preferred(Technique.RAMPED, CANARY)), ROLL),
            ROLL);

    private static final Decision REPLACE =
        fork(
            APART,
            balancedAndDouble(new Settled(Technique.BLUE_GREEN), BIG_BANG),
            fork(MONITORING, WATCHED, UNWATCHED));

    private static final Decision GOALS =
        fork(
            GOAL,
            REPLACE,
            new Preferred(Technique.AB_TEST, REPLACE),
            balancedAndDouble(
                new Preferred(Technique.SHADOW, REPLACE), fork(APART, BIG_BANG, ROLL)),
            new Preferred(Technique.DARK_LAUNCH, REPLACE));

    private Trunk() {}

    private static Decision balancedAndDouble(Decision both, Decision otherwise) {
      return fork(BALANCER, fork(DOUBLE, both, otherwise), otherwise);
    }

    private static Decision fork(Question question, Decision... ways) {
      var found = new LinkedHashMap<Choice, Decision>();
      List<Choice> choices = question.choices();
      for (int i = 0; i < ways.length; i++) {
        found.put(choices.get(i), ways[i]);
      }
      return new Fork(question, found);
    }
  }
}
