package dev.slipway.strategies.traffic;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SortedMap;
import java.util.regex.Pattern;

/**
 * Requests of one user stay on one track, which a hash of the user's key decides.
 *
 * <p>Tracks other than the stable one get the low end of the hash. So whoever is on the candidate
 * stays there while its share grows.
 *
 * @param salt makes the choice of one trial independent of that of another
 */
public record Sticky(Key key, String salt) {
  private static final Pattern SALT = Pattern.compile("[A-Za-z0-9_.-]{0,64}");
  private static final long FNV_OFFSET = 0xcbf29ce484222325L;
  private static final long FNV_PRIME = 0x100000001b3L;
  private static final long MIX_1 = 0xff51afd7ed558ccdL;
  private static final long MIX_2 = 0xc4ceb9fe1a85ec53L;
  private static final int HALF = 33;

  public Sticky {
    if (!SALT.matcher(salt).matches()) {
      throw new IllegalArgumentException(
          "'%s' is no salt; write at most 64 letters, digits, _ . and -".formatted(salt));
    }
  }

  /** By what a user is known. */
  public sealed interface Key {
    /** Returns the name of the header or cookie. */
    String name();

    /** Returns for people what it is. */
    default String text() {
      return switch (this) {
        case Header(var name) -> "the header " + name;
        case Cookie(var name) -> "the cookie " + name;
        case Issued(var name, _) -> "the cookie %s, given to whoever has none".formatted(name);
        case Cleared(var name) -> "nothing any more, and take the cookie %s back".formatted(name);
      };
    }

    /** A header that names the user; requests without it go by the shares. */
    record Header(String name) implements Key {
      public Header {
        Names.check("header", name);
      }
    }

    /** A cookie of the application; requests without it go by the shares. */
    record Cookie(String name) implements Key {
      public Cookie {
        Names.check("cookie", name);
      }
    }

    /** A cookie that the balancer gives to whoever has none. */
    record Issued(String name, Duration maxAge) implements Key {
      public Issued {
        Names.check("cookie", name);
        if (maxAge.toSeconds() < 1 || maxAge.toNanosPart() != 0) {
          throw new IllegalArgumentException(
              "a cookie cannot live for %s; write whole seconds, one or more".formatted(maxAge));
        }
      }
    }

    /** Nobody is kept any more, and the cookie that was given is taken back. */
    record Cleared(String name) implements Key {
      public Cleared {
        Names.check("cookie", name);
      }
    }
  }

  /** Returns the track of the user with this key. */
  public String track(SortedMap<String, Share> shares, String user) {
    int left = bucket(user);
    for (var track : shares.entrySet()) {
      if (!track.getKey().equals(Traffic.STABLE)) {
        left -= track.getValue().basisPoints();
        if (left < 0) {
          return track.getKey();
        }
      }
    }
    // All shares together are everything, so that the rest is the stable track's.
    return Traffic.STABLE;
  }

  /** Returns a number from 0 to 9,999 that depends on the user and the salt alone. */
  int bucket(String user) {
    long hash = FNV_OFFSET;
    for (byte next : (salt + '\n' + user).getBytes(StandardCharsets.UTF_8)) {
      hash = (hash ^ (next & 0xff)) * FNV_PRIME;
    }
    // The last bytes have hardly reached the upper bits yet.
    hash = (hash ^ (hash >>> HALF)) * MIX_1;
    hash = (hash ^ (hash >>> HALF)) * MIX_2;
    hash ^= hash >>> HALF;
    return Math.toIntExact(Long.remainderUnsigned(hash, Share.ALL.basisPoints()));
  }
}
