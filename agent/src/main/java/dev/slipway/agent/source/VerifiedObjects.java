package dev.slipway.agent.source;

import java.io.IOException;
import org.eclipse.jgit.errors.CorruptObjectException;
import org.eclipse.jgit.errors.LargeObjectException;
import org.eclipse.jgit.errors.MissingObjectException;
import org.eclipse.jgit.lib.AnyObjectId;
import org.eclipse.jgit.lib.Constants;
import org.eclipse.jgit.lib.ObjectInserter;
import org.eclipse.jgit.lib.ObjectReader;
import org.eclipse.jgit.lib.Repository;

/**
 * Reads objects and checks each against its own name.
 *
 * <p>JGit checks names when objects arrive, not when they are read, so a disk that flips a bit
 * would go unnoticed.
 */
final class VerifiedObjects implements AutoCloseable {
  private static final int TREE_BYTES_MAX = 64 << 20;
  private static final int COMMIT_BYTES_MAX = 4 << 20;

  private final ObjectReader reader;
  private final ObjectInserter.Formatter names = new ObjectInserter.Formatter();

  VerifiedObjects(Repository repository) {
    this.reader = repository.newObjectReader();
  }

  byte[] commit(AnyObjectId id) throws IOException {
    return read(id, Constants.OBJ_COMMIT, COMMIT_BYTES_MAX);
  }

  byte[] tree(AnyObjectId id) throws IOException {
    return read(id, Constants.OBJ_TREE, TREE_BYTES_MAX);
  }

  byte[] blob(AnyObjectId id, int bytesMax) throws IOException {
    return read(id, Constants.OBJ_BLOB, bytesMax);
  }

  long blobSize(AnyObjectId id) throws IOException {
    return reader.getObjectSize(id, Constants.OBJ_BLOB);
  }

  boolean has(AnyObjectId id) throws IOException {
    return reader.has(id);
  }

  void requireBlob(AnyObjectId id) throws IOException {
    if (!reader.has(id)) {
      throw new MissingObjectException(id.toObjectId(), Constants.OBJ_BLOB);
    }
  }

  private byte[] read(AnyObjectId id, int type, int bytesMax) throws IOException {
    var bytes = inflate(id, type, bytesMax);
    if (!names.idFor(type, bytes).equals(id)) {
      throw new CorruptObjectException(id.toObjectId(), "its content has another name");
    }
    return bytes;
  }

  // What JGit throws when it follows a damaged delta is not always an IOException.
  private byte[] inflate(AnyObjectId id, int type, int bytesMax) throws IOException {
    try {
      return reader.open(id, type).getBytes(bytesMax);
    } catch (LargeObjectException | IllegalArgumentException | IndexOutOfBoundsException e) {
      throw new CorruptObjectException(id.toObjectId(), String.valueOf(e.getMessage()));
    }
  }

  @Override
  public void close() {
    reader.close();
    names.close();
  }
}
