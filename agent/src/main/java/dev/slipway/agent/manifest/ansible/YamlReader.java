package dev.slipway.agent.manifest.ansible;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.ForeignDocument;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.PlainScalar;
import dev.slipway.agent.manifest.yaml.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads an inventory, or a file of variables, in Ansible's YAML format. */
final class YamlReader {
  private final Groups groups;
  private final List<Problem> problems;

  YamlReader(Groups groups, List<Problem> problems) {
    this.groups = groups;
    this.problems = problems;
  }

  void read(String file, String text) {
    parsed(file, text).ifPresent(whole -> mapping(whole, "groups").ifPresent(this::groups));
  }

  /** Returns the variables that a file of them sets. */
  Map<String, String> variables(String file, String text) {
    return parsed(file, text)
        .flatMap(whole -> mapping(whole, "variables"))
        .map(YamlReader::texts)
        .orElse(Map.of());
  }

  private Optional<Node> parsed(String file, String text) {
    return switch (ForeignDocument.read(file, text)) {
      case Parsed.Valid<Node>(var whole) -> Optional.of(whole);
      case Parsed.Invalid<Node>(var found) -> {
        problems.addAll(found);
        yield Optional.empty();
      }
    };
  }

  private void groups(Node.Mapping named) {
    for (Node.Entry entry : named.entries()) {
      groups.add(entry.name());
      mapping(entry.value(), "a group").ifPresent(written -> group(entry.name(), written));
    }
  }

  private void group(String name, Node.Mapping written) {
    for (Node.Entry part : written.entries()) {
      Optional<Node.Mapping> inside = mapping(part.value(), part.name());
      switch (part.name()) {
        case "hosts" -> inside.ifPresent(hosts -> hosts(name, hosts));
        case "children" ->
            inside.ifPresent(children -> {
              children.entries().forEach(child -> groups.addChild(name, child.name()));
              groups(children);
            });
        case "vars" ->
            inside
                .map(YamlReader::texts)
                .orElse(Map.of())
                .forEach((variable, value) -> groups.setVariable(name, variable, value));
        default ->
            report(
                part.key(),
                "'%s' is no part of a group".formatted(Shown.bare(part.name())),
                "use hosts, children and vars");
      }
    }
  }

  private void hosts(String group, Node.Mapping hosts) {
    for (Node.Entry host : hosts.entries()) {
      var variables =
          new LinkedHashMap<>(
              mapping(host.value(), "a host").map(YamlReader::texts).orElse(Map.of()));
      HostPattern.of(host.name())
          .ifPresentOrElse(
              pattern -> {
                pattern.port().ifPresent(port -> variables.putIfAbsent("ansible_port", port));
                pattern.names().forEach(name -> groups.addHost(group, name, variables));
              },
              () ->
                  report(
                      host.key(),
                      "%s is a range without a host, or with more than 2000"
                          .formatted(Shown.text(host.name())),
                      "let it rise, as in web[01:12]"));
    }
  }

  /** Only what is a single value can mean something to us; the rest is there by name. */
  private static Map<String, String> texts(Node.Mapping variables) {
    var texts = new LinkedHashMap<String, String>();
    variables
        .entries()
        .forEach(entry ->
            texts.put(
                entry.name(),
                switch (entry.value()) {
                  case Node.Scalar(_, var text, _) -> text;
                  case Node.Mapping _, Node.Sequence _ -> "";
                }));
    return texts;
  }

  private Optional<Node.Mapping> mapping(Node node, String what) {
    return switch (node) {
      case Node.Mapping mapping -> Optional.of(mapping);
      case Node.Scalar scalar when scalar.kind() == PlainScalar.NULL -> Optional.empty();
      case Node.Scalar _, Node.Sequence _ -> {
        report(node, "%s must be a mapping".formatted(what), "write keys with a colon");
        yield Optional.empty();
      }
    };
  }

  private void report(Node at, String fact, String remedy) {
    problems.add(at.place().problem(fact, remedy));
  }
}
