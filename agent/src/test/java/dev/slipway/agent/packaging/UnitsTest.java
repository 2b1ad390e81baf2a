package dev.slipway.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Requirements;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the units shut the processes in as far as was promised. Method: systemd itself scores them.
 */
class UnitsTest {

  @ParameterizedTest
  @CsvSource({"slipway, 15", "slipway-edge, 20"})
  void aUnitIsExposedNoMoreThanPromised(String name, int tenths) {
    Requirements.ofThisMachine()
        .require(
            Files.isExecutable(Path.of("/usr/bin/systemd-analyze")),
            "systemd-analyze is not installed",
            "apt-get install systemd");
    var unit = Path.of("..", "systemd", name + ".service");
    var ended =
        Program.of("systemd-analyze", "security", "--offline=true", "--threshold=" + tenths, unit)
            .with(Map.of("SYSTEMD_PAGER", ""))
            .run();
    assertThat(ended.status()).as(ended.output()).isZero();
    assertThat(ended.output()).contains("Overall exposure level for " + name + ".service");
  }
}
