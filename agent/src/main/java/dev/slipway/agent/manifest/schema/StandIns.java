package dev.slipway.agent.manifest.schema;

import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Values for what is broken or missing, where something else would seem wrong without them. */
record StandIns(Kind kind, String name) {
  private static final String NOWHERE = "nowhere";
  private static final String PORT = "1";

  /** Returns a value that a schema allows at a place, if anything refers to what stands there. */
  Optional<Node> at(Place place) {
    String path = place.path();
    if (path.matches(".*/slots/[0-9]+")) {
      return Optional.of(slot(place));
    }
    if (path.matches(".*/slots/[0-9]+/name")) {
      return Optional.of(text(place, slotName(path)));
    }
    return switch (path) {
      case "/apiVersion" -> Optional.of(text(place, "slipway.dev/v1alpha1"));
      case "/kind" -> Optional.of(text(place, kindName()));
      case "/metadata" -> Optional.of(mapping(place, entry("name", text(place, name))));
      case "/metadata/name" -> Optional.of(text(place, name));
      case "/spec/deployPath" -> Optional.of(text(place, "/" + NOWHERE));
      case "/spec/release" -> Optional.of(release(place));
      case "/spec/release/version" -> Optional.of(text(place, "0"));
      case "/spec/release/source" -> Optional.of(source(place));
      case "/spec/ssh" -> Optional.of(ssh(place));
      case "/spec/ssh/user" -> Optional.of(text(place, NOWHERE));
      case "/spec/ssh/secretRef" -> Optional.of(secret(place));
      default -> path.endsWith("/port") ? Optional.of(port(place)) : Optional.empty();
    };
  }

  /** Returns a value under the last step of its own path. */
  static Node.Entry entry(Node value) {
    String path = value.place().path();
    return entry(path.substring(path.lastIndexOf('/') + 1), value);
  }

  private static Node.Entry entry(String key, Node value) {
    return new Node.Entry(new Node.Scalar(value.place(), key, Node.Style.PLAIN), value);
  }

  private String kindName() {
    String word = kind.name().toLowerCase(Locale.ROOT);
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }

  private static Node release(Place place) {
    return mapping(place, entry("version", text(place, "0")), entry("source", source(place)));
  }

  private static Node source(Place place) {
    return mapping(place, entry("path", text(place, NOWHERE)));
  }

  private static Node ssh(Place place) {
    return mapping(place, entry("user", text(place, NOWHERE)), entry("secretRef", secret(place)));
  }

  private static Node secret(Place place) {
    return mapping(place, entry("name", text(place, NOWHERE)));
  }

  private static Node slot(Place place) {
    String name = slotName(place.path() + "/name");
    return mapping(place, entry("name", text(place, name)), entry("port", port(place)));
  }

  /** Names of slots must differ, and nobody writes these. */
  private static String slotName(String path) {
    return NOWHERE + path.replaceAll(".*/slots/([0-9]+)/name", "$1");
  }

  private static Node port(Place place) {
    return new Node.Scalar(place, PORT, Node.Style.PLAIN);
  }

  private static Node text(Place place, String text) {
    return new Node.Scalar(place, text, Node.Style.QUOTED);
  }

  /** Everything in it stands where it does, so that all that is said of it is of one place. */
  private static Node mapping(Place place, Node.Entry... entries) {
    return new Node.Mapping(place, List.of(entries));
  }
}
