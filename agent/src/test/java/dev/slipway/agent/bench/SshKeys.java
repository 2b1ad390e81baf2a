package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory of SSH keys and certificates, all made by the real {@code ssh-keygen}. */
public record SshKeys(Path directory) {
  /** Returns the private key of this name, which is made when it is asked for the first time. */
  public Path key(String name, String type) {
    return key(name, type, "");
  }

  /** The same, locked by a passphrase. */
  public Path key(String name, String type, String passphrase) {
    var key = directory.resolve(name);
    if (!Files.exists(key)) {
      keygen("-t", type, "-N", passphrase, "-C", name, "-f", key);
    }
    return key;
  }

  /** The one line that belongs into {@code authorized_keys} or {@code known_hosts}. */
  public static String publicLine(Path privateKey) {
    try {
      return Files.readString(publicFile(privateKey)).strip();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Path publicFile(Path privateKey) {
    return privateKey.resolveSibling(privateKey.getFileName() + ".pub");
  }

  /** Where {@code ssh-keygen} puts the certificate of a key, and where clients look for it. */
  public static Path certificateFile(Path privateKey) {
    return privateKey.resolveSibling(privateKey.getFileName() + "-cert.pub");
  }

  /** Signs a user's key for these accounts; {@code validity} as in {@code ssh-keygen -V}. */
  public static void certifyUser(
      Path authority, Path privateKey, List<String> accounts, String validity) {
    keygen(
        "-s",
        authority,
        "-I",
        privateKey.getFileName(),
        "-n",
        String.join(",", accounts),
        "-V",
        validity,
        publicFile(privateKey));
  }

  /** Signs a host's key for these addresses, for ever. */
  public static void certifyHost(Path authority, Path privateKey, List<String> addresses) {
    certifyHost(authority, privateKey, addresses, "always:forever");
  }

  /** Signs a host's key for a time; {@code validity} as in {@code ssh-keygen -V}. */
  public static void certifyHost(
      Path authority, Path privateKey, List<String> addresses, String validity) {
    keygen(
        "-s",
        authority,
        "-h",
        "-I",
        privateKey.getFileName(),
        "-n",
        String.join(",", addresses),
        "-V",
        validity,
        publicFile(privateKey));
  }

  /** The fingerprint as OpenSSH prints it, {@code SHA256:…}. */
  public static String fingerprint(Path privateKey) {
    var words = Program.of(Server.SSH_KEYGEN.require(), "-lf", publicFile(privateKey)).output();
    return words.split(" ", 3)[1];
  }

  /** Runs {@code ssh-keygen} quietly, for what has no method of its own. */
  public static void keygen(Object... arguments) {
    var command = new Object[arguments.length + 2];
    command[0] = Server.SSH_KEYGEN.require();
    command[1] = "-q";
    System.arraycopy(arguments, 0, command, 2, arguments.length);
    Program.of(command).output();
  }
}
