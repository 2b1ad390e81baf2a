package dev.slipway.agent.demo;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** The status line and the headers of an HTTP/1 answer, with names in lower case. */
record ResponseHead(String protocol, int status, Map<String, String> headers) {
  private static final int LINE_MAX = 16 * 1024;
  private static final int LINES_MAX = 200;
  private static final String VERSION = "x-slipway-version";

  ResponseHead {
    headers = Map.copyOf(headers);
  }

  static ResponseHead read(InputStream input) throws IOException {
    var words = line(input).split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-5]\\d\\d")) {
      throw new IOException("answer is not HTTP/1");
    }
    var headers = new HashMap<String, String>();
    var next = line(input);
    for (int lines = 0; !next.isEmpty(); next = line(input)) {
      if (++lines > LINES_MAX) {
        throw new IOException("answer has more than " + LINES_MAX + " headers");
      }
      int colon = Math.max(0, next.indexOf(':'));
      headers.put(
          next.substring(0, colon).toLowerCase(Locale.ROOT), next.substring(colon + 1).strip());
    }
    return new ResponseHead(words[0], Integer.parseInt(words[1]), headers);
  }

  boolean isInterim() {
    return status < 200;
  }

  String version() {
    return headers.getOrDefault(VERSION, "unnamed");
  }

  boolean keepsAlive() {
    var connection = headers.getOrDefault("connection", "").toLowerCase(Locale.ROOT);
    return protocol.equals("HTTP/1.1")
        ? !connection.contains("close")
        : connection.contains("keep-alive");
  }

  /** Reads over the body; false when only the end of the connection ends it. */
  boolean skipBody(InputStream input) throws IOException {
    if (status == 204 || status == 304) {
      return true;
    }
    if (headers.getOrDefault("transfer-encoding", "").contains("chunked")) {
      skipChunks(input);
      return true;
    }
    var length = headers.get("content-length");
    if (length == null) {
      input.transferTo(OutputStream.nullOutputStream());
      return false;
    }
    skip(input, number(length, 10));
    return true;
  }

  private static void skipChunks(InputStream input) throws IOException {
    for (long size = chunkSize(input); size > 0; size = chunkSize(input)) {
      skip(input, size);
      line(input);
    }
    while (!line(input).isEmpty()) {
      // A trailer, which nobody asked for.
    }
  }

  private static long chunkSize(InputStream input) throws IOException {
    return number(line(input).split(";", 2)[0].strip(), 16);
  }

  private static long number(String digits, int radix) throws IOException {
    try {
      return Long.parseLong(digits, radix);
    } catch (NumberFormatException e) {
      throw new IOException("answer has a bad length", e);
    }
  }

  private static void skip(InputStream input, long length) throws IOException {
    try {
      input.skipNBytes(length);
    } catch (EOFException e) {
      throw new IOException("answer was cut", e);
    }
  }

  private static String line(InputStream input) throws IOException {
    var line = new StringBuilder();
    for (int next = input.read(); next != '\n'; next = input.read()) {
      if (next < 0 || line.length() >= LINE_MAX) {
        throw new IOException(next < 0 ? "answer was cut" : "answer has an endless line");
      }
      line.append((char) next);
    }
    return line.toString().strip();
  }
}
