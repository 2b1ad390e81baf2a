package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: the script is sound, and its answers are never taken for more than they are. Method:
 * shellcheck, and every reply that a machine can give.
 */
class HostScriptTest {
  private static final HostScript SCRIPT = HostScript.load();

  @TempDir Path directory;

  @Test
  void shellcheckFindsNothing() throws IOException {
    for (var text : new String[] {SCRIPT.text(), HostScript.INSTALL, HostScript.RUN}) {
      var file = Files.writeString(directory.resolve("script.sh"), text);
      Program.of(Server.SHELLCHECK.require(), "--shell=sh", "--severity=style", file).output();
    }
  }

  @Test
  void itsNameChangesWithItsText() {
    assertThat(SCRIPT.name()).startsWith("slipway-").doesNotContain("/");
    assertThat(new HostScript(SCRIPT.text() + "\n").name()).isNotEqualTo(SCRIPT.name());
  }

  @Test
  void itFitsIntoOneLookOfAPerson() {
    assertThat(SCRIPT.text().lines().filter(line -> line.length() > 110)).isEmpty();
  }

  static Stream<Reply> repliesThatSayNothing() {
    return Stream.of(
        new Reply.TimedOut(Duration.ofSeconds(5)),
        new Reply.Lost("connection reset"),
        new Reply.Signalled("KILL"),
        exited(0, ""),
        exited(1, "This account is currently not available.\n"),
        exited(0, "word done\nend done active\n"),
        exited(0, "other end done active\n"));
  }

  @ParameterizedTest
  @MethodSource("repliesThatSayNothing")
  void fault40WhatWasNotAnsweredIsUnknownAndNotFailed(Reply reply) {
    assertThat(ScriptReply.read(reply, "word").act(0)).isInstanceOf(Act.Unknown.class);
  }

  @Test
  void fault50ALoginShellThatRefusesIsQuoted() {
    var reply = exited(1, "This account is currently not available.\n");

    assertThat(ScriptReply.read(reply, "word").act(0).toString())
        .contains("This account is currently not available.");
  }

  @Test
  void anAnswerIsFoundInNoise() {
    var reply = exited(0, "Hi!\nword log boom\u001b[31m\nnoise\nword end failed it broke\nbye\n");

    assertThat(ScriptReply.read(reply, "word").act(0))
        .isEqualTo(new Act.Failed("it broke", "boom?[31m"));
  }

  @Test
  void aMachineThatIsNotReachedWasNotTouched() {
    assertThat(ScriptReply.read(new Reply.Unreachable("no route"), "word").act(0))
        .isEqualTo(new Act.Unreachable("no route"));
  }

  private static Reply exited(int status, String output) {
    return new Reply.Exited(status, output, "", Reply.Truncated.NO);
  }
}
