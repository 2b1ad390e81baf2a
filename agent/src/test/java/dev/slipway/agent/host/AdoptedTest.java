package dev.slipway.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: one release has one name, however links to it are written. Method: a table of links. */
class AdoptedTest {
  @ParameterizedTest
  @CsvSource({
    "/srv/shop/releases/20240101, releases/20240101",
    "/srv/shop/releases/20240101/, releases/20240101",
    "releases/20240101, releases/20240101",
    "/srv/shop2/releases/1, /srv/shop2/releases/1",
    "/opt/shop, /opt/shop",
    "/, /"
  })
  void aLinkIntoTheApplicationsDirectoryIsNamedFromThere(String target, String path) {
    assertThat(Adopted.path("/srv/shop", target)).isEqualTo(path);
  }
}
