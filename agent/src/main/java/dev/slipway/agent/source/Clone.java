package dev.slipway.agent.source;

import dev.slipway.agent.source.isolation.Isolation;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.eclipse.jgit.api.Git;
import org.eclipse.jgit.api.errors.GitAPIException;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.RefUpdate;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.revwalk.RevWalk;
import org.eclipse.jgit.storage.file.FileRepositoryBuilder;
import org.eclipse.jgit.transport.RefSpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The bare repository in the state directory; all that is in it can be fetched again.
 *
 * <p>Its owner is the only one who writes there, so whatever a killed process has left half-done is
 * removed when it is opened.
 */
final class Clone implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Clone.class);
  private static final String FOLLOWED = "refs/remotes/origin/";
  private static final Pattern LEFTOVER =
      Pattern.compile(".*\\.(?:lock|keep)|(?:incoming|insert|gc|noz)[_0-9].*");
  private static final int PACKS_MAX = 50;
  // One of 256 directories, so this stands for some two thousand objects.
  private static final String LOOSE_SAMPLE = "objects/17";
  private static final int LOOSE_SAMPLE_MAX = 8;
  private static final int DIGEST_BYTES = 20;
  private static final int BUFFER_BYTES = 64 * 1024;
  private static final String CONFIG =
      """
      [core]
      \trepositoryformatversion = 0
      \tbare = true
      \tlogAllRefUpdates = false
      [http]
      \tfollowRedirects = false
      [pack]
      \tthreads = 1
      [gc]
      \tauto = 0
      \tautoDetach = false
      \tprunePackExpire = now
      \tpruneExpire = 26.weeks.ago
      """;

  private final Path directory;
  private Repository repository;
  private volatile boolean suspect;

  private Clone(Path directory, Repository repository) {
    this.directory = directory;
    this.repository = repository;
  }

  /** Opens the clone in a directory; an empty one takes the place of what is missing or damaged. */
  static Clone open(Path directory) {
    try {
      Files.createDirectories(directory);
      removeLeftovers(directory);
      if (!isWhole(directory)) {
        empty(directory);
      }
      return new Clone(directory, openRepository(directory));
    } catch (IOException e) {
      throw new UncheckedIOException("the clone in %s cannot be used".formatted(directory), e);
    }
  }

  Repository repository() {
    return repository;
  }

  /** Says that something could not be read; the next poll begins with a new clone. */
  void suspect() {
    suspect = true;
  }

  boolean isSuspect() {
    return suspect;
  }

  /** Returns whether all history, and every directory of every tip, can be read. */
  boolean isSound() {
    try (var walk = new RevWalk(repository)) {
      for (var ref : repository.getRefDatabase().getRefs()) {
        if (ref.getObjectId() != null) {
          walk.markStart(walk.parseCommit(ref.getObjectId()));
          GitTree.of(this, RemoteSpec.Limits.DEFAULT, ref.getObjectId());
        }
      }
      while (walk.next() != null) {
        // Reading is all there is to do.
      }
      return true;
    } catch (IOException e) {
      LOG.warn("The clone in {} is damaged: {}", directory, e.getMessage());
      return false;
    }
  }

  /** Returns the tips of the branches that were fetched. */
  Map<String, ObjectId> branches() throws IOException {
    var branches = new HashMap<String, ObjectId>();
    for (var ref : repository.getRefDatabase().getRefsByPrefix(FOLLOWED)) {
      branches.put(ref.getName().substring(FOLLOWED.length()), ref.getObjectId());
    }
    return branches;
  }

  /** Returns what to ask the server for to have a branch here. */
  static RefSpec specOf(String branch) {
    return new RefSpec("+refs/heads/%s:%s%s".formatted(branch, FOLLOWED, branch));
  }

  void forgetBranch(String branch) throws IOException {
    forget(FOLLOWED + branch);
  }

  /** Deletes a ref; its commits stay for a while. */
  void forget(String ref) throws IOException {
    var update = repository.updateRef(ref);
    update.setForceUpdate(true);
    var result = update.delete();
    if (result == RefUpdate.Result.LOCK_FAILURE || result == RefUpdate.Result.IO_FAILURE) {
      throw new IOException("%s in %s cannot be deleted: %s".formatted(ref, directory, result));
    }
  }

  /** Throws everything away; the next fetch brings it again. */
  void rebuild() throws IOException {
    LOG.warn("The clone in {} is damaged and is fetched anew", directory);
    repository.close();
    empty(directory);
    repository = openRepository(directory);
    suspect = false;
  }

  /** Packs what many small fetches have left, when there is enough of it. */
  void tidy() throws IOException {
    boolean cluttered =
        packFiles("*.pack").size() > PACKS_MAX
            || listing(directory.resolve(LOOSE_SAMPLE), "*").size() > LOOSE_SAMPLE_MAX;
    if (!cluttered) {
      return;
    }
    try (var git = Git.wrap(repository)) {
      git.gc().call();
    } catch (GitAPIException e) {
      throw new IOException("the clone in %s cannot be packed".formatted(directory), e);
    }
  }

  @Override
  public void close() {
    repository.close();
  }

  private List<Path> packFiles(String glob) throws IOException {
    return packFiles(directory, glob);
  }

  private static List<Path> packFiles(Path directory, String glob) throws IOException {
    return listing(directory.resolve("objects/pack"), glob);
  }

  private static List<Path> listing(Path directory, String glob) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (var found = Files.newDirectoryStream(directory, glob)) {
      var files = new ArrayList<Path>();
      found.forEach(files::add);
      return files;
    }
  }

  private static Repository openRepository(Path directory) throws IOException {
    if (Files.notExists(directory.resolve("HEAD"))) {
      try (var fresh = build(directory)) {
        fresh.create(true);
      }
    }
    Files.writeString(directory.resolve("config"), CONFIG);
    return build(directory);
  }

  private static Repository build(Path directory) throws IOException {
    return new FileRepositoryBuilder()
        .setFS(Isolation.files())
        .setGitDir(directory.toFile())
        .setBare()
        .build();
  }

  private static boolean isWhole(Path directory) throws IOException {
    var head = directory.resolve("HEAD");
    if (!Files.isRegularFile(head) || !Files.readString(head).startsWith("ref: refs/")) {
      return false;
    }
    if (!Files.isDirectory(directory.resolve("objects/pack"))) {
      return false;
    }
    for (var file : packFiles(directory, "*.{pack,idx}")) {
      if (!endsWithItsDigest(file)) {
        return false;
      }
    }
    return true;
  }

  /** Packs and their indexes end with the SHA-1 of all that comes before. */
  private static boolean endsWithItsDigest(Path file) throws IOException {
    long left = Files.size(file) - DIGEST_BYTES;
    var digest = sha1();
    try (var input = Files.newInputStream(file)) {
      var buffer = new byte[BUFFER_BYTES];
      while (left > 0) {
        int read = input.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (read < 0) {
          return false;
        }
        digest.update(buffer, 0, read);
        left -= read;
      }
      return left == 0 && Arrays.equals(digest.digest(), rest(input));
    }
  }

  private static byte[] rest(InputStream input) throws IOException {
    return input.readNBytes(DIGEST_BYTES);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java knows SHA-1", e);
    }
  }

  private static void removeLeftovers(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        if (LEFTOVER.matcher(file.getFileName().toString()).matches()) {
          LOG.info("Removing {}, which a killed process has left", file);
          // What looks like a leftover may be in use for a moment, and gone by now.
          Files.deleteIfExists(file);
        }
      }
    }
  }

  private static void empty(Path directory) throws IOException {
    Files.walkFileTree(directory, new Emptying(directory));
  }

  private static final class Emptying extends SimpleFileVisitor<Path> {
    private final Path root;

    Emptying(Path root) {
      this.root = root;
    }

    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
        throws IOException {
      if (failure != null) {
        throw failure;
      }
      if (!visited.equals(root)) {
        Files.delete(visited);
      }
      return FileVisitResult.CONTINUE;
    }
  }
}
