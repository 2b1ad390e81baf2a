package dev.slipway.strategies.fleet;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/** A SHA-256 as 64 lower-case hexadecimal digits, the form that {@code sha256sum} prints. */
public record Digest(String hex) implements Comparable<Digest> {
  private static final Pattern FORM = Pattern.compile("[0-9a-f]{64}");
  private static final int SHORT = 12;

  public Digest {
    if (!FORM.matcher(hex).matches()) {
      throw new IllegalArgumentException("'%s' is not 64 hexadecimal digits".formatted(hex));
    }
  }

  /** Returns the digest of the text's UTF-8 bytes. */
  public static Digest of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Returns the digest of the bytes. */
  public static Digest of(byte[] bytes) {
    try {
      return new Digest(
          HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Returns the first twelve digits, as directories and people use them. */
  public String abbreviated() {
    return hex.substring(0, SHORT);
  }

  @Override
  public int compareTo(Digest other) {
    return hex.compareTo(other.hex);
  }

  @Override
  public String toString() {
    return hex;
  }
}
