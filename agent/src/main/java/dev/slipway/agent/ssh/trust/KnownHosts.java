package dev.slipway.agent.ssh.trust;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** The pinned host keys of one {@code known_hosts} file. */
public record KnownHosts(Path file, List<KnownHostLine> lines) {
  private static final long BYTES_MAX = 4L << 20;

  public KnownHosts {
    lines = List.copyOf(lines);
  }

  /** A server, as the file names it. */
  public record Server(String host, int port) {
    private static final int DEFAULT_PORT = 22;

    String knownAs() {
      return port == DEFAULT_PORT ? host : "[%s]:%d".formatted(host, port);
    }

    /** As OpenSSH does, an entry without a port holds for other ports of the host as well. */
    List<String> names() {
      return Stream.of(knownAs(), host)
          .map(name -> name.toLowerCase(Locale.ROOT))
          .distinct()
          .toList();
    }

    @Override
    public String toString() {
      return knownAs();
    }
  }

  /** What the file says of a key that a server showed. */
  sealed interface Verdict {
    /** The key is pinned, or what signed it. */
    record Trusted() implements Verdict {}

    /** Trust was taken away from it. */
    record Revoked(KnownHostLine line) implements Verdict {}

    /** Other keys, or what signs them, are pinned for the server. */
    record Changed(List<KnownHostLine> pinned) implements Verdict {}

    /** Nothing is pinned for the server. */
    record Unknown() implements Verdict {}
  }

  /**
   * Reads a file; a line that cannot be read is an error, because it might be a revocation.
   *
   * @throws SetupException if the file is missing or a line cannot be understood
   */
  public static KnownHosts read(Path file) throws SetupException {
    var lines = new ArrayList<KnownHostLine>();
    int number = 0;
    for (String line : text(file).split("\n", -1)) {
      number++;
      String trimmed = line.strip();
      if (!trimmed.isEmpty() && !trimmed.startsWith("#")) {
        lines.add(KnownHostLine.parse(file, number, trimmed));
      }
    }
    return new KnownHosts(file, lines);
  }

  private static String text(Path file) throws SetupException {
    try {
      if (Files.size(file) > BYTES_MAX) {
        throw new SetupException("%s is larger than %d bytes".formatted(file, BYTES_MAX));
      }
      // A comment in another encoding must not make the file unreadable.
      return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new SetupException(
          "known_hosts file %s cannot be read (%s); make it with: ssh-keyscan HOST > %s, and compare"
                  .formatted(file, SetupException.inWords(e), file)
              + " the fingerprints with those that the host's own console shows");
    }
  }

  /** Judges a key; a revocation wins, wherever in the file it stands. */
  Verdict judge(Server server, HostKey key) {
    for (KnownHostLine line : lines) {
      if (line.revokes(server.names(), key)) {
        return new Verdict.Revoked(line);
      }
    }
    if (lines.stream().anyMatch(line -> line.trusts(server.names(), key))) {
      return new Verdict.Trusted();
    }
    var pinned = pinned(server);
    return pinned.isEmpty() ? new Verdict.Unknown() : new Verdict.Changed(pinned);
  }

  /** The lines for this very port if there are any, else those for the host as a whole. */
  private List<KnownHostLine> pinned(Server server) {
    return server.names().stream()
        .map(name -> lines.stream().filter(line -> line.knows(List.of(name))).toList())
        .filter(found -> !found.isEmpty())
        .findFirst()
        .orElse(List.of());
  }

  /** Returns the kinds of keys that are pinned for a server, so that it shows one of those. */
  List<String> algorithms(Server server) {
    return lines.stream()
        .filter(line -> line.knows(server.names()))
        .flatMap(line -> line.algorithms().stream())
        .distinct()
        .toList();
  }
}
