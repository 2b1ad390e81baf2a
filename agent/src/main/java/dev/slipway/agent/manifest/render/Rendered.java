package dev.slipway.agent.manifest.render;

import dev.slipway.agent.manifest.kind.EnvironmentDocument.ApplicationEntry;
import dev.slipway.agent.manifest.kind.Layers;
import dev.slipway.agent.manifest.layers.Layered;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.manifest.yaml.Node;
import java.util.List;
import java.util.Set;

/** An application of an environment as a manifest that needs no other. */
public final class Rendered {
  private static final String HEALTHCHECK = "healthcheck";

  /** What a default may say of requests where there is no port to send them to. */
  private static final Set<String> OF_PORTS =
      Set.of("path", "scheme", "host", "expectedStatus", "tcp", "from");

  private Rendered() {}

  /**
   * Returns the text of a manifest.
   *
   * @param application with its defaults, and with the patch of the environment
   */
  public static String text(Layered application, ApplicationEntry entry) {
    Node.Mapping tree = application.tree();
    Node.Mapping whole = application.withSpec(spec -> full(spec, application, entry));
    String file = tree.place().file();
    String header =
        """
        # %s: '%s' as %s asks for it.
        # What is from another file says so; 'default' is what holds where nobody wrote anything.
        """
            .formatted(file, entry.name(), entry.place().file());
    return header + YamlText.of(Kind.APPLICATION, file, whole);
  }

  private static Node.Mapping full(Node.Mapping spec, Layered application, ApplicationEntry entry) {
    Node.Mapping said = Layers.patched(spec, only(entry.tree(), Set.of("env")));
    Node.Mapping defaults = Defaults.of(application.document());
    return asMapping(Layers.over(withoutPorts(said, defaults), defaults));
  }

  /** Drops what defaults say of requests to an application that is only looked at. */
  private static Node.Mapping withoutPorts(Node.Mapping said, Node.Mapping defaults) {
    return new Node.Mapping(
        said.place(),
        said.entries().stream()
            .map(entry -> new Node.Entry(entry.key(), cleared(entry, defaults)))
            .toList());
  }

  private static Node cleared(Node.Entry entry, Node.Mapping defaults) {
    return entry.value() instanceof Node.Mapping said
            && defaults.get(entry.name()).orElse(said) instanceof Node.Mapping under
        ? cleared(entry.name(), said, under)
        : entry.value();
  }

  private static Node.Mapping cleared(String key, Node.Mapping said, Node.Mapping defaults) {
    boolean looked = defaults.get("systemd").isPresent() && said.get("systemd").isEmpty();
    if (!key.equals(HEALTHCHECK)) {
      return withoutPorts(said, defaults);
    }
    return looked
        ? new Node.Mapping(
            said.place(),
            said.entries().stream().filter(entry -> !OF_PORTS.contains(entry.name())).toList())
        : said;
  }

  private static Node.Mapping only(Node.Mapping mapping, Set<String> keys) {
    List<Node.Entry> entries =
        mapping.entries().stream().filter(entry -> keys.contains(entry.name())).toList();
    return new Node.Mapping(mapping.place(), entries);
  }

  private static Node.Mapping asMapping(Node node) {
    if (node instanceof Node.Mapping mapping) {
      return mapping;
    }
    throw new IllegalStateException("%s is no mapping".formatted(node.place()));
  }
}
