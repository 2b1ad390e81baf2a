package dev.slipway.agent.ssh;

import static dev.slipway.agent.ssh.Dials.assertIn;
import static dev.slipway.agent.ssh.Dials.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.ssh.Dialed.Cause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: every kind of key and certificate that we support logs in, and a refusal says why. Method:
 * a real sshd.
 */
final class LoginTest {
  private static final String VALID = "-1h:+1d";

  @TempDir private static Path directory;
  private static SshdFixture sshd;

  @TempDir Path own;

  @BeforeAll
  static void start() {
    sshd = SshdFixture.in(directory).start();
  }

  @AfterAll
  static void stop() {
    sshd.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void anAuthorizedKeyOfEveryKindLogsIn(String type) {
    var key = key(type);
    sshd.authorize(SshKeys.publicLine(key));

    assertIn(dial(key));
  }

  @Test
  void aKeyBehindAPassphraseLogsIn() throws IOException {
    var key = new SshKeys(own).key("locked", "ed25519", "open sesame");
    sshd.authorize(SshKeys.publicLine(key));
    var passphrase = Files.writeString(own.resolve("passphrase"), "open sesame\n");
    var wrong = Files.writeString(own.resolve("wrong"), "sesame\n");

    assertIn(dial(key, Optional.of(passphrase)));
    assertThat(refusal(dial(key, Optional.of(wrong)), Cause.SETUP))
        .contains("the passphrase in " + wrong + " does not open private key " + key);
    assertThat(refusal(dial(key), Cause.SETUP)).contains("locked by a passphrase");
  }

  @Test
  void aKeyThatTheWorldCanReadIsNotEvenShown() throws IOException {
    var key = key("ed25519");
    sshd.authorize(SshKeys.publicLine(key));
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));

    assertThat(refusal(dial(key), Cause.SETUP)).contains("chmod 600 " + key);
  }

  @Test
  void aKeyThatIsNotAuthorizedIsRefusedWithTheCure() {
    assertThat(refusal(dial(key("ed25519")), Cause.LOGIN))
        .contains("does not let us in", "authorized_keys", own.toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa"})
  void aCertificateOfTheAuthorityLogsIn(String type) {
    var key = key(type);
    SshKeys.certifyUser(sshd.userAuthority(), key, List.of(sshd.user()), VALID);

    assertIn(dial(key));
  }

  @Test
  void anExpiredCertificateIsRefusedAndItsTimeIsShown() {
    var key = key("ed25519");
    SshKeys.certifyUser(
        sshd.userAuthority(), key, List.of(sshd.user()), "20200101000000Z:20200102000000Z");

    assertThat(refusal(dial(key), Cause.LOGIN))
        .contains("valid from 2020-01-01T00:00:00Z to 2020-01-02T00:00:00Z")
        .contains("check accounts, time and authority of the certificate");
  }

  @Test
  void aCertificateForAnotherAccountIsRefusedAndTheAccountIsShown() {
    var key = key("ed25519");
    SshKeys.certifyUser(sshd.userAuthority(), key, List.of("somebody"), VALID);

    assertThat(refusal(dial(key), Cause.LOGIN)).contains("certificate for [somebody]");
  }

  @Test
  void whereACertificateHasExpiredTheBareKeyStillLogsIn() {
    var key = key("ed25519");
    SshKeys.certifyUser(sshd.userAuthority(), key, List.of(sshd.user()), "-2d:-1d");
    sshd.authorize(SshKeys.publicLine(key));

    assertIn(dial(key));
  }

  @Test
  void anRsaCertificateIsRefusedInClearWords() {
    var key = key("rsa");
    SshKeys.certifyUser(sshd.userAuthority(), key, List.of(sshd.user()), VALID);

    assertThat(refusal(dial(key), Cause.SETUP))
        .contains("certificate of an RSA key", "use ed25519 or ecdsa");
  }

  private Path key(String type) {
    return new SshKeys(own).key("user", type);
  }

  private static Dialed dial(Path key) {
    return dial(key, Optional.empty());
  }

  private static Dialed dial(Path key, Optional<Path> passphrase) {
    return Dials.dial(Dials.endpoint(sshd), new SshTrust(key, passphrase, sshd.knownHosts()));
  }
}
