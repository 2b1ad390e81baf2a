package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.FakeMachine;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.site.SiteContract;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Slot;
import org.junit.jupiter.api.BeforeEach;

/** Goal: hosts that rollouts are tested on are like real ones. Method: the contract of both. */
class FakeSiteTest extends SiteContract {
  private FakeFleet fleet;

  @BeforeEach
  void makeFleet() {
    fleet = FakeFleet.of(place());
    fleet.behaves(BROKEN, FakeFleet.Behaviour.WILL_NOT_START);
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
    var target = "/srv/by-hand";
    fleet.linksForeign(
        new Instance(place().host().name(), place().role().name(), slot.name()),
        target,
        release("1"));
    return target;
  }
}
