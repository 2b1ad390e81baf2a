package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.FakeMachine;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.host.site.runs.RunsContract;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Slot;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;

/** Goal: hooks and tasks of the simulator are like real ones. Method: the contract of both. */
class FakeRunsTest extends RunsContract {
  private FakeFleet fleet;

  @BeforeEach
  void makeFleet() {
    fleet =
        new FakeFleet(
            new Fleet(
                "test",
                place().application(),
                Map.of(place().role().name(), List.of(place().host()))));
  }

  @Override
  protected Sites sites() {
    return fleet;
  }

  @Override
  protected Machine machine() {
    return new FakeMachine(place().host().name());
  }

  @Override
  protected String linkedByHand(Slot slot) {
    throw new AssertionError("no test of this class sets a link");
  }
}
