package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerContract;
import dev.slipway.agent.balancer.Subject;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.MemberState;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Goal: what rollouts are tested with behaves like the real thing. Method: the same contract. */
class FakeBalancerTest extends BalancerContract<FakeBalancerTest.Made> {
  private static final Instance FORGOTTEN = new Instance("forgotten", "web", "current");

  @Override
  protected Made open(Path directory) {
    return new Made();
  }

  /** A fake with three members that serve, as its file says. */
  static final class Made implements Subject {
    private final Set<Instance> fallen = ConcurrentHashMap.newKeySet();
    private final FakeBalancer fake =
        new FakeBalancer(
            "front",
            new Object(),
            instance -> !fallen.contains(instance),
            Map.of(
                Trials.A,
                MemberState.SERVING,
                Trials.B,
                MemberState.SERVING,
                Trials.C,
                MemberState.SERVING,
                FORGOTTEN,
                MemberState.SERVING));

    Made() {
      fake.knowsNot(FORGOTTEN);
    }

    @Override
    public Balancer balancer() {
      return fake;
    }

    @Override
    public Set<Capability> capabilities() {
      return Set.of(
          Capability.WEIGHTS,
          Capability.DRAIN_COUNTS,
          Capability.WITNESS,
          Capability.PARKING,
          Capability.MATCH,
          Capability.STICKY,
          Capability.MIRROR,
          Capability.COMPARE);
    }

    @Override
    public Memory memory() {
      return Memory.FORGETS;
    }

    @Override
    public Set<Instance> strangers() {
      return Set.of(Trials.STRANGER, FORGOTTEN);
    }

    @Override
    public void goesAway() {
      fake.goesAway("connection refused");
    }

    @Override
    public void restarts() {
      fake.returns();
      fake.restarts();
    }

    @Override
    public void isTakenOver(Epoch epoch) {
      fake.isTakenOver(epoch);
    }

    @Override
    public void falls(Instance instance) {
      fallen.add(instance);
    }

    @Override
    public Open begin() {
      var only = fake.onlyOne();
      fake.holds(only, 1);
      return () -> fake.holds(only, 0);
    }

    @Override
    public void close() {
      fake.close();
    }
  }
}
