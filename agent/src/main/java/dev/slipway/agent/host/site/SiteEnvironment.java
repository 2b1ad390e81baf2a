package dev.slipway.agent.host.site;

import dev.slipway.agent.secret.Secret;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * The variables that a release's process gets in one slot of one host, as they are written there.
 *
 * <p>The release's own come first, the host's are laid over them, and Slipway adds {@code
 * SLIPWAY_RELEASE}, {@code SLIPWAY_SLOT} and, unless the application says otherwise, {@code PORT}.
 * The text means the same to systemd's {@code EnvironmentFile} and to a POSIX shell.
 */
public record SiteEnvironment(String text) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  // What both readers take for something else inside double quotes.
  private static final Pattern SPECIAL = Pattern.compile("[\"\\\\`$]");

  /** The digest of what lies on a host where no variables were written. */
  public static final Digest NONE = Digest.of("");

  /**
   * Returns the variables of a release in a slot.
   *
   * @param secrets the values of those of the release that are secret
   * @throws IllegalArgumentException if a name or value cannot be written
   */
  public static SiteEnvironment of(
      Release release, Host host, Slot slot, Map<String, Secret> secrets) {
    var variables = new TreeMap<String, String>();
    slot.port().ifPresent(port -> variables.put("PORT", String.valueOf(port)));
    variables.putAll(release.env());
    secrets.forEach((name, secret) -> variables.put(name, secret.value()));
    variables.putAll(host.env());
    variables.put("SLIPWAY_RELEASE", release.id().toString());
    variables.put("SLIPWAY_SLOT", slot.name());
    return new SiteEnvironment(written(variables));
  }

  /** Returns these variables with others laid over them. */
  SiteEnvironment and(Map<String, String> others) {
    return new SiteEnvironment(text + written(new TreeMap<>(others)));
  }

  /** Returns the digest by which a host's variables are compared with those that are wanted. */
  public Digest digest() {
    return Digest.of(text);
  }

  /** Hidden, for secrets may be among them. */
  @Override
  public String toString() {
    return "(variables)";
  }

  private static String written(SortedMap<String, String> variables) {
    var text = new StringBuilder();
    variables.forEach((name, value) -> text.append(line(name, value)));
    return text.toString();
  }

  private static String line(String name, String value) {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException(
          "'%s' is not the name of a variable; use letters, digits and _".formatted(name));
    }
    if (value.indexOf('\0') >= 0) {
      throw new IllegalArgumentException("the value of '%s' holds a NUL".formatted(name));
    }
    return name + "=\"" + SPECIAL.matcher(value).replaceAll("\\\\$0") + "\"\n";
  }
}
