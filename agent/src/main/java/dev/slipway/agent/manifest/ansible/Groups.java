package dev.slipway.agent.manifest.ansible;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Groups and hosts of an inventory while it is read; knows how Ansible lays them together. */
final class Groups {
  static final String ALL = "all";
  static final String UNGROUPED = "ungrouped";

  private final Map<String, Map<String, String>> hosts = new LinkedHashMap<>();
  private final Map<String, Group> groups = new LinkedHashMap<>();

  /** What is written of one group. */
  private record Group(Set<String> hosts, Set<String> children, Map<String, String> variables) {
    Group() {
      this(new LinkedHashSet<>(), new LinkedHashSet<>(), new LinkedHashMap<>());
    }
  }

  void add(String name) {
    group(name);
  }

  private Group group(String name) {
    return groups.computeIfAbsent(name, _ -> new Group());
  }

  void addHost(String group, String host, Map<String, String> variables) {
    hosts.computeIfAbsent(host, _ -> new LinkedHashMap<>()).putAll(variables);
    group(group).hosts().add(host);
  }

  void addChild(String group, String child) {
    add(child);
    group(group).children().add(child);
  }

  void setVariable(String group, String name, String value) {
    group(group).variables().put(name, value);
  }

  Set<String> names() {
    return groups.keySet();
  }

  Set<String> hostNames() {
    return hosts.keySet();
  }

  void setVariables(String group, Map<String, String> variables) {
    variables.forEach((name, value) -> setVariable(group, name, value));
  }

  void setHostVariables(String host, Map<String, String> variables) {
    hosts.computeIfAbsent(host, _ -> new LinkedHashMap<>()).putAll(variables);
  }

  /** Returns a group that is its own descendant, if there is one. */
  Optional<String> cycle() {
    return groups.keySet().stream()
        .filter(group ->
            group(group).children().stream()
                .anyMatch(child -> descends(child, group, new TreeSet<>())))
        .findFirst();
  }

  private boolean descends(String from, String sought, Set<String> seen) {
    return from.equals(sought)
        || (seen.add(from)
            && group(from).children().stream().anyMatch(child -> descends(child, sought, seen)));
  }

  /** Returns every host in the order of the text. Only for groups without a cycle. */
  List<InventoryHost> resolve() {
    Map<String, Set<String>> parents = parents();
    return hosts.keySet().stream().map(host -> resolve(host, parents)).toList();
  }

  private InventoryHost resolve(String host, Map<String, Set<String>> parents) {
    var member = new TreeSet<String>();
    groups.forEach((name, group) -> {
      if (group.hosts().contains(host)) {
        rise(name, parents, member);
      }
    });
    var variables = new TreeMap<String, String>(variablesOf(ALL));
    member.remove(ALL);
    member.remove(UNGROUPED);
    var order = Comparator.comparingInt((String group) -> depth(group, parents));
    new ArrayList<>(member)
        .stream()
            .sorted(order.thenComparing(Comparator.naturalOrder()))
            .forEach(group -> variables.putAll(variablesOf(group)));
    variables.putAll(hosts.getOrDefault(host, Map.of()));
    return new InventoryHost(host, member, variables);
  }

  private Map<String, String> variablesOf(String group) {
    return Optional.ofNullable(groups.get(group)).map(Group::variables).orElse(Map.of());
  }

  private Map<String, Set<String>> parents() {
    var parents = new TreeMap<String, Set<String>>();
    groups.forEach((name, group) ->
        group
            .children()
            .forEach(child -> parents.computeIfAbsent(child, _ -> new TreeSet<>()).add(name)));
    return parents;
  }

  private static void rise(String group, Map<String, Set<String>> parents, Set<String> into) {
    if (into.add(group)) {
      parents.getOrDefault(group, Set.of()).forEach(parent -> rise(parent, parents, into));
    }
  }

  private static int depth(String group, Map<String, Set<String>> parents) {
    return parents.getOrDefault(group, Set.of()).stream()
        .mapToInt(parent -> 1 + depth(parent, parents))
        .max()
        .orElse(0);
  }
}
