package dev.slipway.agent.balancer.edge.proxy.comparing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** What is kept of a body in order to compare it: all of it, or nothing if it is too long. */
final class KeptBody {
  /** Longer bodies are not kept. */
  static final int BYTES_MAX = 64 << 10;

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
  private boolean tooLong;

  void add(byte[] more, int length) {
    tooLong |= bytes.size() + length > BYTES_MAX;
    if (tooLong) {
      bytes.reset();
    } else {
      bytes.write(more, 0, length);
    }
  }

  boolean isTooLong() {
    return tooLong;
  }

  /** Returns the bytes, each as one character. */
  String text() {
    return bytes.toString(StandardCharsets.ISO_8859_1);
  }
}
