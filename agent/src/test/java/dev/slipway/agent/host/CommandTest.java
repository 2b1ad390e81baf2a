package dev.slipway.agent.host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: no shell ever reads a word as anything but that word. Method: random words, full of what
 * shells care about, through real shells.
 */
class CommandTest {
  private static final int COMMANDS = 100;
  private static final int WORDS = 20;
  private static final String NASTY =
      "'\"`$\\!*?[]{}()<>|&;#~=%^-+,.:/ \t\n\r\u0001\u007f\u001babc019éß漢😀";

  @ParameterizedTest
  @MethodSource("posixShells")
  void posixShellsSplitALineIntoExactlyItsWords(String shell) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < COMMANDS; i++) {
      var words = randomWords(random);
      var command = new Command(concat("printf", "[%s]", words));

      assertThat(Program.of(shell, "-c", command.line()).output())
          .as("seed %d, command %d", seed, i)
          .isEqualTo(bracketed(words));
    }
  }

  @ParameterizedTest
  @MethodSource("loginShells")
  void everyLoginShellRunsAFramedLine(String shell) {
    long seed = System.nanoTime();
    var random = new Random(seed);
    for (int i = 0; i < COMMANDS / 10; i++) {
      var words = randomWords(random);
      var framed = Framed.of(new Command(concat("printf", "[%s]", words)));
      var output = Program.of(shell, "-c", framed.line().orElseThrow()).output();

      assertThat(framed.body(output.replaceFirst(framed.mark() + "\n", "")))
          .as("seed %d, command %d", seed, i)
          .hasValueSatisfying(body -> assertThat(body.text()).isEqualTo(bracketed(words)));
    }
  }

  @Test
  void aNulCharacterIsRefused() {
    assertThatThrownBy(() -> Command.of("a\0b")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aLineThatNoSystemTakesIsNotMade() {
    assertThat(Framed.of(Command.of("echo", "x".repeat(200_000))).line()).isEmpty();
  }

  static Stream<String> posixShells() {
    return installed("sh", "dash", "bash");
  }

  static Stream<String> loginShells() {
    return installed("sh", "dash", "bash", "zsh", "ksh", "fish", "csh", "tcsh");
  }

  private static Stream<String> installed(String... shells) {
    return Stream.of(shells).map("/usr/bin/"::concat).filter(at -> Files.exists(Path.of(at)));
  }

  private static List<String> randomWords(Random random) {
    var words = new ArrayList<String>();
    for (int i = 0; i < WORDS; i++) {
      var word = new StringBuilder();
      for (int length = random.nextInt(12); length > 0; length--) {
        int at = random.nextInt(NASTY.codePointCount(0, NASTY.length()));
        word.appendCodePoint(NASTY.codePointAt(NASTY.offsetByCodePoints(0, at)));
      }
      words.add(word.toString());
    }
    return words;
  }

  private static List<String> concat(String first, String second, List<String> rest) {
    return Stream.concat(Stream.of(first, second), rest.stream()).toList();
  }

  private static String bracketed(List<String> words) {
    return words.stream().map("[%s]"::formatted).reduce("", String::concat);
  }
}
