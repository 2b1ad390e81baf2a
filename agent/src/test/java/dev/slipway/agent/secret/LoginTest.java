package dev.slipway.agent.secret;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: a secret lets in where it says and nowhere else, and is never repeated. Method: texts as
 * people have them, and texts that are none.
 */
class LoginTest {
  private static final String HOST = "builds.example.com";

  @Test
  void aPairIsBasicAndAWordIsABearerToken() {
    assertThat(authorization("ada:hun:ter2\n")).contains(basic("ada:hun:ter2"));
    assertThat(authorization("t0ken")).contains("Bearer t0ken");
    assertThat(authorization("Bearer t0:ken\n")).contains("Bearer t0:ken");
    assertThat(authorization("ada:pass word ü")).contains(basic("ada:pass word ü"));
  }

  @Test
  void aNetrcLetsInToTheHostsThatItNames() {
    var netrc =
        """
        # by hand
        machine other.example.com login eve password evil
        machine Builds.Example.com
          login ada
          password hunter2
        machine ::1 login six password sixth
        """;
    assertThat(authorization(netrc)).contains(basic("ada:hunter2"));
    assertThat(login(netrc).authorization("[::1]")).contains(basic("six:sixth"));
    assertThat(login(netrc).authorization("example.com")).isEmpty();
    assertThat(login(netrc).authorization("evil" + HOST)).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "a\nb",
        "ada:hunter2\nX-Injected: yes",
        "Bearer hunter2\u00e9",
        "two words",
        "machine",
        "machine a login b",
        "machine a login",
        "machine a machine b password c",
        "default login ada password hunter2",
        "machine a login b password c default password d",
        "machine a macdef init password c",
        "# nothing"
      })
  void anythingElseIsRefusedAndNotRepeated(String text) {
    assertThat(Login.of(new Secret(text)))
        .isInstanceOfSatisfying(
            Login.Parsed.Unusable.class,
            refused -> assertThat(refused.reason()).doesNotContain("hunter2"));
  }

  @Test
  void whatAServerRepeatsIsTakenOut() {
    var login = login("machine " + HOST + " login ada password hunter2");
    var repeated = "bad %s, hunter2 and ada:hunter2".formatted(basic("ada:hunter2"));

    assertThat(login.scrub(repeated)).isEqualTo("bad Basic ***, *** and ***");
    assertThat(login("t0ken").scrub("Bearer t0ken?")).isEqualTo("Bearer ***?");
    assertThat(login.toString()).doesNotContain("hunter2");
  }

  private static Optional<String> authorization(String text) {
    return login(text).authorization(HOST);
  }

  private static Login login(String text) {
    return switch (Login.of(new Secret(text))) {
      case Login.Parsed.Usable(var login) -> login;
      case Login.Parsed.Unusable(var reason) -> throw new AssertionError(reason);
    };
  }

  private static String basic(String pair) {
    return "Basic " + Base64.getEncoder().encodeToString(pair.getBytes(UTF_8));
  }
}
