package dev.slipway.agent.ssh;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The standard input of a command, here or behind a connection: its end is told only after all of
 * it was taken.
 *
 * <p>sshj gives up a write that the command does not take within the time of an answer. The command
 * may live on and read later, and must not take what it has got for the whole.
 */
public final class CommandInput extends FilterOutputStream {
  private boolean cut;

  /** Makes the input of a command that reads what is written to a stream. */
  public CommandInput(OutputStream target) {
    super(target);
  }

  /** Returns whether the command did not take something that was written. */
  public boolean isCut() {
    return cut;
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
      cut = true;
      throw e;
    }
  }

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      cut = true;
      throw e;
    }
  }

  /** Ends the input; what was cut stays open, until the command ends or its time is up. */
  @Override
  public void close() throws IOException {
    if (!cut) {
      // The close of a channel of sshj drops what the window has no room for at that moment.
      flush();
      out.close();
    }
  }
}
