package dev.slipway.agent.balancer;

import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.Observed;
import java.util.List;
import java.util.Optional;

/** What a balancer answers. Reasons leave its name to whoever asked, who knows it. */
public sealed interface Answer {

  /**
   * This is so now, as read back.
   *
   * @param generation changes when the balancer was restarted or reloaded by others
   */
  record Now(Observed observed, String generation) implements Answer {}

  /**
   * It was not made true, and this is why: a missing server, a refused weight, another read-back.
   */
  record Refused(String reason) implements Answer {}

  /**
   * It cannot be asked.
   *
   * @param still what proves that it carries no traffic, so that nothing is lost by going on
   *     without it; empty if it may
   */
  record Unreachable(String reason, Optional<String> still) implements Answer {
    /** One that may carry traffic, for all that is known. */
    public Unreachable(String reason) {
      this(reason, Optional.empty());
    }
  }

  /** Returns how the observed traffic differs from a wanted one at this balancer's own scale. */
  static List<String> differences(Observed observed, FlatTraffic wanted) {
    return observed.differences(wanted);
  }
}
