package dev.slipway.agent.ssh.trust;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyFileUtil;
import com.hierynomus.sshj.userauth.keyprovider.OpenSSHKeyV1KeyFile;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.interfaces.DSAKey;
import java.security.interfaces.RSAKey;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.userauth.keyprovider.FileKeyProvider;
import net.schmizz.sshj.userauth.keyprovider.KeyPairWrapper;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.keyprovider.PKCS8KeyFile;
import net.schmizz.sshj.userauth.password.PasswordUtils;

/** A private key file, checked before it is used, and the certificate beside it. */
public final class KeyFile {
  private static final long BYTES_MAX = 64L << 10;
  private static final int RSA_BITS_MIN = 2048;
  private static final long USER_CERTIFICATE = 1;
  private static final Set<PosixFilePermission> FORBIDDEN =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final Path file;
  private final Optional<Path> passphrase;

  /** Names a key file, and the file whose first line opens it. */
  public KeyFile(Path file, Optional<Path> passphrase) {
    this.file = file;
    this.passphrase = passphrase;
  }

  /**
   * Returns what to log in with: the certificate first if there is one, then the bare key.
   *
   * @throws SetupException if the key may not or cannot be used
   */
  public List<KeyProvider> load() throws SetupException {
    checkAccess();
    var pair = pair();
    checkStrength(pair.getPublic());
    var providers = new ArrayList<KeyProvider>();
    certificate(pair.getPublic())
        .map(certificate -> new KeyPairWrapper(new KeyPair(certificate, pair.getPrivate())))
        .ifPresent(providers::add);
    providers.add(new KeyPairWrapper(pair));
    return List.copyOf(providers);
  }

  private void checkAccess() throws SetupException {
    try {
      if (!Files.isRegularFile(file)) {
        throw new SetupException("private key %s is not there or no file".formatted(file));
      }
      var open = EnumSet.copyOf(FORBIDDEN);
      open.retainAll(Files.getPosixFilePermissions(file));
      if (!open.isEmpty()) {
        throw new SetupException(
            "private key %s is open to others (%s); close it with: chmod 600 %s"
                .formatted(file, open, file));
      }
    } catch (SetupException e) {
      throw e;
    } catch (IOException e) {
      throw SetupException.unreadable(file, e);
    }
  }

  private KeyPair pair() throws SetupException {
    var text = text(file);
    FileKeyProvider provider =
        text.contains("BEGIN OPENSSH PRIVATE KEY") ? new OpenSSHKeyV1KeyFile() : new PKCS8KeyFile();
    var secret = passphrase();
    provider.init(
        new StringReader(text),
        secret.isPresent() ? PasswordUtils.createOneOff(secret.get()) : null);
    try {
      return new KeyPair(provider.getPublic(), provider.getPrivate());
    } catch (IOException | SSHRuntimeException e) {
      throw notOpened(text, e);
    }
  }

  private SetupException notOpened(String text, Exception failure) {
    boolean locked = text.contains("ENCRYPTED") || !opensWithout(text);
    if (locked && passphrase.isPresent()) {
      return new SetupException(
          "the passphrase in %s does not open private key %s"
              .formatted(passphrase.orElseThrow(), file));
    }
    if (locked) {
      return new SetupException(
          "private key %s is locked by a passphrase and none is configured; name a file that holds"
                  .formatted(file)
              + " it, or remove it with: ssh-keygen -p -f "
              + file);
    }
    return new SetupException(
        "private key %s cannot be read: %s".formatted(file, failure.getMessage()));
  }

  /** The new format tells its cipher in the first bytes, which are not encrypted. */
  private static boolean opensWithout(String text) {
    var body = text.replaceAll("-----[A-Z ]+-----", "").replaceAll("\\s", "");
    try {
      var bytes = Base64.getDecoder().decode(body);
      var head = new String(bytes, 0, Math.min(64, bytes.length), StandardCharsets.ISO_8859_1);
      return !head.startsWith("openssh-key-v1") || head.contains("none");
    } catch (IllegalArgumentException e) {
      return true;
    }
  }

  private void checkStrength(PublicKey key) throws SetupException {
    if (key instanceof DSAKey) {
      throw new SetupException(
          "private key %s is a DSA key; make one with: ssh-keygen -t ed25519".formatted(file));
    }
    if (key instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN) {
      throw new SetupException(
          "private key %s is an RSA key of %d bits, %d are the least; make a better one with: %s"
              .formatted(
                  file, rsa.getModulus().bitLength(), RSA_BITS_MIN, "ssh-keygen -t ed25519"));
    }
  }

  private Optional<PublicKey> certificate(PublicKey key) throws SetupException {
    var path = file.resolveSibling(file.getFileName() + "-cert.pub");
    if (!Files.exists(path)) {
      return Optional.empty();
    }
    var text = text(path);
    if (text.startsWith("ssh-rsa-cert") || text.startsWith("rsa-sha2")) {
      throw new SetupException(
          "%s is a certificate of an RSA key, which is not supported; use ed25519 or ecdsa"
              .formatted(path));
    }
    try {
      var parsed = OpenSSHKeyFileUtil.initPubKey(new StringReader(text)).getPubKey();
      if (parsed instanceof Certificate<?> certificate
          && blob(certificate.getKey()).equals(blob(key))) {
        checkUse(path, certificate);
        return Optional.of(parsed);
      }
    } catch (SetupException e) {
      throw e;
    } catch (IOException | SSHRuntimeException e) {
      throw new SetupException("%s cannot be read: %s".formatted(path, e.getMessage()));
    }
    throw new SetupException("%s is no certificate of the key %s".formatted(path, file));
  }

  private static void checkUse(Path path, Certificate<?> certificate) throws SetupException {
    if (certificate.getType() != USER_CERTIFICATE) {
      throw new SetupException(
          "%s is a certificate for hosts, not for users; sign the key without -h".formatted(path));
    }
  }

  private static String blob(PublicKey key) {
    return Base64.getEncoder()
        .encodeToString(new Buffer.PlainBuffer().putPublicKey(key).getCompactData());
  }

  private char[] secret(Path from) throws SetupException {
    return text(from).lines().findFirst().orElse("").toCharArray();
  }

  private Optional<char[]> passphrase() throws SetupException {
    return passphrase.isPresent() ? Optional.of(secret(passphrase.get())) : Optional.empty();
  }

  private static String text(Path path) throws SetupException {
    try {
      if (Files.size(path) > BYTES_MAX) {
        throw new SetupException("%s is larger than %d bytes".formatted(path, BYTES_MAX));
      }
      return Files.readString(path);
    } catch (SetupException e) {
      throw e;
    } catch (IOException e) {
      throw SetupException.unreadable(path, e);
    }
  }

  /** Returns the name of a key for messages; of a certificate also whom it lets in, and when. */
  public static String describe(KeyProvider provider) {
    try {
      var key = provider.getPublic();
      return key instanceof Certificate<?> certificate
          ? "certificate for %s, valid from %s to %s"
              .formatted(
                  certificate.getValidPrincipals(),
                  certificate.getValidAfter().toInstant(),
                  certificate.getValidBefore().toInstant())
          : KeyType.fromKey(key).toString();
    } catch (IOException e) {
      return "key";
    }
  }
}
