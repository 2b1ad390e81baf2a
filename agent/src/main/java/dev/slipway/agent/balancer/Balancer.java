package dev.slipway.agent.balancer;

import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Traffic;
import java.util.Set;

/**
 * One balancer in front of one role of one application: one verb and one question.
 *
 * <p>Implementations are safe for use by several threads.
 */
public interface Balancer extends AutoCloseable {

  /** Returns the name that the environment gave it. */
  String name();

  /** Returns what it can do. */
  Set<Capability> capabilities();

  /** Returns what it draws the users by who stay on a track; those of one name draw them alike. */
  default String userHash() {
    return "of the edge";
  }

  /**
   * Makes the traffic true, members that gain before members that lose, and reads it back. A member
   * that the traffic does not name is out.
   *
   * <p>What it cannot carry is refused before anything is changed, and so is every agent but the
   * newest one of the store that it obeys.
   */
  Answer make(Traffic wanted, Epoch epoch);

  /**
   * Reads what is true; changes nothing. Every member that requests could be sent to is seen, also
   * while it is out; one that is not seen has no server.
   */
  Answer observe();

  /** Reads what it has counted for each member; changes nothing. */
  default Counted counted() {
    return new Counted.Never("it keeps no counts for each member");
  }

  /**
   * Has nothing more to do with the route, all of whose members are out; what its owner's
   * configuration declares stays.
   */
  default Answer leave(Epoch epoch) {
    return observe();
  }

  @Override
  void close();
}
