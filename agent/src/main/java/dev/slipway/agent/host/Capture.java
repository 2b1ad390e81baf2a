package dev.slipway.agent.host;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** What a command writes: the first mebibyte is kept, the rest is read and dropped. */
final class Capture {
  static final int BYTES_MAX = 1 << 20;

  private static final int CHUNK = 32 << 10;

  private final InputStream stream;
  private final ByteArrayOutputStream kept = new ByteArrayOutputStream();
  private final Thread reader;
  private boolean truncated;

  private Capture(InputStream stream) {
    this.stream = stream;
    this.reader = Thread.ofVirtual().name("capture").unstarted(this::read);
  }

  static Capture of(InputStream stream) {
    var capture = new Capture(stream);
    capture.reader.start();
    return capture;
  }

  /** Waits for the end of the stream, but not for a child that keeps it open. */
  Capture settled(Duration grace) {
    try {
      reader.join(grace);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return this;
  }

  synchronized byte[] bytes() {
    return kept.toByteArray();
  }

  String text() {
    return new String(bytes(), StandardCharsets.UTF_8);
  }

  synchronized boolean isTruncated() {
    return truncated;
  }

  private void read() {
    byte[] chunk = new byte[CHUNK];
    try {
      for (int count = stream.read(chunk); count >= 0; count = stream.read(chunk)) {
        keep(chunk, count);
      }
    } catch (IOException e) {
      // How the command ended is told elsewhere; what came until then is kept.
    }
  }

  private synchronized void keep(byte[] chunk, int count) {
    int room = Math.min(count, BYTES_MAX - kept.size());
    kept.write(chunk, 0, room);
    truncated |= room < count;
  }
}
