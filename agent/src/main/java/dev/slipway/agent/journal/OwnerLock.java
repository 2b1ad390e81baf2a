package dev.slipway.agent.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A state directory's sign that an agent works with it; the system takes it away with the agent.
 */
final class OwnerLock implements AutoCloseable {
  private final FileChannel channel;

  private OwnerLock(FileChannel channel) {
    this.channel = channel;
  }

  /** What came of asking for the lock. */
  sealed interface Asked {
    record Got(OwnerLock lock) implements Asked {}

    record Taken(String owner) implements Asked {}
  }

  static Asked take(Path directory) throws IOException {
    Path file = directory.resolve("agent.lock");
    var channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    if (!isLocked(channel)) {
      channel.close();
      return new Asked.Taken(Files.readString(file).strip());
    }
    channel.truncate(0);
    var owner = ByteBuffer.wrap(pid().getBytes(StandardCharsets.US_ASCII));
    while (owner.hasRemaining()) {
      channel.write(owner);
    }
    return new Asked.Got(new OwnerLock(channel));
  }

  private static boolean isLocked(FileChannel channel) throws IOException {
    try {
      return channel.tryLock() != null;
    } catch (OverlappingFileLockException _) {
      return false; // this very process has it
    }
  }

  private static String pid() {
    return ProcessHandle.current().pid() + "\n";
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new JournalBrokenException("the lock of the state directory cannot be given back", e);
    }
  }
}
