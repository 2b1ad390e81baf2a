package dev.slipway.agent.host;

import dev.slipway.agent.ssh.CommandInput;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Optional;

/**
 * Input on its way into a command.
 *
 * <p>A command that stops reading is no failure. A source that breaks is one, and then the command
 * must not take what it has got for the whole.
 */
final class Feed {
  private final Thread writer;
  private volatile Optional<String> broken = Optional.empty();

  private Feed(Machine.Input input, CommandInput target, Runnable stop) {
    writer = Thread.ofVirtual().name("feed").unstarted(() -> write(input, target, stop));
  }

  /** Starts writing; {@code stop} ends the command if the source breaks. */
  static Feed start(Machine.Input input, CommandInput target, Runnable stop) {
    var feed = new Feed(input, target, stop);
    feed.writer.start();
    return feed;
  }

  /** Returns why the source broke, empty if it did not. */
  Optional<String> broken() {
    return broken;
  }

  private void write(Machine.Input input, CommandInput target, Runnable stop) {
    try {
      input.writeTo(unended(target));
    } catch (IOException e) {
      if (!target.isCut()) {
        broken = Optional.of("its input could not be read: " + e.getMessage());
        stop.run();
        return;
      }
    }
    try {
      target.close();
    } catch (IOException e) {
      // The command has ended without it.
    }
  }

  /** The command may still want to be told more than a source knows; its input is ended by us. */
  private static OutputStream unended(CommandInput target) {
    return new FilterOutputStream(target) {
      @Override
      public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
      }

      @Override
      public void close() throws IOException {
        flush();
      }
    };
  }
}
