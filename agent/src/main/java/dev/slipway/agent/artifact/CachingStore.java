package dev.slipway.agent.artifact;

import dev.slipway.agent.http.Downloads.Downloaded;
import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.DigestOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Keeps each artifact under the digest of where it came from, once everything in it was checked.
 */
final class CachingStore implements ArtifactStore {
  private final Cache cache;
  private final LoggedIn downloads;
  private final Trees trees;
  private final ArtifactLimits limits;
  private final Map<String, Object> busy = new ConcurrentHashMap<>();

  CachingStore(Path directory, LoggedIn downloads, Trees trees, ArtifactLimits limits) {
    this.cache = new Cache(directory, limits.kept());
    this.downloads = downloads;
    this.trees = trees;
    this.limits = limits;
  }

  /** What came of looking for files that lie together. */
  private sealed interface Found {
    record Here(SpooledArtifact artifact) implements Found {}

    record Not(Fetched why) implements Found {}
  }

  @Override
  public Fetched fetch(ArtifactSource source) {
    return switch (source) {
      case ArtifactSource.Stored stored ->
          switch (find(stored)) {
            case Found.Here(var artifact) -> new Fetched.Got(artifact);
            case Found.Not(var why) -> why;
          };
      case ArtifactSource.Configured(var files, var laid) ->
          switch (find(files)) {
            case Found.Here(var artifact) -> laid(artifact, laid, files);
            case Found.Not(var why) -> why;
          };
    };
  }

  private static Fetched laid(
      SpooledArtifact artifact, List<ConfigFile> laid, ArtifactSource.Stored files) {
    try {
      return new Fetched.Got(LaidArtifact.over(artifact, laid));
    } catch (RefusedException e) {
      return new Fetched.Refused("%s: %s".formatted(shown(files), e.reason()));
    }
  }

  private Found find(ArtifactSource.Stored source) {
    var key = key(source);
    // One at a time for each artifact; the second finds what the first has fetched.
    synchronized (busy.computeIfAbsent(key, _ -> new Object())) {
      try {
        var cached = cache.get(key);
        return cached.isPresent() ? new Found.Here(cached.get()) : find(source, key);
      } catch (RefusedException e) {
        return new Found.Not(new Fetched.Refused("%s: %s".formatted(shown(source), e.reason())));
      } catch (IOException e) {
        return new Found.Not(new Fetched.Unavailable("%s: %s".formatted(shown(source), e)));
      }
    }
  }

  private Found find(ArtifactSource.Stored source, String key) throws IOException {
    try (var room = cache.room()) {
      return switch (source) {
        case ArtifactSource.Url url -> download(url, key, room);
        case ArtifactSource.File(var path, var sha256) -> local(Path.of(path), sha256, key, room);
        case ArtifactSource.Tree tree -> tree(tree, key, room);
        case ArtifactSource.OnHosts _ ->
            new Found.Not(
                new Fetched.Refused("others had put it on the hosts, and it lies nowhere else"));
      };
    }
  }

  private Found download(ArtifactSource.Url source, String key, Cache.Room room)
      throws IOException {
    var archive = room.file("archive");
    var found = new StringBuilder();
    var downloaded = downloads.get(source, in -> found.append(copy(in, archive)));
    return switch (downloaded) {
      case Downloaded.Complete() -> unpack(archive, found.toString(), source.sha256(), key, room);
      case Downloaded.Refused(var reason) -> new Found.Not(new Fetched.Refused(reason));
      case Downloaded.Denied(var reason) -> new Found.Not(new Fetched.Unavailable(reason));
      case Downloaded.Unavailable(var reason) -> new Found.Not(new Fetched.Unavailable(reason));
    };
  }

  private Found local(Path file, Digest sha256, String key, Cache.Room room) throws IOException {
    var archive = room.file("archive");
    try (var in = Files.newInputStream(file)) {
      // A copy, because what was checked must be what is read afterwards.
      return unpack(archive, copy(in, archive), sha256, key, room);
    } catch (NoSuchFileException e) {
      throw new RefusedException("there is no such file on the agent's machine");
    }
  }

  private static String copy(InputStream in, Path archive) throws IOException {
    var digest = Spool.sha256();
    try (OutputStream out = new DigestOutputStream(Files.newOutputStream(archive), digest)) {
      in.transferTo(out);
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private Found unpack(Path archive, String found, Digest sha256, String key, Cache.Room room)
      throws IOException {
    if (!found.equals(sha256.hex())) {
      throw new RefusedException(
          "expected sha256 %s, found %s; correct the sha256 if this is the file that you mean"
              .formatted(sha256, found));
    }
    try (var spool = new Spool(room.file(SpooledArtifact.DATA), limits, Files.size(archive))) {
      new ArchiveReader(limits, spool).read(archive);
      Files.delete(archive);
      return new Found.Here(cache.keep(key, room, spool.finish()));
    }
  }

  private Found tree(ArtifactSource.Tree source, String key, Cache.Room room) throws IOException {
    return switch (trees.list(source)) {
      case Trees.Listing.Files(var files) -> {
        try (var spool =
            new Spool(room.file(SpooledArtifact.DATA), limits, limits.bytes() / limits.ratio())) {
          for (var file : files) {
            add(spool, file);
          }
          yield new Found.Here(cache.keep(key, room, spool.finish()));
        }
      }
      case Trees.Listing.Refused(var reason) -> throw new RefusedException(reason);
      case Trees.Listing.Unavailable(var reason) ->
          new Found.Not(new Fetched.Unavailable("%s: %s".formatted(shown(source), reason)));
    };
  }

  private void add(Spool spool, Trees.File file) throws IOException {
    var kind =
        switch (file.mode()) {
          case PLAIN -> Entry.Kind.FILE;
          case EXECUTABLE -> Entry.Kind.EXECUTABLE;
        };
    spool.file(
        EntryPath.of(file.path(), limits.pathBytes()),
        kind,
        new ByteArrayInputStream(file.content().bytes()));
  }

  /**
   * What was promised is what an artifact is found by; where it lay does not matter, but for what
   * lay behind a login: only who may name that secret finds it again.
   */
  private String key(ArtifactSource.Stored source) {
    return switch (source) {
      case ArtifactSource.Url(var _, var sha256, var secret) ->
          secret
              .map(name ->
                  Digest.of(
                      "private\n%s\n%s\n%s".formatted(name.environment(), name.name(), sha256)))
              .orElse(sha256)
              .hex();
      case ArtifactSource.File(var _, var sha256) -> sha256.hex();
      case ArtifactSource.OnHosts(var path) -> Digest.of("on hosts %s".formatted(path)).hex();
      case ArtifactSource.Tree tree ->
          trees
              .identity(tree)
              .map(identity -> Digest.of("tree %s".formatted(identity)))
              .orElseGet(() ->
                  Digest.of(
                      "tree\n%s\n%s\n%s".formatted(tree.repository(), tree.commit(), tree.path())))
              .hex();
    };
  }

  private static String shown(ArtifactSource.Stored source) {
    return switch (source) {
      // The query of a signed address is as good as a password.
      case ArtifactSource.Url(var url, var _, var _) -> url.replaceFirst("[?#].*", "");
      case ArtifactSource.File(var path, var _) -> path;
      case ArtifactSource.OnHosts(var path) -> path;
      case ArtifactSource.Tree(var repository, var commit, var path) ->
          "'%s' in %s at %s".formatted(path, repository, commit);
    };
  }
}
