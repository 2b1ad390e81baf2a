package dev.slipway.agent.ssh.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.hierynomus.sshj.userauth.certificate.Certificate;
import dev.slipway.agent.bench.SshKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a key file is used only if it is safe, and otherwise the error tells the cure. Method: keys
 * and certificates of the real ssh-keygen.
 */
final class KeyFileTest {
  @TempDir Path directory;
  private SshKeys keys;

  @BeforeEach
  void makeKeys() {
    keys = new SshKeys(directory);
  }

  @ParameterizedTest
  @CsvSource({
    "ed25519,256,RFC4716",
    "ecdsa,256,RFC4716",
    "ecdsa,384,RFC4716",
    "ecdsa,521,RFC4716",
    "rsa,2048,RFC4716",
    "rsa,2048,PEM",
    "rsa,2048,PKCS8",
    "ecdsa,256,PEM",
    "ecdsa,256,PKCS8"
  })
  void aKeyIsReadInEveryFormat(String type, String bits, String format) throws IOException {
    var key = made(type, bits, format, "");

    var loaded = new KeyFile(key, Optional.empty()).load();

    assertThat(loaded).hasSize(1);
    var shown = HostKey.of(loaded.getFirst().getPublic()).fingerprint();
    assertThat(shown).isEqualTo(SshKeys.fingerprint(key));
  }

  @ParameterizedTest
  @CsvSource({"ed25519,256,RFC4716", "rsa,2048,RFC4716", "rsa,2048,PEM", "ecdsa,256,PKCS8"})
  void aLockedKeyNeedsTheRightPassphrase(String type, String bits, String format)
      throws IOException {
    var key = made(type, bits, format, "open sesame");
    var right = Files.writeString(directory.resolve("right"), "open sesame\n");
    var wrong = Files.writeString(directory.resolve("wrong"), "open says me\n");

    assertThat(new KeyFile(key, Optional.of(right)).load()).hasSize(1);
    assertRefused(
        key, Optional.of(wrong), "the passphrase in " + wrong + " does not open private key");
    assertRefused(key, Optional.empty(), "is locked by a passphrase", "ssh-keygen -p -f " + key);
  }

  @Test
  void aMissingPassphraseFileIsNamed() {
    var key = keys.key("key", "ed25519", "secret");
    var none = directory.resolve("none");

    assertRefused(key, Optional.of(none), none.toString(), "there is no such file");
  }

  @ParameterizedTest
  @ValueSource(strings = {"rw-r--r--", "rw----r--", "rw-rw----", "rw-----w-"})
  void aKeyThatOthersCanReadOrChangeIsRefusedWithTheCure(String permissions) throws IOException {
    var key = keys.key("key", "ed25519");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));

    assertRefused(key, Optional.empty(), "is open to others", "chmod 600 " + key);
  }

  @ParameterizedTest
  @ValueSource(strings = {"r--------", "rw-------", "r--r-----"})
  void aKeyOfTheOwnerAndItsGroupIsUsed(String permissions) throws IOException {
    var key = keys.key("key", "ed25519");
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString(permissions));

    assertThat(new KeyFile(key, Optional.empty()).load()).hasSize(1);
  }

  @Test
  void weakKeysAreRefusedWithABetterOne() {
    assertRefused(
        made("rsa", "1024", "RFC4716", ""),
        Optional.empty(),
        "RSA key of 1024 bits",
        "2048 are the least",
        "ssh-keygen -t ed25519");
  }

  @Test
  void whatIsNoPrivateKeyIsSaidToBeNone() throws IOException {
    var garbage = directory.resolve("garbage");
    Files.writeString(garbage, "hello\n");
    Files.setPosixFilePermissions(garbage, PosixFilePermissions.fromString("rw-------"));
    var broken = keys.key("broken", "ed25519");
    Files.writeString(broken, Files.readString(broken).substring(0, 200));

    assertRefused(garbage, Optional.empty(), garbage + " cannot be read");
    assertRefused(broken, Optional.empty(), broken + " cannot be read");
    assertRefused(directory, Optional.empty(), "is not there or no file");
    assertRefused(directory.resolve("none"), Optional.empty(), "is not there or no file");
    assertRefused(publicKey(), Optional.empty(), "cannot be read");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa"})
  void aCertificateComesBeforeItsKey(String type) throws IOException {
    var key = keys.key("key", type);
    SshKeys.certifyUser(authority(), key, List.of("deploy"), "-1h:+1d");

    var loaded = new KeyFile(key, Optional.empty()).load();

    assertThat(loaded).hasSize(2);
    assertThat(loaded.getFirst().getPublic()).isInstanceOf(Certificate.class);
    assertThat(loaded.getLast().getPublic()).isNotInstanceOf(Certificate.class);
    assertThat(KeyFile.describe(loaded.getFirst()))
        .contains("certificate for [deploy]", "valid from 20");
  }

  @Test
  void anRsaCertificateIsRefusedInClearWords() {
    var key = keys.key("key", "rsa");
    SshKeys.certifyUser(authority(), key, List.of("deploy"), "-1h:+1d");

    assertRefused(
        key,
        Optional.empty(),
        SshKeys.certificateFile(key) + " is a certificate of an RSA key",
        "not supported; use ed25519 or ecdsa");
  }

  @Test
  void aHostCertificateLogsNobodyIn() {
    var key = keys.key("key", "ed25519");
    SshKeys.certifyHost(authority(), key, List.of("web1"));

    assertRefused(key, Optional.empty(), "is a certificate for hosts, not for users");
  }

  @Test
  void aCertificateOfAnotherKeyOrNoneAtAllIsNamed() throws IOException {
    var key = keys.key("key", "ed25519");
    var other = keys.key("other", "ed25519");
    SshKeys.certifyUser(authority(), other, List.of("deploy"), "-1h:+1d");
    var certificate = SshKeys.certificateFile(key);

    Files.copy(SshKeys.certificateFile(other), certificate);
    assertRefused(key, Optional.empty(), certificate + " is no certificate of the key " + key);

    Files.writeString(certificate, "ssh-ed25519-cert-v01@openssh.com AAAA oops\n");
    assertRefused(key, Optional.empty(), certificate + " cannot be read");

    Files.writeString(certificate, SshKeys.publicLine(key));
    assertRefused(key, Optional.empty(), certificate + " is no certificate of the key " + key);
  }

  private Path authority() {
    return keys.key("authority", "ed25519");
  }

  private Path made(String type, String bits, String format, String passphrase) {
    var key = directory.resolve("made");
    SshKeys.keygen("-t", type, "-b", bits, "-m", format, "-N", passphrase, "-C", "made", "-f", key);
    return key;
  }

  private Path publicKey() throws IOException {
    var file = SshKeys.publicFile(keys.key("another", "ed25519"));
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file;
  }

  private static void assertRefused(Path key, Optional<Path> passphrase, String... words) {
    assertThatThrownBy(() -> new KeyFile(key, passphrase).load())
        .isInstanceOf(SetupException.class)
        .hasMessageContainingAll(words);
  }
}
