package dev.slipway.agent.ssh;

import static dev.slipway.agent.ssh.Dials.assertIn;
import static dev.slipway.agent.ssh.Dials.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.ssh.Dialed.Cause;
import java.nio.file.Path;
import java.util.List;
import net.schmizz.sshj.common.Factory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: what we speak works with OpenSSH, and nothing weak is spoken with anybody. Method: a real
 * sshd that offers one algorithm only.
 */
final class AlgorithmsTest {
  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({
    "KexAlgorithms,curve25519-sha256",
    "KexAlgorithms,curve25519-sha256@libssh.org",
    "KexAlgorithms,ecdh-sha2-nistp256",
    "KexAlgorithms,ecdh-sha2-nistp384",
    "KexAlgorithms,ecdh-sha2-nistp521",
    "KexAlgorithms,diffie-hellman-group16-sha512",
    "KexAlgorithms,diffie-hellman-group-exchange-sha256",
    "Ciphers,aes256-gcm@openssh.com",
    "Ciphers,aes128-gcm@openssh.com",
    "Ciphers,chacha20-poly1305@openssh.com",
    "Ciphers,aes256-ctr",
    "Ciphers,aes192-ctr",
    "Ciphers,aes128-ctr",
    "MACs,hmac-sha2-256-etm@openssh.com",
    "MACs,hmac-sha2-512-etm@openssh.com"
  })
  void aServerWithOneGoodAlgorithmIsSpokenTo(String keyword, String algorithm) {
    try (var sshd = server(keyword, algorithm)) {
      assertIn(Dials.dial(sshd, sshd.userKey(), sshd.knownHosts()));
    }
  }

  @ParameterizedTest
  @CsvSource({
    "KexAlgorithms,diffie-hellman-group14-sha1",
    "KexAlgorithms,diffie-hellman-group1-sha1",
    "KexAlgorithms,diffie-hellman-group-exchange-sha1",
    "Ciphers,aes256-cbc",
    "Ciphers,aes128-cbc",
    "Ciphers,3des-cbc",
    "MACs,hmac-sha1",
    "MACs,hmac-sha1-etm@openssh.com",
    "MACs,hmac-md5",
    "MACs,hmac-sha2-256"
  })
  void aServerWithNothingButAWeakAlgorithmIsNotSpokenTo(String keyword, String algorithm) {
    try (var sshd = server(keyword, algorithm)) {
      assertThat(refusal(Dials.dial(sshd, sshd.userKey(), sshd.knownHosts()), Cause.UNREACHABLE))
          .contains(algorithm);
      assertThat(sshd.log()).doesNotContain("Accepted");
    }
  }

  @Test
  void anRsaHostKeyIsNotTakenWithSha1() {
    var key = new SshKeys(directory).key("host_rsa", "rsa");
    var known = Dials.write(directory.resolve("known"), "127.0.0.1 " + SshKeys.publicLine(key));
    try (var good = rsaServer(key, "rsa-sha2-512");
        var bad = rsaServer(key, "ssh-rsa")) {
      assertIn(Dials.dial(good, good.userKey(), known));
      assertThat(refusal(Dials.dial(bad, bad.userKey(), known), Cause.UNREACHABLE))
          .contains("ssh-rsa");
    }
  }

  @Test
  void anRsaUserKeyDoesNotSignWithSha1() {
    try (var sshd = server("PubkeyAcceptedAlgorithms", "ssh-rsa")) {
      var key = sshd.keys().key("user_rsa", "rsa");
      sshd.authorize(SshKeys.publicLine(key));

      refusal(Dials.dial(sshd, key, sshd.knownHosts()), Cause.LOGIN);
    }
  }

  @Test
  void noNameOnOurListsIsWeak() {
    var algorithms = new Algorithms();

    assertThat(
            List.of(
                names(algorithms.getKeyExchangeFactories()),
                names(algorithms.getCipherFactories()),
                names(algorithms.getMACFactories()),
                names(algorithms.getKeyAlgorithms())))
        .allSatisfy(names ->
            assertThat(names)
                .isNotEmpty()
                .noneMatch(name -> name.matches("(?i).*(sha1|cbc|md5|arcfour|3des|dss|none).*"))
                .doesNotContain("ssh-rsa"));
  }

  private static <T> List<String> names(List<Factory.Named<T>> factories) {
    return factories.stream().map(Factory.Named::getName).toList();
  }

  /** AES in counter mode, because the modes with a tag of their own need no MAC. */
  private SshdFixture server(String keyword, String algorithm) {
    var sshd = SshdFixture.in(directory.resolve(keyword)).with(keyword, algorithm);
    return (keyword.equals("MACs") ? sshd.with("Ciphers", "aes256-ctr") : sshd).start();
  }

  private SshdFixture rsaServer(Path key, String algorithm) {
    return SshdFixture.in(directory.resolve(algorithm))
        .with("HostKey", key.toString())
        .with("HostKeyAlgorithms", algorithm)
        .start();
  }
}
