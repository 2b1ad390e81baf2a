package dev.slipway.agent.balancer;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import java.util.Set;

/** A balancer under test, what it is said to be able to do, and what may happen to it. */
public interface Subject extends AutoCloseable {

  /** Returns the balancer with the members {@code A}, {@code B} and {@code C} of the contract. */
  Balancer balancer();

  /** Returns its row in the table of capabilities. */
  Set<Capability> capabilities();

  /** Returns what it remembers when its process is started again. */
  Memory memory();

  /** Returns instances that it cannot send anything to, each for another reason. */
  Set<Instance> strangers();

  /** Ends it, so that nobody answers any more. */
  void goesAway();

  /** Starts it again, whether it runs or not. */
  void restarts();

  /** Makes it obey this agent and no other, as a person would. */
  void isTakenOver(Epoch epoch);

  /** Ends the process of a member, so that its checks fail. */
  void falls(Instance instance);

  /** Begins a request on the only member that serves, and leaves it open. */
  Open begin();

  /** A request without an answer yet. */
  interface Open {
    /** Lets it be answered and waits until it is. */
    void end();
  }

  /** What a new process knows of what the one before was told. */
  enum Memory {
    /** The traffic is as it was. */
    KEEPS,
    /** The traffic is as its owner configured it: everybody serves. */
    FORGETS
  }

  @Override
  void close();
}
