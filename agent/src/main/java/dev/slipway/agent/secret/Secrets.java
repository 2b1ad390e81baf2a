package dev.slipway.agent.secret;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/**
 * Where secret values lie; they are read when they are needed and never stored.
 *
 * @param directory with the agent's own secrets, and a directory for each environment
 * @param credentials the directory of systemd's credentials; empty without systemd
 */
public record Secrets(Path directory, Optional<Path> credentials) {
  private static final int BYTES_MAX = 16 << 10;
  private static final Set<PosixFilePermission> FORBIDDEN =
      EnumSet.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  /** What came of reading a secret. */
  public sealed interface Read {
    /** It is here. */
    record Found(Secret secret) implements Read {}

    /** It is not, or may not be used; the reason names it, and says what to do. */
    record Unusable(String reason) implements Read {}
  }

  /** Returns the file of a secret that belongs to an environment. */
  public Path file(String environment, String name) {
    return existing(directory.resolve(environment).resolve(name), environment + "." + name);
  }

  /** Returns the file of a secret that belongs to the agent itself. */
  public Path file(String name) {
    return existing(directory.resolve(name), name);
  }

  private Path existing(Path file, String credential) {
    return credentials
        .map(lying -> lying.resolve(credential))
        .filter(other -> !Files.exists(file) && Files.exists(other))
        .orElse(file);
  }

  /** Reads the secret of an environment, as it is now. */
  public Read read(SecretName name) {
    return read(name.toString(), file(name.environment(), name.name()));
  }

  /**
   * Reads a secret from its file, as it is now.
   *
   * @param called what it is called in the reason, if it cannot be used
   */
  public static Read read(String called, Path file) {
    try {
      if (!Files.isRegularFile(file)) {
        throw new NoSuchFileException(file.toString());
      }
      var open = EnumSet.copyOf(Files.getPosixFilePermissions(file));
      open.retainAll(FORBIDDEN);
      if (!open.isEmpty()) {
        return unusable(
            called,
            "%s is open to others (%s); close it with: chmod 600 %s".formatted(file, open, file));
      }
      if (Files.size(file) > BYTES_MAX) {
        return unusable(called, "%s is larger than %d bytes".formatted(file, BYTES_MAX));
      }
      var secret = new Secret(Files.readString(file));
      return secret.value().isEmpty()
          ? unusable(called, "%s is empty".formatted(file))
          : new Read.Found(secret);
    } catch (NoSuchFileException e) {
      return unusable(
          called, "there is no file %s; put the value there, mode 0600".formatted(file));
    } catch (CharacterCodingException e) {
      return unusable(called, "%s is no text in UTF-8".formatted(file));
    } catch (IOException e) {
      return unusable(called, "%s cannot be read by the agent's user".formatted(file));
    }
  }

  private static Read unusable(String called, String reason) {
    return new Read.Unusable("%s: %s".formatted(called, reason));
  }
}
