package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Site;

/** Opens sites that act through the script. */
final class ScriptedSites implements Sites {
  private final HostScript script;

  ScriptedSites(HostScript script) {
    this.script = script;
  }

  @Override
  public Site open(Machine machine, Place place, Epoch epoch) {
    return new ScriptedSite(session(machine, place), place, Call.by(epoch));
  }

  @Override
  public Act takeOver(Machine machine, Place place, Epoch epoch) {
    return session(machine, place).change(Call.by(epoch).of("takeover"));
  }

  private ScriptSession session(Machine machine, Place place) {
    return new ScriptSession(script, machine, place.deployPath(), place.become());
  }
}
