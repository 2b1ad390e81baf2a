package dev.slipway.agent.artifact;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** A name in an archive, taken apart and found harmless. */
record EntryPath(List<String> names) {
  private static final int NAME_BYTES_MAX = 255;
  private static final Pattern CONTROL = Pattern.compile("\\p{Cntrl}");
  // What a decoder puts in place of bytes that are not UTF-8.
  private static final char UNREADABLE = '\uFFFD';

  EntryPath {
    names = List.copyOf(names);
  }

  /** Reads a name; that of the archive's own root gives a path without names. */
  static EntryPath of(String name, int bytesMax) throws RefusedException {
    var shown = CONTROL.matcher(name).replaceAll("?");
    if (CONTROL.matcher(name).find() || name.indexOf(UNREADABLE) >= 0) {
      throw new RefusedException("entry '%s': the name is not plain UTF-8 text".formatted(shown));
    }
    if (name.startsWith("/")) {
      throw new RefusedException(
          "entry '%s': the name is absolute; only relative names are allowed".formatted(shown));
    }
    if (bytes(name) > bytesMax) {
      throw new RefusedException(
          "entry '%s…': the name has %d bytes; at most %d are allowed"
              .formatted(shown.substring(0, Math.min(100, shown.length())), bytes(name), bytesMax));
    }
    return new EntryPath(names(name, shown));
  }

  private static List<String> names(String name, String shown) throws RefusedException {
    var names = new ArrayList<String>();
    for (var part : name.split("/", -1)) {
      if (part.equals("..")) {
        throw new RefusedException("entry '%s': the name leads out by '..'".formatted(shown));
      }
      if (bytes(part) > NAME_BYTES_MAX) {
        throw new RefusedException(
            "entry '%s': a part of the name has more than %d bytes"
                .formatted(shown, NAME_BYTES_MAX));
      }
      if (!part.isEmpty() && !part.equals(".")) {
        names.add(part);
      }
    }
    return names;
  }

  /**
   * Fails unless a link in this place leads to somewhere inside, whatever other links there are.
   */
  void checkLink(String target) throws RefusedException {
    if (target.isEmpty() || target.startsWith("/") || CONTROL.matcher(target).find()) {
      throw new RefusedException(
          "entry '%s': it links to '%s'; only relative links inside are allowed"
              .formatted(this, CONTROL.matcher(target).replaceAll("?")));
    }
    int depth = names.size() - 1;
    boolean down = false;
    for (var part : target.split("/", -1)) {
      if (part.equals("..")) {
        depth--;
      }
      // After a name, which may be a link itself, nobody knows where '..' leads.
      if (part.equals("..") && (down || depth < 0)) {
        throw new RefusedException(
            "entry '%s': its link to '%s' leads out".formatted(this, target));
      }
      down |= !part.equals("..") && !part.equals(".") && !part.isEmpty();
    }
  }

  boolean isRoot() {
    return names.isEmpty();
  }

  /** Returns the directories above, the outermost first. */
  List<String> parents() {
    var parents = new ArrayList<String>();
    for (int count = 1; count < names.size(); count++) {
      parents.add(String.join("/", names.subList(0, count)));
    }
    return parents;
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  @Override
  public String toString() {
    return String.join("/", names);
  }
}
