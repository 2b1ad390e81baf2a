package dev.slipway.agent.source.local;

import dev.slipway.agent.source.isolation.Isolation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.PersonIdent;

/** Makes a repository of a directory that people go on working in. */
public final class NewRepository {
  private NewRepository() {}

  /**
   * Commits everything in the directory to the branch {@code main} of a new repository there;
   * returns the commit.
   *
   * @throws IOException if the directory cannot be written
   */
  public static String of(Path directory, String message, Instant when) throws IOException {
    var files = Isolation.files();
    var author = new PersonIdent("Slipway", "slipway@localhost", when, ZoneOffset.UTC);
    try (Git git =
        Git.init().setFs(files).setDirectory(directory.toFile()).setInitialBranch("main").call()) {
      git.add().addFilepattern(".").call();
      return git.commit()
          .setAuthor(author)
          .setCommitter(author)
          .setMessage(message)
          .setSign(false)
          .call()
          .name();
    } catch (GitAPIException e) {
      throw new IOException("%s cannot become a repository".formatted(directory), e);
    }
  }
}
