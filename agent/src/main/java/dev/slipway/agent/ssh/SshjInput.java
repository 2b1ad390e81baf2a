package dev.slipway.agent.ssh;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The standard input of a command, whose end is told only after all of it was taken.
 *
 * <p>sshj gives up a write that the command does not take within the time of an answer. The command
 * may live on and read later, and must not take what it has got for the whole.
 */
final class SshjInput extends FilterOutputStream {
  private boolean cut;

  SshjInput(OutputStream channel) {
    super(channel);
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
