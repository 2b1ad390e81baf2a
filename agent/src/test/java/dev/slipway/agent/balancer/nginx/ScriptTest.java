package dev.slipway.agent.balancer.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Goal: the scripts for an nginx's machine run in every shell. Method: shells, and a reader. */
final class ScriptTest {
  private static final Path SCRIPTS =
      Path.of("src", "main", "resources", "dev", "slipway", "agent", "balancer", "nginx");

  /** One that was read already, one of two servers' and ours, one of another kind, and a part. */
  private static final String LINES =
      """
      was read
      [::1]:80, [::1]:80|502, 200|0.000, 1.500
      foreign
      [::1]:80|20\
      """;

  private static final Path SCRIPT = SCRIPTS.resolve("nginx.sh");

  @Test
  void shellcheckFindsNothing() {
    for (String name : List.of("nginx.sh", "log.sh")) {
      assertThat(Program.of(Server.SHELLCHECK.require(), SCRIPTS.resolve(name)).run().output())
          .isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"DASH", "BASH", "BUSYBOX"})
  void everyShellCountsTheWholeLinesOfALog(Server shell, @TempDir Path directory)
      throws IOException {
    var log = Files.writeString(directory.resolve("shop.log"), LINES);
    var inode = Files.getAttribute(log, "unix:ino").toString();

    var told = told(shell, SCRIPTS.resolve("log.sh"), log, inode, "9", "999");

    assertThat(told.lines())
        .containsExactlyInAnyOrder(
            "slipway end done",
            "slipway place 58 1",
            "slipway tally [::1]:80 2 1 1 0 0 0 0 0 0 0 0 0 0 1 0 0 0 0 0 0");
  }

  private static String told(Server shell, Object... words) {
    var start = shell == Server.BUSYBOX ? List.of(shell.require(), "sh") : List.of(shell.require());
    return Program.of(Stream.concat(start.stream(), Stream.of(words)).toArray()).run().output();
  }

  @ParameterizedTest
  @EnumSource(names = {"DASH", "BASH", "BUSYBOX"})
  void everyShellShowsAFileThatLiesThere(Server shell) {
    assertThat(told(shell, SCRIPT, "look", SCRIPT, "0")).startsWith("slipway file\n#!/bin/sh\n");
  }
}
