package dev.slipway.agent.secret;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** The secrets of one environment, by which names its releases ask for them. */
public final class Vault {
  private static final Vault EMPTY =
      new Vault(name -> new Secrets.Read.Unusable("'%s': there are no secrets".formatted(name)));

  private final Function<String, Secrets.Read> read;

  private Vault(Function<String, Secrets.Read> read) {
    this.read = read;
  }

  /** Returns the secrets of an environment, which are read whenever one is asked for. */
  public static Vault of(Secrets secrets, String environment) {
    return new Vault(name -> secrets.read(new SecretName(environment, name)));
  }

  /** Returns a vault in which there is nothing. */
  public static Vault empty() {
    return EMPTY;
  }

  /** What came of looking for secrets. */
  public sealed interface Opened {
    /** All are here, by their names. */
    record Values(Map<String, Secret> secrets) implements Opened {
      public Values {
        secrets = Map.copyOf(secrets);
      }
    }

    /** Not all can be used; the reasons name those that cannot, and say what to do. */
    record Lacking(List<String> reasons) implements Opened {
      public Lacking {
        reasons = List.copyOf(reasons);
      }
    }
  }

  /** Reads the secrets of these names, as they are now. */
  public Opened open(Collection<String> names) {
    var found = new TreeMap<String, Secret>();
    var reasons = new ArrayList<String>();
    for (String name : names) {
      switch (read.apply(name)) {
        case Secrets.Read.Found(var secret) when secret.value().indexOf('\0') >= 0 ->
            reasons.add("secret '%s' holds a NUL, which no variable can".formatted(name));
        case Secrets.Read.Found(var secret) -> found.put(name, secret);
        case Secrets.Read.Unusable(var reason) -> reasons.add(reason);
      }
    }
    return reasons.isEmpty() ? new Opened.Values(found) : new Opened.Lacking(reasons);
  }
}
