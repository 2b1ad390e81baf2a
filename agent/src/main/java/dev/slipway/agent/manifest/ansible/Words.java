package dev.slipway.agent.manifest.ansible;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Splits a line of an INI inventory as Python's {@code shlex} does, which Ansible uses for it. */
final class Words {
  private final List<String> words = new ArrayList<>();
  private final StringBuilder word = new StringBuilder();
  private boolean isOpen;
  private char quote;

  private Words() {}

  /** Returns the words up to a comment; nothing if a quotation does not end. */
  static Optional<List<String>> of(String line) {
    var words = new Words();
    int end = words.read(line);
    words.close();
    return end < 0 ? Optional.empty() : Optional.of(words.words);
  }

  /** Returns below zero if a quotation does not end. */
  private int read(String line) {
    for (int i = 0; i < line.length(); i++) {
      char at = line.charAt(i);
      if (at == '\\' && quote != '\'' && i + 1 < line.length()) {
        i++;
        put(line.charAt(i));
      } else if (quote != 0) {
        inside(at);
      } else if (at == '#') {
        return i;
      } else {
        outside(at);
      }
    }
    return quote == 0 ? line.length() : -1;
  }

  private void inside(char at) {
    if (at == quote) {
      quote = 0;
    } else {
      put(at);
    }
  }

  private void outside(char at) {
    if (at == '\'' || at == '"') {
      quote = at;
      isOpen = true;
    } else if (Character.isWhitespace(at)) {
      close();
    } else {
      put(at);
    }
  }

  private void put(char at) {
    word.append(at);
    isOpen = true;
  }

  private void close() {
    if (isOpen) {
      words.add(word.toString());
      word.setLength(0);
      isOpen = false;
    }
  }
}
