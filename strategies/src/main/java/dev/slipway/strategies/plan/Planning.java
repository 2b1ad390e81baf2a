package dev.slipway.strategies.plan;

import java.util.List;

/** What came of planning. */
public sealed interface Planning {

  /** A plan that can proceed. */
  record Ready(Plan plan) implements Planning {}

  /** No plan, and every reason: it could never proceed, or it would leave too little serving. */
  record Refused(List<String> reasons) implements Planning {
    public Refused {
      reasons = List.copyOf(reasons);
      if (reasons.isEmpty()) {
        throw new IllegalArgumentException("a refusal needs a reason");
      }
    }
  }
}
