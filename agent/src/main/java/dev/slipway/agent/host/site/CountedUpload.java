package dev.slipway.agent.host.site;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Machine.Input;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.concurrent.atomic.AtomicLong;

/** An artifact on its way to a host; counts what was really written. */
final class CountedUpload implements Input {
  private static final int BUFFER = 1 << 16;

  private final Artifact artifact;
  private final AtomicLong bytes = new AtomicLong();

  CountedUpload(Artifact artifact) {
    this.artifact = artifact;
  }

  long bytes() {
    return bytes.get();
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    var counted = new BufferedOutputStream(new Counted(out), BUFFER);
    artifact.writeTar(counted);
    counted.flush();
  }

  private final class Counted extends FilterOutputStream {
    Counted(OutputStream out) {
      super(out);
    }

    @Override
    public void write(int one) throws IOException {
      out.write(one);
      bytes.incrementAndGet();
    }

    @Override
    public void write(byte[] many, int offset, int length) throws IOException {
      out.write(many, offset, length);
      bytes.addAndGet(length);
    }
  }
}
