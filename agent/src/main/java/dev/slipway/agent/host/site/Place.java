package dev.slipway.agent.host.site;

import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A role of an application on a host, and the rights that are used there.
 *
 * @param context values of the {@link dev.slipway.strategies.fleet.Template} variables that do not
 *     follow from the rest: the environment, and the branch where there is one
 */
public record Place(
    Application application, Role role, Host host, Map<String, String> context, Become become) {
  public Place {
    context = Map.copyOf(context);
  }

  /** Returns what templates are filled with for a release in a slot of this place. */
  public Map<String, String> variables(Slot slot, Release release) {
    var values = ofHost();
    values.put("role", role.name());
    values.put("process", role.name());
    values.put("slot", slot.name());
    slot.port().ifPresent(port -> values.put("port", String.valueOf(port)));
    values.put("version", release.version());
    return Map.copyOf(values);
  }

  /**
   * Returns the directory of the application on this host. The host's name may be a part of it,
   * since several hosts on one machine share its files.
   */
  public String deployPath() {
    return new Template(application.deployPath()).fill(ofHost());
  }

  private Map<String, String> ofHost() {
    var values = new HashMap<>(context);
    values.put("host.name", host.name());
    values.put("host.address", host.address());
    host.region().ifPresent(region -> values.put("host.region", region));
    host.region().ifPresent(region -> values.put("region", region));
    return values;
  }

  /** Returns the arguments by which the script knows whose shared files and processes are. */
  List<String> owner() {
    return application
        .owner()
        .map(owner -> List.of("user=" + owner.user(), "group=" + owner.group()))
        .orElseGet(List::of);
  }
}
