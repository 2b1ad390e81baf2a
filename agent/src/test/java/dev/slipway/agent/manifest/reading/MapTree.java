package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A commit that is written down in a test; a text of {@link #LINK} stands for a symbolic link. */
public final class MapTree implements Tree {
  static final String LINK = "-> elsewhere";
  private final Map<String, byte[]> files;

  private MapTree(Map<String, byte[]> files) {
    this.files = Collections.unmodifiableMap(new TreeMap<>(files));
  }

  public static MapTree of(Map<String, String> texts) {
    var files = new TreeMap<String, byte[]>();
    texts.forEach((path, text) -> files.put(path, text.getBytes(StandardCharsets.UTF_8)));
    return new MapTree(files);
  }

  public MapTree with(String path, String text) {
    return with(path, text.getBytes(StandardCharsets.UTF_8));
  }

  MapTree with(String path, byte[] bytes) {
    var changed = new TreeMap<>(files);
    changed.put(path, bytes);
    return new MapTree(changed);
  }

  public MapTree without(String path) {
    var changed = new TreeMap<>(files);
    changed.remove(path);
    return new MapTree(changed);
  }

  @Override
  public String commit() {
    int[] content = {1};
    files.forEach((path, bytes) -> content[0] += 31 * path.hashCode() + Arrays.hashCode(bytes));
    return "%040x".formatted(content[0]);
  }

  @Override
  public Read read(String path) {
    byte[] bytes = files.get(path);
    if (bytes == null) {
      return new Read.Missing();
    }
    return new String(bytes, StandardCharsets.UTF_8).equals(LINK)
        ? new Read.Refused("it is a symbolic link")
        : new Read.Found(new Blob(bytes), Mode.PLAIN);
  }

  @Override
  public List<String> list(String directory) {
    return files.keySet().stream()
        .filter(path -> path.startsWith(directory + "/"))
        .filter(path -> read(path) instanceof Read.Found)
        .toList();
  }
}
