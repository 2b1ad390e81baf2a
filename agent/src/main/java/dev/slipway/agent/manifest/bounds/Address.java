package dev.slipway.agent.manifest.bounds;

import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** An address of a host as people write it: one host has many spellings. */
public final class Address {
  private static final Pattern DOTTED =
      Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})\\.){3}(?:0|[1-9][0-9]{0,2})");

  /** What ends in a number is read as a number by some, whatever stands before it. */
  private static final Pattern NUMERIC = Pattern.compile("(?:.*\\.)?(?:[0-9]+|0x[0-9a-f]*)\\.?");

  /** A pattern that can only mean numbers. */
  private static final Pattern OF_NUMBERS = Pattern.compile("[0-9.*]*[0-9][0-9.*]*|.*:.*");

  private Address() {}

  /** Returns the one spelling of a host: names do not care for case, numbers not for zeros. */
  public static String canonical(String written) {
    String lower = written.toLowerCase(Locale.ROOT);
    return literal(lower).map(InetAddress::getHostAddress).orElse(lower);
  }

  /** Returns the one spelling of the machine that a host is; local hosts share the agent's. */
  public static String machine(Host host) {
    return host.reach() == Reach.LOCAL ? "the agent's machine" : canonical(host.address());
  }

  /** Returns the number that is written; empty for a name. */
  static Optional<InetAddress> literal(String written) {
    if (!written.contains(":") && !DOTTED.matcher(written).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.ofLiteral(written));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /** Returns whether a text can only be meant as a number, and yet is not written like one. */
  static boolean isDisguised(String written) {
    return literal(written).isEmpty()
        && NUMERIC.matcher(written.toLowerCase(Locale.ROOT)).matches();
  }

  /**
   * Returns whether a pattern means an address. {@code 10.0.0.*} means numbers, and not the name
   * {@code 10.0.0.1.example.org}.
   */
  static boolean matches(String pattern, String address) {
    if (!OF_NUMBERS.matcher(pattern).matches()) {
      return new Glob(pattern).matches(address);
    }
    return literal(address).isPresent()
        && (new Glob(pattern).matches(address) || canonical(pattern).equals(canonical(address)));
  }
}
