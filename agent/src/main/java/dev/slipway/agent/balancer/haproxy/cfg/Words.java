package dev.slipway.agent.balancer.haproxy.cfg;

import java.util.ArrayList;
import java.util.List;

/**
 * The words of a line: blanks part them, quotes and backslashes keep them, a hash ends the line.
 */
final class Words {
  private Words() {}

  static List<String> of(String line) {
    var words = new ArrayList<String>();
    var word = new StringBuilder();
    boolean begun = false;
    char quote = 0;
    for (int at = 0; at < line.length(); at++) {
      char next = line.charAt(at);
      if (next == '\\' && quote != '\'' && at + 1 < line.length()) {
        word.append(line.charAt(++at));
        begun = true;
      } else if (quote == 0 ? next == '"' || next == '\'' : next == quote) {
        quote = quote == 0 ? next : 0;
        begun = true;
      } else if (quote == 0 && next == '#') {
        break;
      } else if (quote == 0 && Character.isWhitespace(next)) {
        if (begun) {
          words.add(word.toString());
        }
        word.setLength(0);
        begun = false;
      } else {
        word.append(next);
        begun = true;
      }
    }
    if (begun) {
      words.add(word.toString());
    }
    return List.copyOf(words);
  }
}
