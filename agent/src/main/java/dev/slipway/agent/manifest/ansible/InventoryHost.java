package dev.slipway.agent.manifest.ansible;

import java.util.Collections;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A host as an inventory describes it, everything taken together.
 *
 * @param groups those that it is in, itself or by their parents, without all and ungrouped
 * @param variables as they count for this host, by Ansible's order of precedence
 */
record InventoryHost(String name, NavigableSet<String> groups, Map<String, String> variables) {
  InventoryHost {
    groups = Collections.unmodifiableNavigableSet(new TreeSet<>(groups));
    variables = Collections.unmodifiableMap(new TreeMap<>(variables));
  }

  /** Returns the first of these variables that is there, with the host's name filled in. */
  Optional<String> variable(String... names) {
    for (String name : names) {
      String value = variables.get(name);
      if (value != null && !value.isBlank()) {
        return Optional.of(value.replaceAll("\\{\\{\\s*inventory_hostname\\s*}}", this.name));
      }
    }
    return Optional.empty();
  }
}
