package dev.slipway.agent.e2e.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.stream.Stream;

/**
 * A secret unlike anything else, and where on this machine it is found.
 *
 * @param forms it as it is, and as headers and the like carry it
 */
record Canary(List<String> forms) {
  Canary {
    forms = List.copyOf(forms);
  }

  static Canary of(String word) {
    return new Canary(List.of(word, encoded(word)));
  }

  /** The password with which someone logs in. */
  static Canary ofLogin(String user, String word) {
    String login = user + ":" + word;
    return new Canary(List.of(word, encoded(login), encoded(word), encoded(login + "\n")));
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(UTF_8)).replaceAll("..?=*$", "");
  }

  /** Both of them. */
  Canary and(Canary other) {
    return new Canary(Stream.of(forms, other.forms()).flatMap(List::stream).toList());
  }

  List<String> foundIn(String text) {
    return forms.stream().filter(text::contains).toList();
  }

  /** Looks through the arguments and variables of everything that runs on this machine. */
  List<Path> foundInProcesses() throws IOException {
    return foundInProcesses("cmdline", "environ");
  }

  /** Looks through these of every process. */
  List<Path> foundInProcesses(String... files) throws IOException {
    try (Stream<Path> processes = Files.list(Path.of("/proc"))) {
      return processes
          .filter(process -> process.getFileName().toString().matches("[0-9]+"))
          .flatMap(process -> Stream.of(files).map(process::resolve))
          .filter(file -> !foundIn(text(file)).isEmpty())
          .toList();
    }
  }

  /** Returns the names of all files that hold it: journal, clones, cache, hosts, logs, and all. */
  List<String> foundInFiles(Path directory) throws IOException {
    try (Stream<Path> files = Files.walk(directory)) {
      return files
          .filter(Files::isRegularFile)
          .filter(file -> !foundIn(whole(file)).isEmpty())
          .map(file -> file.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  /** Of files each has to be read, or nothing could be said of it. */
  private static String whole(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A process that is gone, or is nobody's business, shows nothing. */
  static String text(Path file) {
    try {
      return Files.readString(file, ISO_8859_1);
    } catch (IOException e) {
      return "";
    }
  }
}
