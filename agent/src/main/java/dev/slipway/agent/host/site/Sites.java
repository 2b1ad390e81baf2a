package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Adopted;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Site;

/** Where an application's places on hosts come from. */
public interface Sites {

  /** Returns a place on a machine. Nothing is connected before the first use. */
  Site open(Machine machine, Place place, Epoch epoch);

  /**
   * The place belongs to this store from now on, whatever store it belonged to before.
   *
   * <p>Only for people who know that the other agent is gone for good.
   */
  Act takeOver(Machine machine, Place place, Epoch epoch);

  /** Returns a place where others had put a release that was adopted: it is one of its releases. */
  static Site adopted(Site site, Place place, Adopted adopted) {
    return new AdoptedSite(site, place, adopted);
  }

  /** Returns sites that act through the script. */
  static Sites scripted() {
    return new ScriptedSites(HostScript.load());
  }
}
