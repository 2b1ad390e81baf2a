package dev.slipway.agent.balancer.edge.proxy.comparing;

import dev.slipway.strategies.traffic.Comparison;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Reads an answer to a copy after its status, as far as it is compared. */
public final class AnswerReader {
  private static final int LINE_MAX = 16 << 10;
  private static final int LINES_MAX = 200;
  private static final int BUFFER_BYTES = 8 << 10;
  private static final int HEX = 16;
  private static final List<Integer> BODILESS = List.of(204, 304);

  private final Comparison comparison;
  private final boolean isHead;
  private final KeptBody body = new KeptBody();

  AnswerReader(Comparison comparison, boolean isHead) {
    this.comparison = comparison;
    this.isHead = isHead;
  }

  /**
   * Reads until the answer is over, or longer than what is compared.
   *
   * @throws IOException if it is not whole, or no answer
   */
  Reply read(int status, InputStream in) throws IOException {
    Map<String, List<String>> head = head(in);
    if (!isHead && !BODILESS.contains(status)) {
      body(head, in);
    }
    return Reply.of(status, name -> head.getOrDefault(name, List.of()), body, comparison);
  }

  private static Map<String, List<String>> head(InputStream in) throws IOException {
    var head = new TreeMap<String, List<String>>(String.CASE_INSENSITIVE_ORDER);
    for (int lines = 0; lines < LINES_MAX; lines++) {
      String line = line(in);
      int colon = line.indexOf(':');
      if (line.isEmpty()) {
        return head;
      }
      if (colon < 1) {
        throw new IOException("the answer has a line that is no header");
      }
      head.computeIfAbsent(line.substring(0, colon), _ -> new ArrayList<>())
          .add(line.substring(colon + 1).strip());
    }
    throw new IOException("the answer has more than %d headers".formatted(LINES_MAX));
  }

  private void body(Map<String, List<String>> head, InputStream in) throws IOException {
    List<String> lengths = head.getOrDefault("Content-Length", List.of());
    if (head.containsKey("Transfer-Encoding")) {
      chunks(in);
    } else if (lengths.isEmpty()) {
      untilItCloses(in);
    } else {
      exactly(number(lengths.getFirst(), 10), in);
    }
  }

  private void chunks(InputStream in) throws IOException {
    long size = number(line(in).split(";", 2)[0].strip(), HEX);
    while (size > 0 && !body.isTooLong()) {
      exactly(size, in);
      if (!body.isTooLong()) {
        line(in);
        size = number(line(in).split(";", 2)[0].strip(), HEX);
      }
    }
  }

  private static long number(String text, int radix) throws IOException {
    try {
      return Long.parseUnsignedLong(text, radix);
    } catch (NumberFormatException e) {
      throw new IOException("the answer has a length that is no number", e);
    }
  }

  private void exactly(long size, InputStream in) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    long left = size;
    while (left > 0 && !body.isTooLong()) {
      int read = in.read(buffer, 0, (int) Math.min(buffer.length, left));
      if (read < 0) {
        throw new IOException("the answer broke off");
      }
      body.add(buffer, read);
      left -= read;
    }
  }

  private void untilItCloses(InputStream in) throws IOException {
    var buffer = new byte[BUFFER_BYTES];
    int read = in.read(buffer);
    while (read >= 0 && !body.isTooLong()) {
      body.add(buffer, read);
      read = in.read(buffer);
    }
  }

  private static String line(InputStream in) throws IOException {
    var line = new StringBuilder();
    while (line.length() <= LINE_MAX) {
      int next = in.read();
      if (next < 0) {
        throw new IOException("the answer broke off");
      }
      if (next == '\n') {
        return line.toString().strip();
      }
      line.append((char) next);
    }
    throw new IOException("a line of the answer has more than %d bytes".formatted(LINE_MAX));
  }
}
