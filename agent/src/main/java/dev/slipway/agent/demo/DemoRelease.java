package dev.slipway.agent.demo;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.LocalDateTime;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * Makes releases of the demo application: a directory with the program, its version and how it
 * behaves.
 *
 * <p>The same version and behaviour give the same bytes, so a release that is asked for again is
 * recognised by its digest. {@code bin/start --address A --port P} runs it with the Java that the
 * variable {@code JAVA} names, else with {@code java}.
 */
public final class DemoRelease {
  static final String VERSION_FILE = "VERSION";
  static final String BEHAVIOUR_FILE = "BEHAVIOUR";

  // The application, and the package with which it waits.
  private static final List<String> PACKAGES =
      List.of("dev/slipway/agent/demo", "dev/slipway/agent/time");

  // Any fixed time does; a ZIP entry cannot be older than 1980.
  private static final LocalDateTime ENTRY_TIME = LocalDateTime.of(2000, 1, 1, 0, 0);

  private static final String START =
      """
      #!/bin/sh
      # Starts the demo application of this release; arguments are passed on.
      here=$(cd "$(dirname "$0")/.." && pwd -P)
      exec "${JAVA:-java}" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m \\
        -cp "$here/app.jar" dev.slipway.agent.demo.DemoApp --release "$here" "$@"
      """;

  private DemoRelease() {}

  /** Writes a release into a directory, which is made when it is missing. */
  public static void write(Path directory, String version, Behaviour behaviour) throws IOException {
    Files.createDirectories(directory.resolve("bin"));
    Files.writeString(directory.resolve(VERSION_FILE), version + "\n");
    Files.writeString(directory.resolve(BEHAVIOUR_FILE), behaviour.line() + "\n");
    var start = directory.resolve("bin/start");
    Files.writeString(start, START);
    Files.setPosixFilePermissions(start, PosixFilePermissions.fromString("rwxr-xr-x"));
    writeProgram(directory.resolve("app.jar"));
  }

  private static void writeProgram(Path jar) throws IOException {
    try (var output = new JarOutputStream(new BufferedOutputStream(Files.newOutputStream(jar)))) {
      var home = home();
      if (Files.isDirectory(home)) {
        copyClasses(home, output);
      } else {
        try (var archive = FileSystems.newFileSystem(home)) {
          copyClasses(archive.getPath("/"), output);
        }
      }
    }
  }

  /** The directory or the jar that this class was loaded from. */
  private static Path home() {
    var location = DemoRelease.class.getProtectionDomain().getCodeSource().getLocation();
    return Path.of(URI.create(location.toString()));
  }

  private static void copyClasses(Path root, JarOutputStream jar) throws IOException {
    for (var name : PACKAGES) {
      List<Path> classes;
      try (Stream<Path> files = Files.list(root.resolve(name))) {
        classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
      }
      for (var file : classes) {
        copy(file, name + "/" + file.getFileName(), jar);
      }
    }
  }

  private static void copy(Path file, String name, JarOutputStream jar) throws IOException {
    var entry = new JarEntry(name);
    entry.setTimeLocal(ENTRY_TIME);
    jar.putNextEntry(entry);
    Files.copy(file, jar);
    jar.closeEntry();
  }
}
