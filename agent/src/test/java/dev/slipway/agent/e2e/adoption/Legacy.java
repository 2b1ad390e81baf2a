package dev.slipway.agent.e2e.adoption;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Fleet;
import java.util.List;

/** A fleet on which something else than Slipway deploys. */
interface Legacy extends Fleet {

  /** Deploys a release everywhere in the way that the fleet is used to. */
  void deploy(String version, Behaviour behaviour);

  /** Returns the name of the directory that holds what was deployed last. */
  String release();

  /** Returns the process that serves on each host, so that a restart shows. */
  List<String> processes();
}
