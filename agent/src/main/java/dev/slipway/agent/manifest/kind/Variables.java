package dev.slipway.agent.manifest.kind;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Environment variables as they are written in one place: some with their values, others only by
 * name, because their values are secret.
 */
public record Variables(Map<String, String> clear, Set<String> secret) {
  /** Nothing is written. */
  public static final Variables NONE = new Variables(Map.of(), Set.of());

  public Variables {
    clear = Map.copyOf(clear);
    secret = Set.copyOf(secret);
  }

  /** Reads what stands under {@code env}; what is both clear and secret is a problem. */
  static Variables under(Fields fields) {
    return fields.child("env").map(Variables::read).orElse(NONE);
  }

  private static Variables read(Fields env) {
    Map<String, String> clear = env.variables("clear");
    List<Located> secret = env.texts("secret");
    var names = new ArrayList<String>();
    for (Located name : secret) {
      if (clear.containsKey(name.text())) {
        env.reading()
            .report(
                name.place(),
                "'%s' is both clear and secret".formatted(name),
                "take it out of one of them");
      }
      names.add(name.text());
    }
    return new Variables(clear, Set.copyOf(names));
  }

  /**
   * Returns these with others laid over them, which may make a clear one secret or a secret clear.
   */
  public Variables with(Variables over) {
    var allClear = new HashMap<>(clear);
    allClear.keySet().removeAll(over.secret);
    allClear.putAll(over.clear);
    var allSecret = new HashSet<>(secret);
    allSecret.removeAll(over.clear.keySet());
    allSecret.addAll(over.secret);
    return new Variables(allClear, allSecret);
  }
}
