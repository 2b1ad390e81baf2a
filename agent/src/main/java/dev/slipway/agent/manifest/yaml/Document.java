package dev.slipway.agent.manifest.yaml;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A manifest's bytes, read to a tree or refused. */
public final class Document {
  /** The largest manifest. */
  public static final int BYTES_MAX = 1 << 20;

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

  private Document() {}

  /** Returns the tree of a file's bytes, or everything that keeps it from being one. */
  public static Parsed<Node> read(String file, byte[] bytes) {
    if (bytes.length > BYTES_MAX) {
      return refused(
          file,
          "is %,d bytes, more than the limit 'manifest size' of %,d"
              .formatted(bytes.length, BYTES_MAX),
          "split it");
    }
    var decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .onMalformedInput(CodingErrorAction.REPORT)
            .onUnmappableCharacter(CodingErrorAction.REPORT);
    var rest = ByteBuffer.wrap(bytes);
    rest.position(begin(bytes));
    try {
      String text = decoder.decode(rest).toString();
      int nul = text.indexOf('\0');
      return nul < 0 ? new TreeReader(file).read(text) : notText(file, before(text, nul, bytes));
    } catch (CharacterCodingException e) {
      return notText(file, rest.position());
    }
  }

  private static int begin(byte[] bytes) {
    int mark = BYTE_ORDER_MARK.length;
    boolean marked =
        bytes.length >= mark
            && ByteBuffer.wrap(bytes, 0, mark).equals(ByteBuffer.wrap(BYTE_ORDER_MARK));
    return marked ? mark : 0;
  }

  private static int before(String text, int index, byte[] bytes) {
    return begin(bytes) + text.substring(0, index).getBytes(StandardCharsets.UTF_8).length;
  }

  private static Parsed<Node> notText(String file, int offset) {
    return refused(file, "not valid UTF-8 at byte " + offset, "save the file as UTF-8 text");
  }

  private static Parsed<Node> refused(String file, String fact, String remedy) {
    Problem problem = Place.start(file).problem(fact, remedy);
    return new Parsed.Invalid<>(List.of(problem));
  }
}
