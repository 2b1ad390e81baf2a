package dev.slipway.strategies.analysis.arms;

/** What the numbers say of one goal. */
public sealed interface Finding {
  /** Returns the goal. */
  Goal goal();

  /** Returns what was found, for people. */
  String detail();

  /** The candidate does better, by more than chance explains. */
  record CandidateBetter(Goal goal, Effect effect) implements Finding {
    @Override
    public String detail() {
      return "%s is better: %s".formatted(goal.name(), effect.text());
    }
  }

  /** The candidate does worse, by more than chance explains. */
  record CandidateWorse(Goal goal, Effect effect) implements Finding {
    @Override
    public String detail() {
      return "%s is worse: %s".formatted(goal.name(), effect.text());
    }
  }

  /** No difference was found that is great and sure enough. */
  record NoDifference(Goal goal, Effect effect) implements Finding {
    @Override
    public String detail() {
      return "%s shows no difference: %s".formatted(goal.name(), effect.text());
    }
  }

  /** One of the two was not seen often enough. */
  record NotEnoughData(Goal goal, String reason) implements Finding {
    @Override
    public String detail() {
      return "%s: %s".formatted(goal.name(), reason);
    }
  }
}
