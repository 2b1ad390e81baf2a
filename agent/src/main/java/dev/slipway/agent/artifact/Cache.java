package dev.slipway.agent.artifact;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;

/** The directory that checked artifacts lie in, each in a directory of its own. */
final class Cache {
  private static final String ROOM = "new-";

  private final Path directory;
  private final int kept;
  private final AtomicBoolean swept = new AtomicBoolean();

  Cache(Path directory, int kept) {
    this.directory = directory;
    this.kept = kept;
  }

  synchronized Optional<SpooledArtifact> get(String key) throws IOException {
    var place = directory.resolve(key);
    var found = SpooledArtifact.read(place);
    if (found.isPresent()) {
      touch(place);
    }
    return found;
  }

  /** Returns an empty directory to work in, which is gone when it is closed. */
  Room room() throws IOException {
    Files.createDirectories(directory);
    if (swept.compareAndSet(false, true)) {
      removeRooms();
    }
    return new Room(Files.createTempDirectory(directory, ROOM));
  }

  /** Keeps what lies in the room, all of it or nothing, whenever the power goes. */
  SpooledArtifact keep(String key, Room room, List<Entry> entries) throws IOException {
    var index = room.file(SpooledArtifact.INDEX);
    Files.writeString(index, SpooledArtifact.index(entries), StandardCharsets.UTF_8);
    force(index);
    force(room.directory());
    var place = directory.resolve(key);
    settle(room, place);
    force(directory);
    return new SpooledArtifact(place, entries);
  }

  /** Nothing else is used meanwhile: what is about to be removed would get files again. */
  private synchronized void settle(Room room, Path place) throws IOException {
    remove(place);
    Files.move(room.directory(), place, StandardCopyOption.ATOMIC_MOVE);
    forgetOldest();
  }

  private static void force(Path path) throws IOException {
    try (var channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** The time of a directory is that of its last use. */
  private static void touch(Path place) throws IOException {
    var other = place.resolve(".used");
    Files.writeString(other, "");
    Files.delete(other);
  }

  private void forgetOldest() throws IOException {
    List<Used> places;
    try (var all = Files.list(directory)) {
      places =
          all.filter(place -> !isRoom(place))
              .map(Used::now)
              .sorted(Comparator.comparing(Used::at))
              .toList();
    }
    for (var used : places.subList(0, Math.max(0, places.size() - kept))) {
      remove(used.place());
    }
  }

  /** A place and when it was used last, read once: an order must not change while it is made. */
  private record Used(Path place, FileTime at) {
    static Used now(Path place) {
      return new Used(place, lastUse(place));
    }
  }

  /** Removes what an agent that was killed was working on; nobody else works in here. */
  private void removeRooms() throws IOException {
    try (var all = Files.list(directory)) {
      for (var room : all.filter(Cache::isRoom).toList()) {
        remove(room);
      }
    }
  }

  private static boolean isRoom(Path place) {
    return place.getFileName().toString().startsWith(ROOM);
  }

  private static FileTime lastUse(Path place) {
    try {
      return Files.getLastModifiedTime(place);
    } catch (IOException e) {
      return FileTime.fromMillis(0);
    }
  }

  private static void remove(Path place) throws IOException {
    try (Stream<Path> files = Files.list(place)) {
      for (var file : files.toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      return;
    }
    Files.deleteIfExists(place);
  }

  /** A directory to work in. */
  record Room(Path directory) implements AutoCloseable {
    Path file(String name) {
      return directory.resolve(name);
    }

    @Override
    public void close() throws IOException {
      remove(directory);
    }
  }
}
