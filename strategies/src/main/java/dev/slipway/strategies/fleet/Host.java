package dev.slipway.strategies.fleet;

import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A machine that instances run on; {@code env} is laid over the application's environment. */
public record Host(
    String name, String address, Optional<String> region, Reach reach, Map<String, String> env) {
  public Host {
    if (name.isBlank() || address.isBlank()) {
      throw new IllegalArgumentException("a host needs a name and an address");
    }
    env = Collections.unmodifiableMap(new TreeMap<>(env));
  }

  @Override
  public String toString() {
    return name;
  }
}
