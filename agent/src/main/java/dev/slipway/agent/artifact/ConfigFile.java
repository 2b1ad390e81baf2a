package dev.slipway.agent.artifact;

import dev.slipway.strategies.fleet.Template;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;

/**
 * A text of the config repository that is laid into a release, with variables that each host fills.
 *
 * @param path below the release
 * @param mode what others and the owner's group may do, as three octal digits
 * @param text before it is filled
 */
public record ConfigFile(String path, String mode, String text) {
  /** The directory of a release in which the files of its units lie. */
  public static final String UNITS = ".slipway/units/";

  /** The modes that a file of a release may have: it is read-only once it is there. */
  public static final Set<String> MODES = Set.of("644", "640", "755", "750");

  public ConfigFile {
    if (!MODES.contains(mode)) {
      throw new IllegalArgumentException(
          "mode %s of '%s' is none of %s".formatted(mode, path, MODES));
    }
  }

  /**
   * Returns the file as a host gets it.
   *
   * @throws IllegalArgumentException if a variable has no value here
   */
  ConfigFile filled(Map<String, String> values) {
    return new ConfigFile(path, mode, new Template(text).fill(values));
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
