package dev.slipway.agent.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The vaults of all environments, and marks by which a changed secret is noticed.
 *
 * <p>A mark is an HMAC with a key that never leaves the agent's state directory, so that whoever
 * reads a journal cannot try which value fits it.
 */
public final class Keyring {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int BYTES = 32;

  private final Secrets secrets;
  private final SecretKeySpec key;

  private Keyring(Secrets secrets, byte[] key) {
    this.secrets = secrets;
    this.key = new SecretKeySpec(key, ALGORITHM);
  }

  /**
   * Opens the keyring of an agent; its key is made at the first use.
   *
   * @throws IOException if the key can be neither read nor made
   */
  public static Keyring in(Path stateDirectory, Secrets secrets) throws IOException {
    Path file = stateDirectory.resolve("mark.key");
    if (Files.notExists(file)) {
      var fresh = new byte[BYTES];
      new SecureRandom().nextBytes(fresh);
      var closed = PosixFilePermissions.fromString("rw-------");
      Path made =
          Files.createTempFile(
              stateDirectory, "mark", "", PosixFilePermissions.asFileAttribute(closed));
      Files.write(made, fresh);
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
    byte[] key = Files.readAllBytes(file);
    if (key.length != BYTES) {
      throw new IOException(
          "%s is not a key of %d bytes; remove it, and each release with secrets is rolled once"
              .formatted(file, BYTES));
    }
    return new Keyring(secrets, key);
  }

  /** Returns the secrets of an environment. */
  public Vault vault(String environment) {
    return Vault.of(secrets, environment);
  }

  /** Returns a mark for each of these secrets that can be used now. */
  public Map<String, String> marks(String environment, Collection<String> names) {
    var marks = new TreeMap<String, String>();
    for (String name : names) {
      if (secrets.read(new SecretName(environment, name)) instanceof Secrets.Read.Found(var it)) {
        marks.put(name, mark(environment + " " + name + " " + it.value()));
      }
    }
    return marks;
  }

  private String mark(String text) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
    }
  }
}
