package dev.slipway.agent;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.Trees;
import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.Tree;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Lets releases lie in the config repositories that the agent follows. */
final class RepositoryTrees implements Trees {
  private static final String POINTER = "version https://git-lfs.github.com/spec/";
  private static final int POINTER_BYTES_MAX = 1024;

  private static final int REMEMBERED = 1_000;

  private final Map<String, ConfigRepository> repositories;
  private final Map<ArtifactSource.Tree, String> identities = new Remembered();

  RepositoryTrees(Map<String, ConfigRepository> repositories) {
    this.repositories = repositories;
  }

  @Override
  public Listing list(ArtifactSource.Tree source) {
    ConfigRepository repository = repositories.get(source.repository());
    return repository == null
        ? new Listing.Refused("there is no repository '%s'".formatted(source.repository()))
        : list(repository.tree(source.commit()), source.path());
  }

  /** Asked for at every look at an application, so a commit is read for it only once. */
  @Override
  public Optional<String> identity(ArtifactSource.Tree source) {
    synchronized (identities) {
      Optional<String> known = Optional.ofNullable(identities.get(source));
      if (known.isPresent()) {
        return known;
      }
    }
    Optional<String> found = find(source);
    synchronized (identities) {
      found.ifPresent(identity -> identities.put(source, identity));
    }
    return found;
  }

  /** What cannot be read now has no name now; whoever reads it will say why. */
  private Optional<String> find(ArtifactSource.Tree source) {
    try {
      return Optional.ofNullable(repositories.get(source.repository()))
          .flatMap(repository -> repository.tree(source.commit()).identity(source.path()));
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  /** The latest of them; a commit never changes, so nothing in here can be wrong. */
  private static final class Remembered extends LinkedHashMap<ArtifactSource.Tree, String> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<ArtifactSource.Tree, String> eldest) {
      return size() > REMEMBERED;
    }
  }

  private static Listing list(Tree tree, String directory) {
    List<String> paths = tree.list(directory);
    if (paths.isEmpty()) {
      return new Listing.Refused(
          "there is no directory '%s' in %s".formatted(directory, tree.commit()));
    }
    var files = new ArrayList<Trees.File>();
    for (String path : paths) {
      switch (tree.read(path)) {
        case Tree.Read.Found(var blob, var _) when isPointer(blob) -> {
          return new Listing.Refused(
              path
                  + " is a pointer of Git LFS and not the file itself, which is not fetched; use a"
                  + " url with its sha256, or commit the file");
        }
        case Tree.Read.Found(var blob, var mode) ->
            files.add(
                new Trees.File(path.substring(directory.length() + 1), mode(mode), blob::bytes));
        case Tree.Read.Missing() -> {
          return new Listing.Unavailable("%s vanished from %s".formatted(path, tree.commit()));
        }
        case Tree.Read.Refused(var reason) -> {
          return new Listing.Refused("%s: %s".formatted(path, reason));
        }
      }
    }
    return new Listing.Files(files);
  }

  /** Served as it stands, a pointer would be a release of some hundred bytes of text. */
  private static boolean isPointer(Blob blob) {
    byte[] bytes = blob.bytes();
    return bytes.length <= POINTER_BYTES_MAX
        && new String(bytes, StandardCharsets.ISO_8859_1).startsWith(POINTER);
  }

  private static Trees.Mode mode(Tree.Mode mode) {
    return switch (mode) {
      case PLAIN -> Trees.Mode.PLAIN;
      case EXECUTABLE -> Trees.Mode.EXECUTABLE;
    };
  }
}
