package dev.slipway.agent.host;

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

  private Feed(Machine.Input input, OutputStream target, Runnable stop) {
    writer = Thread.ofVirtual().name("feed").unstarted(() -> write(input, target, stop));
  }

  /** Starts writing; {@code stop} ends the command if the source breaks. */
  static Feed start(Machine.Input input, OutputStream target, Runnable stop) {
    var feed = new Feed(input, target, stop);
    feed.writer.start();
    return feed;
  }

  /** Returns why the source broke, empty if it did not. */
  Optional<String> broken() {
    return broken;
  }

  private void write(Machine.Input input, OutputStream target, Runnable stop) {
    var pipe = new Pipe(target);
    try {
      input.writeTo(pipe);
    } catch (IOException e) {
      if (!pipe.closedByReader) {
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

  /** Remembers that it was the reader who went away. */
  private static final class Pipe extends FilterOutputStream {
    private boolean closedByReader;

    Pipe(OutputStream target) {
      super(target);
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      try {
        out.write(bytes, offset, length);
      } catch (IOException e) {
        closedByReader = true;
        throw e;
      }
    }

    @Override
    public void flush() throws IOException {
      try {
        out.flush();
      } catch (IOException e) {
        closedByReader = true;
        throw e;
      }
    }

    /** The command may still want to be told more; its input is closed by us. */
    @Override
    public void close() throws IOException {
      flush();
    }
  }
}
