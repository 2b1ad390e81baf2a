package dev.slipway.strategies.fleet;

import java.util.List;

/** A text of length-prefixed fields, so that no two different values share a digest. */
final class Canonical {
  private final StringBuilder text = new StringBuilder();

  Canonical field(String name, Object value) {
    String written = value.toString();
    text.append(name.length()).append(':').append(name);
    text.append('=').append(written.length()).append(':').append(written).append('\n');
    return this;
  }

  Canonical list(String name, List<String> values) {
    field(name + " count", values.size());
    values.forEach(value -> field(name, value));
    return this;
  }

  Digest digest() {
    return Digest.of(text.toString());
  }

  @Override
  public String toString() {
    return text.toString();
  }
}
