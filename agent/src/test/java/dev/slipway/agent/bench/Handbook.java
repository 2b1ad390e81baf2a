package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** A page of the documentation, of which tests take what is meant to be copied. */
public record Handbook(String text) {
  private static final Path DOCS = Path.of("..", "docs");

  public static Handbook page(String name) {
    try {
      return new Handbook(Files.readString(DOCS.resolve(name)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the blocks of a language, as they stand. */
  public List<String> blocks(String language) {
    return Pattern.compile("(?ms)^```%s\n(.*?)^```$".formatted(language))
        .matcher(text)
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  /** Returns the YAML that begins with a comment of this name. */
  public String file(String name) {
    return blocks("yaml").stream()
        .filter(block -> block.startsWith("# " + name + "\n"))
        .findFirst()
        .orElseThrow();
  }

  /** Returns what a person types. */
  public List<String> commands() {
    return blocks("console").stream()
        .flatMap(String::lines)
        .filter(line -> line.startsWith("$ "))
        .map(line -> line.substring(2))
        .toList();
  }
}
