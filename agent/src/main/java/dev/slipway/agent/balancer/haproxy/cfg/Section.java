package dev.slipway.agent.balancer.haproxy.cfg;

import java.util.List;

/** One section of the file, with the words of each of its lines. */
record Section(String kind, String name, List<List<String>> lines) {
  Section {
    lines = List.copyOf(lines);
  }

  /** Returns whether a line begins with these words. */
  boolean has(String... words) {
    return lines.stream().anyMatch(line -> begins(line, List.of(words)));
  }

  static boolean begins(List<String> line, List<String> words) {
    return line.size() >= words.size() && line.subList(0, words.size()).equals(words);
  }
}
