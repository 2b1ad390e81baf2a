package dev.slipway.agent.rollout.gate;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.strategies.gate.Approver;
import java.util.Set;

/** Who made the commits that releases come from. */
public interface Authors {
  /** Returns who made the commit of a delivery; empty if nobody can tell. */
  Set<Approver> of(Delivery delivery);
}
