package dev.slipway.agent.balancer.haproxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.io.IOException;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Goal: states are read as the masks they are. Method: numbers of HAProxy 2.6 and its source. */
class ServerStateTest {
  @ParameterizedTest
  @CsvSource({
    "0x00, SERVING",
    "0x04, SERVING", // configured disabled, made ready since
    "0x40, SERVING", // address set by hand
    "0x08, DRAINING",
    "0x10, DRAINING",
    "0x0C, DRAINING",
    "0x01, OUT",
    "0x05, OUT",
    "0x02, OUT",
    "0x20, OUT",
    "0x09, OUT"
  })
  void theAdminStateIsAMask(String mask, MemberState expected) {
    assertThat(new ServerState(1, 2, Integer.decode(mask), 1, 1, 0).state()).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({
    "2, 0, NONE",
    "0, 0, NONE",
    "2, 6, UP",
    "0, 6, DOWN",
    "1, 6, UP",
    "3, 6, UP",
    "0, 0x0E, DOWN"
  })
  void theWitnessIsOnlyHeardWhereChecksAreConfigured(
      int operational, String check, Witness expected) {
    assertThat(new ServerState(1, operational, 0, 1, 1, Integer.decode(check)).witness())
        .isEqualTo(expected);
  }

  @Test
  void columnsAreFoundByTheirNames() throws IOException {
    var reply =
        """
        1
        # be_id be_name srv_name srv_id srv_addr srv_uweight srv_admin_state srv_op_state srv_iweight srv_check_state new_column
        4 be_shop a 1 127.0.0.1 7 8 2 9 6 x

        """;

    assertThat(Parsing.states(reply, "be_shop"))
        .hasValueSatisfying(
            states -> assertThat(states).containsEntry("a", new ServerState(4, 2, 8, 7, 9, 6)));
  }

  @Test
  void anUnknownVersionOrAMissingColumnIsNotGuessed() {
    assertThatThrownBy(() -> Parsing.states("2\n# be_id be_name srv_name\n", "be"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("version '2'");
    assertThatThrownBy(() -> Parsing.states("1\n# be_id be_name srv_name\n4 be a\n", "be"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("no column 'srv_op_state'");
  }

  @Test
  void statisticsMayHoldCommasInQuotes() throws IOException {
    var reply = "# pxname,svname,last_chk,qcur,scur,\nbe,a,\"x, \"\"y\"\"\",2,3,\nother,a,,9,9,\n";

    assertThat(Parsing.sessions(reply, "be")).containsOnly(Map.entry("a", 5));
  }
}
