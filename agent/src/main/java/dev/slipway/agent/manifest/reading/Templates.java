package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Texts with variables, filled where every variable has a value, else refused. */
final class Templates {
  private static final Pattern VARIABLE = Pattern.compile("\\{\\{\\s*([^{}]*?)\\s*}}");

  private final List<Problem> problems;

  Templates(List<Problem> problems) {
    this.problems = problems;
  }

  /** Returns whether a text is another one for every branch that has an environment of its own. */
  static boolean tellsBranches(String text) {
    return names(text, "environment") || names(text, "branch.slug");
  }

  /** Returns whether a text names a variable. */
  static boolean names(String text, String variable) {
    return VARIABLE.matcher(text).results().anyMatch(found -> found.group(1).equals(variable));
  }

  /** Returns the values that a host gives. */
  static Map<String, String> of(Host host, Map<String, String> context) {
    var values = new HashMap<>(context);
    values.put("host.name", host.name());
    values.put("host.address", host.address());
    host.region().ifPresent(region -> values.put("host.region", region));
    host.region().ifPresent(region -> values.put("region", region));
    return values;
  }

  /** Returns the values that an instance gives. */
  static Map<String, String> of(Host host, Slot slot, String role, Map<String, String> context) {
    var values = new HashMap<>(of(host, context));
    values.put("role", role);
    values.put("process", role);
    values.put("slot", slot.name());
    slot.port().ifPresent(port -> values.put("port", String.valueOf(port)));
    return values;
  }

  /** Returns the filled text; where a variable has no value, notes it and leaves it. */
  String fill(Place place, String text, Map<String, String> values) {
    return check(place, Shown.text(text), text, values) ? new Template(text).fill(values) : text;
  }

  /** Returns whether every variable of a text has a value; notes it by the text's name if not. */
  boolean check(Place place, String name, String text, Map<String, String> values) {
    var missing = new TreeSet<String>();
    VARIABLE
        .matcher(text)
        .results()
        .map(found -> found.group(1))
        .filter(variable -> !values.containsKey(variable))
        .forEach(missing::add);
    if (missing.isEmpty()) {
      return true;
    }
    var problem =
        place.problem(
            "%s names %s, which has no value here"
                .formatted(name, Shown.bare(String.join(", ", missing))),
            "use " + known(values.keySet()));
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
    return false;
  }

  private static String known(Collection<String> names) {
    return names.stream().sorted().map(name -> "{{" + name + "}}").toList().toString();
  }
}
