package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.source.RemoteUrl.Kind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: an address is never an option, a command or a secret. Method: tables of good and bad ones.
 */
final class RemoteUrlTest {
  @ParameterizedTest
  @CsvSource({
    "/srv/git/config.git, FILE",
    "file:///srv/git/config.git, FILE",
    "https://git.example.com/ops/config.git, HTTP",
    "http://127.0.0.1:8080/config.git, HTTP",
    "https://[2001:db8::1]:8443/config.git, HTTP",
    "ssh://git@git.example.com/ops/config.git, SSH",
    "ssh://git@git.example.com:2222/~/config.git, SSH",
    "git@git.example.com:ops/config.git, SSH",
    "git.example.com:/srv/config.git, SSH",
  })
  void anOrdinaryAddressSaysHowItIsReached(String text, Kind kind) {
    assertThat(new RemoteUrl(text).kind()).isEqualTo(kind);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "ext::sh -c touch% /tmp/x",
        "ext::sh",
        "-u/x",
        "--upload-pack=x",
        "git://git.example.com/config.git",
        "ftp://git.example.com/config.git",
        "jar:file:///x.jar!/y",
        "ssh://-oProxyCommand=x/config.git",
        "-oProxyCommand=x:config.git",
        "git@-oProxyCommand=x:config.git",
        "git@git.example.com:-x",
        "https://git.example.com",
        "https://git.example.com/x?token=1",
        "https:///x",
        "http://git.example.com:99999999/x",
        "config.git",
        "../config.git",
        "https://git.example.com/a b",
        "https://git.example.com/a\nb",
        "/srv/a\u0000b"
      })
  void aBadAddressIsRefusedWithAWayOut(String text) {
    assertThat(RemoteUrl.problem(text)).isPresent();
    assertThatThrownBy(() -> new RemoteUrl(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://user:hunter2@git.example.com/x",
        "https://hunter2@git.example.com/x",
        "https://user:hunter2/y@git.example.com/x",
        "ssh://git:hunter2@git.example.com/x",
        "ftp://user:hunter2@git.example.com/x",
        "user:hunter2@git.example.com:x"
      })
  void aPasswordInAnAddressIsRefusedAndNotRepeated(String text) {
    var problem = RemoteUrl.problem(text);

    assertThat(problem).isPresent();
    assertThat(problem.orElseThrow()).doesNotContain("hunter2");
  }

  @Test
  void anUnknownSchemeIsNamed() {
    assertThat(RemoteUrl.problem("ext::sh -c x".replace(" ", "_")).orElseThrow())
        .startsWith("'ext:' is not the address of a repository that can be followed; use ");
  }
}
