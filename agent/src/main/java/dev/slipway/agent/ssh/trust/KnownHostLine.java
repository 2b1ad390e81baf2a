package dev.slipway.agent.ssh.trust;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One line of a {@code known_hosts} file.
 *
 * @param hosts patterns, or one hash of a name
 * @param blob the key in wire format, as base64
 */
record KnownHostLine(int number, Marker marker, List<String> hosts, String type, String blob) {
  private static final String HASHED = "|1|";
  private static final String HASH = "\\|1\\|[A-Za-z0-9+/]{27}=\\|[A-Za-z0-9+/]{27}=";

  /** What stands before the names. */
  enum Marker {
    NONE,
    CERT_AUTHORITY,
    REVOKED
  }

  static KnownHostLine parse(Path file, int number, String text) throws SetupException {
    List<String> words = Arrays.asList(text.split("[ \t]+", -1));
    Marker marker = Marker.NONE;
    if (text.startsWith("@")) {
      marker = marker(file, number, words.getFirst());
      words = words.subList(1, words.size());
    }
    if (words.size() < 3) {
      throw new SetupException(
          "%s:%d: expected host names, key type and key, found '%s'".formatted(file, number, text));
    }
    var hosts = hosts(file, number, words.get(0));
    var blob = blob(file, number, words.get(1), words.get(2));
    return new KnownHostLine(number, marker, hosts, words.get(1), blob);
  }

  private static List<String> hosts(Path file, int number, String word) throws SetupException {
    if (!word.startsWith("|")) {
      return List.of(word.toLowerCase(Locale.ROOT).split(",", -1));
    }
    // A hash is base64 and must keep its case. One that cannot be read would match nobody, and so
    // make a revocation void.
    if (!word.matches(HASH)) {
      throw new SetupException("%s:%d: '%s' is no hashed host name".formatted(file, number, word));
    }
    return List.of(word);
  }

  private static Marker marker(Path file, int number, String word) throws SetupException {
    return switch (word) {
      case "@cert-authority" -> Marker.CERT_AUTHORITY;
      case "@revoked" -> Marker.REVOKED;
      case String other ->
          throw new SetupException(
              "%s:%d: '%s' is neither @cert-authority nor @revoked".formatted(file, number, other));
    };
  }

  private static String blob(Path file, int number, String type, String base64)
      throws SetupException {
    byte[] bytes;
    try {
      bytes = Base64.getDecoder().decode(base64);
    } catch (IllegalArgumentException e) {
      throw new SetupException("%s:%d: the key is not base64".formatted(file, number));
    }
    byte[] head =
        ByteBuffer.allocate(Integer.BYTES + type.length())
            .putInt(type.length())
            .put(type.getBytes(StandardCharsets.ISO_8859_1))
            .array();
    if (bytes.length <= head.length || Arrays.mismatch(head, bytes) != head.length) {
      throw new SetupException("%s:%d: the key is no %s key".formatted(file, number, type));
    }
    return Base64.getEncoder().encodeToString(bytes);
  }

  /** Returns whether the line takes trust away from the key, or from what signed it. */
  boolean revokes(List<String> names, HostKey key) {
    return marker == Marker.REVOKED
        && (key.blob().equals(blob) || key.authority().filter(blob::equals).isPresent())
        && matches(names);
  }

  /** Returns whether the line is a reason to trust the key. */
  boolean trusts(List<String> names, HostKey key) {
    return switch (marker) {
      case NONE -> key.blob().equals(blob) && matches(names);
      case CERT_AUTHORITY -> key.authority().filter(blob::equals).isPresent() && matches(names);
      case REVOKED -> false;
    };
  }

  /** Returns whether the line names a key, or what signs keys, of the server. */
  boolean knows(List<String> names) {
    return marker != Marker.REVOKED && matches(names);
  }

  /** Returns the names under which such keys are asked for when connecting. */
  List<String> algorithms() {
    if (marker == Marker.CERT_AUTHORITY) {
      // What signs says nothing about the kind of key that it signed.
      return List.of(
          "ssh-ed25519-cert-v01@openssh.com",
          "ecdsa-sha2-nistp521-cert-v01@openssh.com",
          "ecdsa-sha2-nistp384-cert-v01@openssh.com",
          "ecdsa-sha2-nistp256-cert-v01@openssh.com");
    }
    return type.equals("ssh-rsa") ? List.of("rsa-sha2-512", "rsa-sha2-256") : List.of(type);
  }

  /** Prints what the line pins and where, for people. */
  String describe(Path file) {
    var what = marker == Marker.CERT_AUTHORITY ? "certificates of " : "";
    return "%s%s %s (%s:%d)".formatted(what, type, fingerprint(), file, number);
  }

  String fingerprint() {
    return HostKey.fingerprint(Base64.getDecoder().decode(blob));
  }

  private boolean matches(List<String> names) {
    return names.stream().anyMatch(this::matches);
  }

  private boolean matches(String name) {
    if (hosts.getFirst().startsWith(HASHED)) {
      return hashMatches(hosts.getFirst(), name);
    }
    boolean matched = false;
    for (String pattern : hosts) {
      if (pattern.startsWith("!")) {
        if (Glob.matches(pattern.substring(1), name)) {
          return false;
        }
      } else {
        matched |= Glob.matches(pattern, name);
      }
    }
    return matched;
  }

  private static boolean hashMatches(String hash, String name) {
    String[] parts = hash.substring(HASHED.length()).split("\\|", -1);
    try {
      var mac = Mac.getInstance("HmacSHA1");
      mac.init(new SecretKeySpec(Base64.getDecoder().decode(parts[0]), "HmacSHA1"));
      byte[] hashed = mac.doFinal(name.getBytes(StandardCharsets.UTF_8));
      return MessageDigest.isEqual(hashed, Base64.getDecoder().decode(parts[1]));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has HmacSHA1", e);
    }
  }
}
