package dev.slipway.agent.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** A repository on the agent's own machine, looked at before Git is asked to read it. */
record LocalDirectory(Path path) {
  private static final Pattern SHA256 =
      Pattern.compile(
          "^\\s*objectformat\\s*=\\s*sha256\\s*$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

  /**
   * Says what nobody would guess from what JGit says: it takes a plain file for a bundle, a missing
   * one for a mistake in ours, and waits for ever for what a shallow repository does not have.
   */
  void require() throws IOException {
    if (!Files.isDirectory(path)) {
      throw new IOException("there is no directory of this name");
    }
    var inside = path.resolve(".git");
    var repository = Files.isDirectory(inside) ? inside : path;
    var config = repository.resolve("config");
    if (Files.isReadable(config) && SHA256.matcher(Files.readString(config)).find()) {
      throw new IOException(
          "its objects are named by SHA-256, which cannot be followed; make it with git init"
              + " --object-format=sha1");
    }
    if (Files.exists(repository.resolve("shallow"))) {
      throw new IOException("it is shallow, and has no whole history; run git fetch --unshallow");
    }
  }
}
