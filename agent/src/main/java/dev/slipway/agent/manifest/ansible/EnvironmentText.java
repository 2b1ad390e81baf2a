package dev.slipway.agent.manifest.ansible;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toList;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;

/** Says hosts of an inventory as an environment manifest. */
final class EnvironmentText {
  private static final Pattern HOST = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,62}");
  private static final Pattern GROUP = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,62}");
  private static final Pattern ADDRESS = Pattern.compile("(?!-)[A-Za-z0-9.:_-]+");
  private static final int SHOWN = 8;

  private final String file;
  private final List<Problem> problems;

  EnvironmentText(String file, List<Problem> problems) {
    this.file = file;
    this.problems = problems;
  }

  String of(String environment, List<InventoryHost> hosts) {
    hosts.forEach(this::check);
    List<InventoryHost> remote = hosts.stream().filter(host -> !isLocal(host)).toList();
    alike("ansible_user", remote, Connection::user);
    alike("ansible_port", remote, Connection::port);
    alike("the host to jump over", remote, Connection::proxyJump);
    alike("ansible_become", remote, Connection::become);
    var text = new StringBuilder();
    line(text, "# Made from %s; it goes to environments/%s.yaml.".formatted(file, environment));
    line(text, "apiVersion: slipway.dev/v1alpha1");
    line(text, "kind: Environment");
    line(text, "metadata: {name: %s}".formatted(environment));
    line(text, "spec:");
    remote.stream().findFirst().map(Connection::of).ifPresent(connection -> ssh(text, connection));
    line(text, "  hosts:");
    HostLine.of(hosts).forEach(host -> line(text, "    - " + host.text()));
    line(text, "  # What runs on these groups:");
    line(text, "  applications: []");
    leftOut(text, hosts);
    return text.toString();
  }

  private static void ssh(StringBuilder text, Connection connection) {
    line(text, "  # The private key lies in the agent's secrets under this name.");
    if (connection.user().isEmpty()) {
      line(text, "  # The inventory names no user: Ansible went in as whoever ran it.");
    }
    line(text, "  ssh: " + connection.text());
  }

  private static void leftOut(StringBuilder text, List<InventoryHost> hosts) {
    var names = new TreeSet<String>();
    hosts.forEach(host -> names.addAll(host.variables().keySet()));
    names.removeIf(name -> name.startsWith("ansible_"));
    if (!names.isEmpty()) {
      line(
          text,
          "# Left out, since they are the playbooks' business: %s%s."
              .formatted(
                  names.stream().limit(SHOWN).collect(joining(", ")),
                  names.size() > SHOWN ? " and %d more".formatted(names.size() - SHOWN) : ""));
    }
  }

  private static boolean isLocal(InventoryHost host) {
    return host.variable("ansible_connection").filter("local"::equals).isPresent();
  }

  private void check(InventoryHost host) {
    if (!HOST.matcher(host.name()).matches()) {
      report(
          "host %s has a name that is none here".formatted(Shown.text(host.name())),
          "give it a plain name, and its address as ansible_host");
    }
    host.groups().stream()
        .filter(group -> !GROUP.matcher(group).matches())
        .forEach(group ->
            report(
                "group %s has a name that is none here".formatted(Shown.text(group)),
                "use letters, digits, - and _"));
    host.variable("ansible_host", "ansible_ssh_host")
        .filter(address -> !ADDRESS.matcher(address).matches())
        .ifPresent(address ->
            report(
                "the address of '%s' is %s".formatted(host.name(), Shown.text(address)),
                "write the address itself, or {{ inventory_hostname }} with something around it"));
  }

  /** An environment reaches all of its hosts in one way. */
  private void alike(
      String what, List<InventoryHost> hosts, Function<Connection, String> property) {
    Map<String, List<InventoryHost>> values =
        hosts.stream()
            .collect(
                groupingBy(host -> property.apply(Connection.of(host)), TreeMap::new, toList()));
    if (values.size() > 1) {
      String found =
          values.entrySet().stream()
              .map(entry ->
                  "%s on %s"
                      .formatted(
                          entry.getKey().isEmpty() ? "none" : Shown.text(entry.getKey()),
                          entry.getValue().getFirst().name()))
              .collect(joining(", "));
      report(
          "%s differs between hosts: %s".formatted(what, found),
          "make an environment of each kind, with --limit GROUP");
    }
  }

  private void report(String fact, String remedy) {
    Problem problem = Place.start(file).problem(fact, remedy);
    if (!problems.contains(problem)) {
      problems.add(problem);
    }
  }

  private static void line(StringBuilder text, String line) {
    text.append(line).append('\n');
  }
}
