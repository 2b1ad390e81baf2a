package dev.slipway.agent.manifest;

import dev.slipway.strategies.fleet.Digest;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * A branch's name as a DNS label: lower-case letters, digits and inner hyphens, at most 40.
 *
 * <p>{@code feature/login} is {@code feature-login}. Every name from which that does not lead back
 * gets a part of its digest, so that two branches have one slug only if their digests collide.
 */
public final class Slug {
  /** So long that a label of 63 has room for more, such as {@code shop-}. */
  private static final int LENGTH_MAX = 40;

  /** The first hyphen of such a slug was the slash, and no other branch can have had it. */
  private static final Pattern REVERSIBLE =
      Pattern.compile("[a-z0-9]{1,20}(?:/[a-z0-9]+(?:-[a-z0-9]+)*)?");

  /** What ends like a digest could be another branch's slug. */
  private static final Pattern DIGEST_LIKE = Pattern.compile(".*[/-][0-9a-f]{12}");

  private static final int DIGEST_LENGTH = 12;

  private Slug() {}

  /** Returns the slug of a branch. */
  public static String of(String branch) {
    return branch.length() <= LENGTH_MAX
            && REVERSIBLE.matcher(branch).matches()
            && !DIGEST_LIKE.matcher(branch).matches()
        ? branch.replace('/', '-')
        : readable(branch) + Digest.of(branch).hex().substring(0, DIGEST_LENGTH);
  }

  private static String readable(String branch) {
    String plain =
        branch.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
    String begin = plain.substring(0, Math.min(plain.length(), LENGTH_MAX - DIGEST_LENGTH - 1));
    String trimmed = begin.replaceAll("-$", "");
    return trimmed.isEmpty() ? "b-" : trimmed + "-";
  }
}
