package dev.slipway.agent.artifact;

import dev.slipway.agent.secret.Secrets;
import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Makes archives for tests, hostile ones too. */
public final class Archives {
  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private final TarArchiveOutputStream tar = new TarArchiveOutputStream(bytes, "UTF-8");

  public Archives() {
    tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
  }

  /** Adds a file that is not executable. */
  public Archives file(String name, String text) {
    return file(name, text, 0644);
  }

  public Archives script(String name, String text) {
    return file(name, text, 0755);
  }

  public Archives file(String name, String text, int mode) {
    var content = text.getBytes(StandardCharsets.UTF_8);
    var entry = new TarArchiveEntry(name, true);
    entry.setSize(content.length);
    entry.setMode(mode);
    return add(entry, content);
  }

  /** Adds a file of zeros. */
  public Archives zeros(String name, int size) {
    var entry = new TarArchiveEntry(name, true);
    entry.setSize(size);
    return add(entry, new byte[size]);
  }

  public Archives link(String name, String target) {
    return special(TarConstants.LF_SYMLINK, name, entry -> entry.setLinkName(target));
  }

  public Archives hardLink(String name, String target) {
    return special(TarConstants.LF_LINK, name, entry -> entry.setLinkName(target));
  }

  public Archives directory(String name) {
    return special(TarConstants.LF_DIR, name, _ -> {});
  }

  /** Adds an entry of any kind. */
  public Archives special(byte kind, String name, Consumer<TarArchiveEntry> details) {
    var entry = new TarArchiveEntry(name, kind, true);
    details.accept(entry);
    return add(entry, new byte[0]);
  }

  private Archives add(TarArchiveEntry entry, byte[] content) {
    entry.setModTime(0);
    try {
      tar.putArchiveEntry(entry);
      tar.write(content);
      tar.closeArchiveEntry();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  public byte[] bytes() {
    try {
      tar.finish();
      return bytes.toByteArray();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns the artifact that an agent makes of this, with files laid over it. */
  public Artifact artifact(Path directory, ConfigFile... laid) {
    try {
      var archive = Files.createTempFile(Files.createDirectories(directory), "archive", ".tar");
      var content = bytes();
      Files.write(archive, content);
      var file = new ArtifactSource.File(archive.toString(), Digest.of(content));
      ArtifactSource source =
          laid.length == 0 ? file : new ArtifactSource.Configured(file, List.of(laid));
      return switch (store(directory).fetch(source)) {
        case ArtifactStore.Fetched.Got(var artifact) -> artifact;
        case ArtifactStore.Fetched other -> throw new AssertionError(other.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Returns a store without a network and without repositories. */
  public static ArtifactStore store(Path directory) {
    return ArtifactStore.in(
        directory.resolve("artifacts"),
        (url, _, _) -> {
          throw new AssertionError("nobody asked for " + url);
        },
        new Secrets(directory.resolve("secrets"), Optional.empty()),
        source -> {
          throw new AssertionError("nobody asked for " + source);
        },
        ArtifactLimits.DEFAULT);
  }
}
