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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: nobody but the pinned server gets our login, whatever stands in {@code known_hosts}.
 * Method: a real sshd whose keys and certificates are swapped, revoked and outdated.
 */
final class HostTrustTest {
  /** The fixture itself knocks once, to see that the server is there. */
  private static final long OUR_OWN_PROBE = 1;

  private static final List<String> HERE = List.of("127.0.0.1");

  @TempDir Path directory;
  private SshdFixture sshd;

  @BeforeEach
  void make() {
    sshd = SshdFixture.in(directory.resolve("sshd"));
  }

  @AfterEach
  void stop() {
    sshd.close();
  }

  @Test
  void fault42AChangedHostKeyIsAHardStopThatShowsBothFingerprints() throws IOException {
    sshd.start();
    var known = sshd.knownHosts();
    var pinned = Files.readString(known);
    var before = SshKeys.fingerprint(sshd.hostKey());
    assertIn(dial(known));
    sshd.kill();
    sshd.replaceHostKeys();
    sshd.start();
    var after = SshKeys.fingerprint(sshd.hostKey());
    int logins = logins(sshd);

    for (int attempt = 0; attempt < 3; attempt++) {
      assertThat(refusal(dial(known), Cause.HOST_KEY))
          .contains("127.0.0.1]:" + sshd.port(), after, before, known + ":1")
          .contains("shows another key than is pinned")
          .contains("replace the line by: [127.0.0.1]:%d ssh-ed25519 ".formatted(sshd.port()));
    }
    assertThat(known).hasContent(pinned);
    assertThat(logins(sshd)).isEqualTo(logins);
  }

  @Test
  void fault42AServerWithAnotherKindOfKeyThanThePinnedOneIsStoppedAsWell() {
    sshd.start();
    var old = sshd.keys().key("old", "rsa");
    var known = known(sshd.hostPattern("127.0.0.1") + " " + SshKeys.publicLine(old));

    assertThat(refusal(dial(known), Cause.HOST_KEY))
        .contains(SshKeys.fingerprint(old), SshKeys.fingerprint(sshd.hostKey()));
  }

  @Test
  void theLineThatTheErrorShowsIsTheOneThatHelps() {
    sshd.start();
    var reason = refusal(dial(known("# empty")), Cause.HOST_KEY);

    assertThat(reason).contains("is not in", SshKeys.fingerprint(sshd.hostKey()));
    assertIn(dial(known(reason.substring(reason.indexOf("add the line: ") + 14))));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[127.0.0.1]:PORT KEY",
        "web1,[10.0.0.1]:22,[127.0.0.1]:PORT KEY",
        "127.0.0.1 KEY",
        "[127.0.*.?]:PORT KEY",
        "!127.0.0.2,127.0.0.* KEY"
      })
  void aPinnedKeyIsFoundHoweverItsHostIsWritten(String line) {
    sshd.start();

    assertIn(dial(known(filled(line))));
  }

  @Test
  void hashedNamesAreFound() {
    sshd.start();

    assertIn(dial(sshd.hashedKnownHosts()));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[127.0.0.1]:1 KEY",
        "127.0.0.2 KEY",
        "!127.0.0.1,127.0.0.* KEY",
        "# 127.0.0.1 KEY"
      })
  void aKeyThatIsPinnedForOthersOnlyIsUnknown(String line) {
    sshd.start();

    assertThat(refusal(dial(known(filled(line))), Cause.HOST_KEY)).contains("is not in");
  }

  @Test
  void aRevokedKeyIsRefusedThoughALineBeforeItMatches() {
    sshd.start();
    var known = known(filled("127.0.0.1 KEY"), filled("@revoked * KEY"));

    assertThat(refusal(dial(known), Cause.HOST_KEY))
        .contains("revoked in " + known + ":2", SshKeys.fingerprint(sshd.hostKey()));
  }

  @Test
  void aRevocationUnderAHashedNameCounts() throws IOException {
    sshd.start();
    var revoked = Files.readAllLines(sshd.hashedKnownHosts()).stream().map("@revoked "::concat);
    var known = directory.resolve("revoking");
    Dials.write(known, filled("127.0.0.1 KEY") + "\n" + revoked.collect(Collectors.joining("\n")));

    assertThat(refusal(dial(known), Cause.HOST_KEY)).contains("revoked in " + known);
  }

  private long callers() {
    return sshd.log().lines().filter(line -> line.startsWith("Connection from")).count();
  }

  @Test
  void aMissingFileOfPinnedKeysIsNamedAndNobodyIsAsked() {
    sshd.start();

    assertThat(refusal(dial(directory.resolve("none")), Cause.SETUP))
        .contains(directory.resolve("none").toString(), "there is no such file", "ssh-keyscan");
    assertThat(callers()).isLessThanOrEqualTo(OUR_OWN_PROBE);
  }

  @Test
  void aLineThatCannotBeReadStopsEverythingAndNobodyIsAsked() {
    sshd.start();
    var known = known(filled("127.0.0.1 KEY"), filled("@revokde * KEY"));

    assertThat(refusal(dial(known), Cause.SETUP))
        .contains(known + ":2", "'@revokde' is neither @cert-authority nor @revoked");
    assertThat(callers()).isLessThanOrEqualTo(OUR_OWN_PROBE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"ed25519", "ecdsa", "rsa"})
  void aHostCertificateIsTrustedThroughAnAuthorityOfEveryKind(String type) {
    var authority = sshd.keys().key("authority", type);
    certified(authority, HERE, "-1h:+1d");

    assertIn(dial(known("@cert-authority 127.0.0.* " + SshKeys.publicLine(authority))));
  }

  @Test
  void anExpiredHostCertificateIsRefused() {
    certified(sshd.hostAuthority(), HERE, "-2d:-1d");

    assertThat(refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY))
        .contains("certificate", "is valid before");
  }

  @Test
  void aHostCertificateOfTheFutureIsRefused() {
    certified(sshd.hostAuthority(), HERE, "+1d:+2d");

    assertThat(refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY)).contains("certificate");
  }

  @Test
  void aHostCertificateForAnotherNameIsRefused() {
    certified(sshd.hostAuthority(), List.of("web9.example.com"), "-1h:+1d");

    assertThat(refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY))
        .contains("certificate", "127.0.0.1");
  }

  @Test
  void aCertificateForUsersIsNoCertificateForHosts() {
    SshKeys.certifyUser(sshd.hostAuthority(), sshd.hostKey(), HERE, "-1h:+1d");
    sshd.with("HostCertificate", SshKeys.certificateFile(sshd.hostKey()).toString()).start();

    // OpenSSH does not even present it, so what it shows is the bare key.
    refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY);
  }

  @Test
  void aRevokedAuthorityTakesTrustFromAllItsCertificates() {
    certified(sshd.hostAuthority(), HERE, "-1h:+1d");
    var authority = SshKeys.publicLine(sshd.hostAuthority());

    assertThat(
            refusal(
                dial(known("@cert-authority * " + authority, "@revoked * " + authority)),
                Cause.HOST_KEY))
        .contains("revoked", SshKeys.fingerprint(sshd.hostAuthority()));
  }

  @Test
  void fault42ACertificateOfAnotherAuthorityIsAHardStopThatShowsBoth() {
    var other = sshd.keys().key("other_authority", "ed25519");
    certified(other, HERE, "-1h:+1d");

    assertThat(refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY))
        .contains(
            "signed by " + SshKeys.fingerprint(other),
            "certificates of ssh-ed25519 " + SshKeys.fingerprint(sshd.hostAuthority()));
  }

  @Test
  void fault42ABareKeyInPlaceOfACertificateIsAHardStop() {
    sshd.start();

    assertThat(refusal(dial(sshd.authorityKnownHosts()), Cause.HOST_KEY))
        .contains(
            SshKeys.fingerprint(sshd.hostKey()),
            SshKeys.fingerprint(sshd.hostAuthority()),
            "ssh-keygen -h -n 127.0.0.1");
  }

  @Test
  void aWeakHostKeyIsRefusedThoughItIsPinned() {
    var weak = directory.resolve("weak");
    SshKeys.keygen("-t", "rsa", "-b", "1024", "-N", "", "-f", weak);
    sshd.with("HostKey", weak.toString())
        .with("RequiredRSASize", "1024")
        .with("HostKeyAlgorithms", "rsa-sha2-256")
        .start();

    assertThat(refusal(dial(known("127.0.0.1 " + SshKeys.publicLine(weak))), Cause.HOST_KEY))
        .contains("1024 bits; 2048 are the least");
  }

  @Test
  void aCertificateThatWasSignedWithSha1IsRefused() {
    var authority = sshd.keys().key("authority", "rsa");
    sign(authority, "-t", "ssh-rsa");

    assertThat(refusal(dialCertified(authority), Cause.HOST_KEY))
        .contains("signed with SHA-1", "ssh-keygen -t rsa-sha2-512");
  }

  @Test
  void aCertificateOfAWeakAuthorityIsRefused() {
    var authority = directory.resolve("weak");
    SshKeys.keygen("-t", "rsa", "-b", "1024", "-N", "", "-f", authority);
    sign(authority);

    assertThat(refusal(dialCertified(authority), Cause.HOST_KEY))
        .contains("authority", "1024 bits; 2048 are the least");
  }

  @Test
  void throughAJumpHostTheKeysOfBothAreChecked() {
    try (var jump = SshdFixture.in(directory.resolve("jump"))) {
      sshd.start();
      jump.start();
      jump.authorize(SshKeys.publicLine(sshd.userKey()));
      var both = known(line(jump), line(sshd));

      assertIn(dialThrough(jump, both));
      assertThat(refusal(dialThrough(jump, known(line(jump))), Cause.HOST_KEY))
          .startsWith(sshd.hostPattern("127.0.0.1") + " is not in");
      assertThat(refusal(dialThrough(jump, known(line(sshd))), Cause.HOST_KEY))
          .startsWith(jump.hostPattern("127.0.0.1") + " is not in");
    }
  }

  @Test
  void fault42AChangedKeyOfTheTargetOrOfItsJumpHostIsAHardStop() {
    try (var jump = SshdFixture.in(directory.resolve("jump"))) {
      sshd.start();
      jump.start();
      jump.authorize(SshKeys.publicLine(sshd.userKey()));
      var changedJump = jump.hostPattern("127.0.0.1") + " " + SshKeys.publicLine(sshd.hostKey());
      var changedTarget = sshd.hostPattern("127.0.0.1") + " " + SshKeys.publicLine(jump.hostKey());

      assertThat(refusal(dialThrough(jump, known(changedJump, line(sshd))), Cause.HOST_KEY))
          .startsWith(jump.hostPattern("127.0.0.1") + " shows another key")
          .contains(SshKeys.fingerprint(jump.hostKey()), SshKeys.fingerprint(sshd.hostKey()));
      assertThat(refusal(dialThrough(jump, known(line(jump), changedTarget)), Cause.HOST_KEY))
          .startsWith(sshd.hostPattern("127.0.0.1") + " shows another key")
          .contains(SshKeys.fingerprint(jump.hostKey()), SshKeys.fingerprint(sshd.hostKey()));
      assertThat(sshd.log()).doesNotContain("Accepted");
    }
  }

  private Dialed dial(Path known) {
    return Dials.dial(sshd, sshd.userKey(), known);
  }

  private Dialed dialThrough(SshdFixture jump, Path known) {
    var endpoint = Dials.endpoint(sshd).via(Dials.endpoint(jump));
    return Dials.dial(endpoint, new SshTrust(sshd.userKey(), Optional.empty(), known));
  }

  private void certified(Path authority, List<String> names, String validity) {
    SshKeys.certifyHost(authority, sshd.hostKey(), names, validity);
    sshd.with("HostCertificate", SshKeys.certificateFile(sshd.hostKey()).toString()).start();
  }

  private void sign(Path authority, Object... options) {
    var arguments = new ArrayList<>(List.of(options));
    arguments.addAll(List.of("-s", authority, "-h", "-I", "host", "-n", "127.0.0.1"));
    arguments.add(SshKeys.publicFile(sshd.hostKey()));
    SshKeys.keygen(arguments.toArray());
    sshd.with("HostCertificate", SshKeys.certificateFile(sshd.hostKey()).toString()).start();
  }

  private Dialed dialCertified(Path authority) {
    return dial(known("@cert-authority * " + SshKeys.publicLine(authority)));
  }

  private static int logins(SshdFixture server) {
    return (int) server.log().lines().filter(line -> line.contains("Accepted publickey")).count();
  }

  private Path known(String... lines) {
    return Dials.write(directory.resolve("known_hosts"), lines);
  }

  private String filled(String line) {
    return line.replace("PORT", String.valueOf(sshd.port()))
        .replace("KEY", SshKeys.publicLine(sshd.hostKey()));
  }

  private static String line(SshdFixture server) {
    return server.hostPattern("127.0.0.1") + " " + SshKeys.publicLine(server.hostKey());
  }
}
