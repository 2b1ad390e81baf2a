package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.FakeMachine;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.host.site.runs.RunsContract;
import org.junit.jupiter.api.BeforeEach;

/** Goal: hooks and tasks of the simulator are like real ones. Method: the contract of both. */
class FakeRunsTest extends RunsContract {
  private FakeFleet fleet;

  @BeforeEach
  void makeFleet() {
    fleet = FakeFleet.of(place());
  }

  @Override
  protected Sites sites() {
    return fleet;
  }

  @Override
  protected Machine machine() {
    return new FakeMachine(place().host().name());
  }
}
