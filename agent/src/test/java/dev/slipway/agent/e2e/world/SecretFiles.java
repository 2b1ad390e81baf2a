package dev.slipway.agent.e2e.world;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** The secrets of an agent whose own file lies in a directory. */
public record SecretFiles(Path directory) {

  /**
   * Writes a secret so that only its owner may read it.
   *
   * @param name with its environment before it, if it belongs to one
   */
  public SecretFiles put(String name, String value) {
    try {
      Path file = directory.resolve("secrets").resolve(name);
      Files.createDirectories(file.getParent());
      Files.writeString(file, value);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }
}
