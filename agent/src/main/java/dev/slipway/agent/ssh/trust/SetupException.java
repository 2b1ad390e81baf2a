package dev.slipway.agent.ssh.trust;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** Our own key file or {@code known_hosts} cannot be used; the reason says what to do. */
public final class SetupException extends IOException {
  private static final long serialVersionUID = 1L;

  private final String reason;

  SetupException(String reason) {
    super(reason);
    this.reason = reason;
  }

  /** Returns what is wrong and what to do. */
  public String reason() {
    return reason;
  }

  static SetupException unreadable(Path file, IOException failure) {
    return new SetupException("%s cannot be read: %s".formatted(file, inWords(failure)));
  }

  static String inWords(IOException failure) {
    return switch (failure) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "permission denied";
      case IOException other -> String.valueOf(other.getMessage());
    };
  }
}
