package dev.slipway.agent.host.site;

import dev.slipway.strategies.fleet.Digest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** The script as it is sent: its text, and the name that changes whenever the text does. */
record HostScript(String text) {
  private static final String RESOURCE = "slipway.sh";

  /**
   * Runs the script if it lies there unharmed, else says {@code absent}.
   *
   * <p>Arguments: the script, its digest, then those of the script, the first of which is the word
   * that begins each line of an answer.
   */
  static final String RUN =
      """
      if [ "$(sha256sum 2>/dev/null <"$1")" != "$2  -" ]; then
        printf '\\n%s absent\\n' "$3"
        exit 0
      fi
      script=$1
      shift 2
      exec sh "$script" "$@"
      """;

  /** Puts the script there. Arguments: word, directory, name, digest, become. */
  static final String INSTALL =
      """
      umask 022
      answer() { printf '\\n%s end %s\\n' "$word" "$*"; exit 0; }
      word=$1 base=$2 name=$3 digest=$4 become=$5
      new=$base/.slipway/$name.$word
      [ -d "$base" ] || mkdir -p -- "$base" 2>/dev/null || {
        [ "$become" = sudo ] &&
          sudo -n install -d -o "$(id -un)" -g "$(id -gn)" -- "$base" 2>/dev/null
      } || answer refused "cannot make $base; run slipway bootstrap, which makes it"
      [ ! -L "$base/.slipway" ] || answer refused "$base/.slipway is a link"
      { mkdir -p -- "$base/.slipway" && cat >"$new"; } 2>/dev/null ||
        answer refused "cannot write in $base: no space left, a read-only file system or no right"
      [ "$(sha256sum <"$new")" = "$digest  -" ] || {
        rm -f -- "$new"
        answer refused "the script did not arrive whole, or sha256sum is missing"
      }
      { sync "$new" && mv -f -- "$new" "$base/.slipway/$name"; } ||
        answer refused "cannot write in $base/.slipway"
      answer 'done' installed
      """;

  /** Reads the script that this agent was built with. */
  static HostScript load() {
    try (var in =
        Optional.ofNullable(HostScript.class.getResourceAsStream(RESOURCE)).orElseThrow()) {
      return new HostScript(new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("the agent's own files cannot be read", e);
    }
  }

  Digest digest() {
    return Digest.of(text);
  }

  String name() {
    return "slipway-" + digest().abbreviated();
  }

  byte[] bytes() {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
