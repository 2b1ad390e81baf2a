package dev.slipway.agent.ssh.trust;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Base64;
import java.util.Optional;
import net.schmizz.sshj.common.Buffer;
import net.schmizz.sshj.common.KeyType;
import net.schmizz.sshj.common.SSHRuntimeException;

/**
 * The key that a server showed.
 *
 * @param blob the key itself in wire format, as base64
 * @param authority the key that signed its certificate, if it showed one
 * @param flaw why it may not be used whatever is pinned, empty if it may
 */
record HostKey(String type, String blob, Optional<String> authority, Optional<String> flaw) {
  private static final long HOST_CERTIFICATE = 2;
  private static final int RSA_BITS_MIN = 2048;

  static HostKey of(PublicKey shown) {
    if (shown instanceof Certificate<?> certificate) {
      var key = of(certificate.getKey());
      var signer = Base64.getEncoder().encodeToString(certificate.getSignatureKey());
      return new HostKey(
          key.type(), key.blob(), Optional.of(signer), key.flaw().or(() -> flaw(certificate)));
    }
    byte[] blob = new Buffer.PlainBuffer().putPublicKey(shown).getCompactData();
    return new HostKey(
        KeyType.fromKey(shown).toString(),
        Base64.getEncoder().encodeToString(blob),
        Optional.empty(),
        flaw(shown));
  }

  private static Optional<String> flaw(PublicKey key) {
    return weakness(key).map("its "::concat);
  }

  private static Optional<String> weakness(PublicKey key) {
    return key instanceof RSAKey rsa && rsa.getModulus().bitLength() < RSA_BITS_MIN
        ? Optional.of(
            "RSA key has %d bits; %d are the least"
                .formatted(rsa.getModulus().bitLength(), RSA_BITS_MIN))
        : Optional.empty();
  }

  /** The library checks that the signature fits, names and time, but none of these. */
  private static Optional<String> flaw(Certificate<?> certificate) {
    if (certificate.getType() != HOST_CERTIFICATE) {
      return Optional.of("its certificate is one for users, not for hosts");
    }
    if (certificate.getValidPrincipals() == null || certificate.getValidPrincipals().isEmpty()) {
      return Optional.of("its certificate names no host; sign it with ssh-keygen -h -n NAME");
    }
    if (!certificate.getCritOptions().isEmpty()) {
      return Optional.of(
          "its certificate has critical options %s, which no host certificate may have"
              .formatted(certificate.getCritOptions().keySet()));
    }
    return signatureFlaw(certificate);
  }

  private static Optional<String> signatureFlaw(Certificate<?> certificate) {
    try {
      var algorithm = new Buffer.PlainBuffer(certificate.getSignature()).readString();
      if (algorithm.equals(KeyType.RSA.toString())) {
        return Optional.of(
            "its certificate was signed with SHA-1; sign it with ssh-keygen -t rsa-sha2-512");
      }
      var signer = new Buffer.PlainBuffer(certificate.getSignatureKey()).readPublicKey();
      return weakness(signer).map("the authority of its certificate is weak, the "::concat);
    } catch (IOException | SSHRuntimeException e) {
      return Optional.of("the signature of its certificate cannot be read");
    }
  }

  /** Prints what was shown, for people. */
  String describe() {
    return type
        + " "
        + fingerprint()
        + authority
            .map(signer -> ", signed by " + fingerprint(Base64.getDecoder().decode(signer)))
            .orElse("");
  }

  String fingerprint() {
    return fingerprint(Base64.getDecoder().decode(blob));
  }

  /** Returns the fingerprint as OpenSSH prints it. */
  static String fingerprint(byte[] blob) {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(blob);
      return "SHA256:" + Base64.getEncoder().withoutPadding().encodeToString(digest);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
