package dev.slipway.agent.ssh.trust;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.ssh.trust.KnownHosts.Server;
import dev.slipway.agent.ssh.trust.KnownHosts.Verdict;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: every line that OpenSSH understands means the same here, and one that cannot be read stops
 * everything. Method: files of made-up keys in the real format, one question each.
 */
final class KnownHostsTest {
  private static final String TYPE = "ssh-ed25519";
  private static final String ONE = blob(1);
  private static final String TWO = blob(2);
  private static final Server WEB1 = new Server("web1.example.com", 22);
  private static final Server WEB1_AT_2222 = new Server("web1.example.com", 2222);

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = ' ',
      value = {
        "web1.example.com true",
        "WEB1.Example.COM true",
        "web2.example.com,web1.example.com,10.0.0.1 true",
        "*.example.com true",
        "web?.example.com true",
        "* true",
        "*.example.com,!web1.* false",
        "!web1.example.com,* false",
        "*.example.com,!web2.* true",
        "!web2.example.com false",
        "web1 false",
        "web?? false",
        "web1.example.com.evil.org false",
        "[web1.example.com]:2222 false"
      })
  void aNameMatchesAsInOpenssh(String hosts, boolean trusted) {
    var verdict = judge(WEB1, ONE, "%s %s %s".formatted(hosts, TYPE, ONE));

    assertThat(verdict instanceof Verdict.Trusted).isEqualTo(trusted);
  }

  @ParameterizedTest
  @ValueSource(strings = {"[web1.example.com]:2222", "[*.example.com]:2222", "web1.example.com"})
  void anotherPortIsNamedInBracketsOrNotAtAll(String hosts) {
    assertThat(judge(WEB1_AT_2222, ONE, "%s %s %s".formatted(hosts, TYPE, ONE)))
        .isInstanceOf(Verdict.Trusted.class);
  }

  @Test
  void aHashHidesTheNameAndStillMatchesOnlyIt() {
    // Made by: ssh-keygen -H, of web1.example.com.
    var hash = "|1|CCvR2nm+FMIbwnc4r0POEFhdsII=|mHRpfhx3hTSWqG0o31ZXeh9QQiE=";
    var line = "%s %s %s".formatted(hash, TYPE, ONE);

    assertThat(judge(WEB1, ONE, line)).isInstanceOf(Verdict.Trusted.class);
    assertThat(judge(WEB1, TWO, line)).isInstanceOf(Verdict.Changed.class);
    assertThat(judge(new Server("web2.example.com", 22), ONE, line))
        .isInstanceOf(Verdict.Unknown.class);
  }

  @Test
  void fault42AnotherKeyThanThePinnedOnesIsAChange() {
    assertThat(
            judge(WEB1, TWO, "# comment", "web1.example.com %s %s root@web1".formatted(TYPE, ONE)))
        .isInstanceOfSatisfying(
            Verdict.Changed.class,
            changed -> assertThat(changed.pinned()).extracting(KnownHostLine::number).contains(2));
  }

  @Test
  void fault42APinWithoutAPortThatNoLongerFitsIsAChangeAtEveryPort() {
    assertThat(judge(WEB1_AT_2222, TWO, "web1.example.com %s %s".formatted(TYPE, ONE)))
        .isInstanceOf(Verdict.Changed.class);
  }

  @Test
  void fault42APinOfThePortIsShownBeforeThatOfTheHost() {
    var verdict =
        judge(
            WEB1_AT_2222,
            blob(3),
            "web1.example.com %s %s".formatted(TYPE, ONE),
            "[web1.example.com]:2222 %s %s".formatted(TYPE, TWO));

    assertThat(((Verdict.Changed) verdict).pinned())
        .extracting(KnownHostLine::number)
        .containsExactly(2);
  }

  @Test
  void oneOfSeveralPinnedKeysIsEnough() {
    assertThat(
            judge(
                WEB1,
                TWO,
                "web1.example.com %s %s".formatted(TYPE, ONE),
                "web1.example.com %s %s".formatted(TYPE, TWO)))
        .isInstanceOf(Verdict.Trusted.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"web1.example.com", "*", "*.example.com"})
  void aRevocationWinsThoughItStandsAfterALineThatMatches(String hosts) {
    assertThat(
            judge(
                WEB1,
                ONE,
                "web1.example.com %s %s".formatted(TYPE, ONE),
                "@revoked %s %s %s".formatted(hosts, TYPE, ONE)))
        .isInstanceOf(Verdict.Revoked.class);
  }

  @Test
  void aRevocationForOtherHostsOrOtherKeysTakesNothingAway() {
    assertThat(
            judge(
                WEB1,
                ONE,
                "@revoked web2.example.com %s %s".formatted(TYPE, ONE),
                "@revoked * %s %s".formatted(TYPE, TWO),
                "web1.example.com %s %s".formatted(TYPE, ONE)))
        .isInstanceOf(Verdict.Trusted.class);
  }

  @Test
  void anAuthorityIsTrustedForWhatItSignedAndNotForItsOwnKey() {
    var line = "@cert-authority *.example.com %s %s".formatted(TYPE, TWO);

    assertThat(known(line).judge(WEB1, signed(ONE, TWO))).isInstanceOf(Verdict.Trusted.class);
    assertThat(known(line).judge(WEB1, signed(ONE, blob(3)))).isInstanceOf(Verdict.Changed.class);
    assertThat(judge(WEB1, TWO, line)).isInstanceOf(Verdict.Changed.class);
  }

  @Test
  void aPlainPinOfAnAuthoritysKeyTrustsNoCertificate() {
    assertThat(known("*.example.com %s %s".formatted(TYPE, TWO)).judge(WEB1, signed(ONE, TWO)))
        .isInstanceOf(Verdict.Changed.class);
  }

  @Test
  void aRevokedAuthorityTakesAllItsCertificatesAway() {
    var known =
        known(
            "@cert-authority * %s %s".formatted(TYPE, TWO),
            "@revoked * %s %s".formatted(TYPE, TWO));

    assertThat(known.judge(WEB1, signed(ONE, TWO))).isInstanceOf(Verdict.Revoked.class);
  }

  @Test
  void theKindsOfPinnedKeysAreAskedForAndNoOthers() {
    var rsa = "web1.example.com ssh-rsa " + blob("ssh-rsa", 1);

    assertThat(known(rsa).algorithms(WEB1)).containsExactly("rsa-sha2-512", "rsa-sha2-256");
    assertThat(known("web1.example.com %s %s".formatted(TYPE, ONE)).algorithms(WEB1))
        .containsExactly(TYPE);
    assertThat(known("@cert-authority * %s %s".formatted(TYPE, ONE)).algorithms(WEB1))
        .contains("ssh-ed25519-cert-v01@openssh.com", "ecdsa-sha2-nistp256-cert-v01@openssh.com");
    assertThat(known("@revoked * %s %s".formatted(TYPE, ONE)).algorithms(WEB1)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "web1; expected host names, key type and key",
        "web1 ssh-ed25519; expected host names, key type and key",
        "@revoked * ssh-ed25519; expected host names, key type and key",
        "@revokde * ssh-ed25519 KEY; '@revokde' is neither @cert-authority nor @revoked",
        "@REVOKED * ssh-ed25519 KEY; '@REVOKED' is neither",
        "web1 ssh-ed25519 AAAA!; the key is not base64",
        "web1 ssh-ed25519 AAAA; the key is no ssh-ed25519 key",
        "web1 ssh-rsa KEY; the key is no ssh-rsa key",
        "web1 1024 35; the key is no 1024 key",
        "|1|abc ssh-ed25519 KEY; '|1|abc' is no hashed host name",
        "@revoked |1|YQ==|YQ== ssh-ed25519 KEY; is no hashed host name",
        "|2|a|b ssh-ed25519 KEY; is no hashed host name"
      })
  void aLineThatCannotBeReadStopsEverythingAndIsNamed(String line, String message) {
    var file = file("# first", line.replace("KEY", ONE));

    assertThatThrownBy(() -> KnownHosts.read(file))
        .isInstanceOf(SetupException.class)
        .hasMessageContaining(file + ":2: ")
        .hasMessageContaining(message);
  }

  @Test
  void whatPeopleLeaveInSuchFilesIsReadAsWell() throws IOException {
    var file = file("");
    var text = "\n  \n# caf\u00e9\n\tweb1.example.com\t" + TYPE + "   " + ONE + " caf\u00e9\r\n";
    Files.write(file, text.getBytes(StandardCharsets.ISO_8859_1));

    assertThat(KnownHosts.read(file).judge(WEB1, key(ONE))).isInstanceOf(Verdict.Trusted.class);
  }

  @Test
  void aMissingFileIsAnErrorWithItsPathAndTheCure() {
    var file = directory.resolve("none");

    assertThatThrownBy(() -> KnownHosts.read(file))
        .isInstanceOf(SetupException.class)
        .hasMessageContainingAll(file.toString(), "there is no such file", "ssh-keyscan");
  }

  private Verdict judge(Server server, String shown, String... lines) {
    return known(lines).judge(server, key(shown));
  }

  private KnownHosts known(String... lines) {
    try {
      return KnownHosts.read(file(lines));
    } catch (SetupException e) {
      throw new AssertionError(e);
    }
  }

  private Path file(String... lines) {
    try {
      return Files.writeString(directory.resolve("known_hosts"), String.join("\n", lines));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static HostKey key(String blob) {
    return new HostKey(TYPE, blob, Optional.empty(), Optional.empty());
  }

  private static HostKey signed(String blob, String authority) {
    return new HostKey(TYPE, blob, Optional.of(authority), Optional.empty());
  }

  private static String blob(int seed) {
    return blob(TYPE, seed);
  }

  private static String blob(String type, int seed) {
    var bytes = ByteBuffer.allocate(100).putInt(type.length());
    bytes.put(type.getBytes(StandardCharsets.US_ASCII)).putInt(4).putInt(seed);
    return Base64.getEncoder().encodeToString(bytes.array());
  }
}
