package dev.slipway.agent.balancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: the script for an nginx's machine runs in every shell. Method: shells, and a reader. */
final class ScriptTest {
  private static final Path SCRIPT =
      Path.of(
          "src", "main", "resources", "dev", "slipway", "agent", "balancer", "nginx", "nginx.sh");

  @Test
  void shellcheckFindsNothing() {
    assertThat(Program.of(Server.SHELLCHECK.require(), SCRIPT).run().output()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource(names = {"DASH", "BASH", "BUSYBOX"})
  void everyShellShowsAFileThatLiesThere(Server shell) {
    var program =
        shell == Server.BUSYBOX
            ? Program.of(shell.require(), "sh", SCRIPT, "look", SCRIPT, "0")
            : Program.of(shell.require(), SCRIPT, "look", SCRIPT, "0");

    assertThat(program.run().output()).startsWith("slipway file\n#!/bin/sh\n");
  }
}
