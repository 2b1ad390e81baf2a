package dev.slipway.agent.host.site;

import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.secret.Vault;
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
 * @param roles every role that the host plays, this one among them, in the application's order
 * @param context values of the {@link dev.slipway.strategies.fleet.Template} variables that do not
 *     follow from the rest: the environment, and the branch where there is one
 * @param vault with the secrets of the environment
 */
public record Place(
    Application application,
    Role role,
    List<Role> roles,
    Host host,
    Map<String, String> context,
    Become become,
    Vault vault) {
  public Place {
    roles = List.copyOf(roles);
    context = Map.copyOf(context);
  }

  /** Makes a place to which no release with secrets comes. */
  public Place(
      Application application,
      Role role,
      List<Role> roles,
      Host host,
      Map<String, String> context,
      Become become) {
    this(application, role, roles, host, context, become, Vault.empty());
  }

  /** The variables of a process, if all can be had. */
  public sealed interface Furnished {
    /** These are they. */
    record With(SiteEnvironment environment) implements Furnished {}

    /** A secret cannot be used. */
    record Lacking(String reason) implements Furnished {}
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

  /** Returns what the files of a release are filled with: all of a host have the same ones. */
  Map<String, String> variables(Release release) {
    var values = ofHost();
    values.put("version", release.version());
    return Map.copyOf(values);
  }

  /** Returns the variables of a release's process in a slot; roles of one link share them. */
  public Furnished environment(Slot slot, Release release) {
    return switch (vault.open(release.secrets())) {
      case Vault.Opened.Lacking(var reasons) -> new Furnished.Lacking(String.join("; ", reasons));
      case Vault.Opened.Values(var secrets) ->
          new Furnished.With(SiteEnvironment.of(release, host, first(slot), secrets));
    };
  }

  /** Returns what commands that end by themselves are told besides the variables of a process. */
  Map<String, String> told() {
    return Map.of("SLIPWAY_HOST", host.name(), "SLIPWAY_ROLE", role.name());
  }

  private Slot first(Slot slot) {
    return onLink(slot).stream()
        .flatMap(other -> other.slots().stream())
        .filter(other -> other.name().equals(slot.name()) && other.port().isPresent())
        .findFirst()
        .orElse(slot);
  }

  /** Returns the roles of this host that use the slot's link. */
  List<Role> onLink(Slot slot) {
    return roles.stream()
        .filter(other -> other.slots().stream().anyMatch(it -> it.name().equals(slot.name())))
        .toList();
  }

  /** Returns this place as another role of the host sees it. */
  Place as(Role other) {
    return new Place(application, other, roles, host, context, become, vault);
  }

  /** Returns the role's slot of a name. */
  Slot slot(String name) {
    return role.slots().stream()
        .filter(slot -> slot.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("there is no slot '%s'".formatted(name)));
  }

  /** Returns whether the role is the first, whose records on hosts go by the slot alone. */
  boolean isFirst() {
    return role.name().equals(application.judged().name());
  }

  /** Returns the name under which the script knows a slot of the role. */
  String nameOf(Slot slot) {
    return isFirst() ? slot.name() : slot.name() + "@" + role.name();
  }

  /** Returns the arguments by which the script knows whose records and processes are meant. */
  List<String> part() {
    return isFirst() ? List.of() : List.of("role=" + role.name());
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
