package dev.slipway.agent.web;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;

/** The secret that the API asks for: 256 random bits in a file that only its owner can read. */
public final class ApiToken {
  private static final int BYTES = 32;
  private final String text;

  private ApiToken(String text) {
    this.text = text;
  }

  /**
   * Returns the token of a state directory, made at the first use.
   *
   * @throws IOException if the file can be neither read nor made
   */
  public static ApiToken in(Path stateDirectory) throws IOException {
    Path file = file(stateDirectory);
    if (Files.notExists(file)) {
      var bytes = new byte[BYTES];
      new SecureRandom().nextBytes(bytes);
      Path made =
          Files.createTempFile(
              stateDirectory,
              "token",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(made, "slipway_" + HexFormat.of().formatHex(bytes) + "\n");
      Files.move(made, file, StandardCopyOption.ATOMIC_MOVE);
    }
    return read(stateDirectory);
  }

  /**
   * Returns the token of an agent that was started before.
   *
   * @throws IOException if there is none, or it may not be read
   */
  public static ApiToken read(Path stateDirectory) throws IOException {
    return new ApiToken(Files.readString(file(stateDirectory)).strip());
  }

  /** Returns where the token of a state directory lies. */
  public static Path file(Path stateDirectory) {
    return stateDirectory.resolve("token");
  }

  /** Returns the value of an {@code Authorization} header. */
  String header() {
    return "Bearer " + text;
  }

  /** Compares in a time that tells nothing. */
  boolean allows(String header) {
    return MessageDigest.isEqual(
        header().getBytes(StandardCharsets.UTF_8), header.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "(token)";
  }
}
