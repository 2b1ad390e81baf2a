package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.AgentConfig.Local;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.bounds.Address;
import dev.slipway.agent.manifest.bounds.Bounds;
import dev.slipway.agent.manifest.kind.EnvironmentDocument;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Duty;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.HostEntry;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Placement;
import dev.slipway.agent.manifest.kind.EnvironmentDocument.Ssh;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.text.HostRange;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Host;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** The hosts of an environment, expanded from ranges and checked against the bounds. */
final class Inventory {
  private static final int HOSTS_MAX = 2_000;

  private final EnvironmentDocument document;
  private final Bound bound;
  private final List<Problem> problems;
  private final Templates templates;
  private final List<Member> members = new ArrayList<>();
  private final Map<String, Place> names = new HashMap<>();
  private final Map<String, Member> addresses = new HashMap<>();

  /** A host, what groups it is in, and whether it takes part. */
  private record Member(Host host, Place place, List<String> groups, Duty duty) {}

  private Inventory(EnvironmentDocument document, Bound bound, List<Problem> problems) {
    this.document = document;
    this.bound = bound;
    this.problems = problems;
    this.templates = new Templates(problems);
  }

  /** Returns the hosts of an environment; what is wrong with them is added to the problems. */
  static Inventory of(EnvironmentDocument document, Bound bound, List<Problem> problems) {
    var inventory = new Inventory(document, bound, problems);
    document.hosts().forEach(inventory::expand);
    inventory.checkJump();
    return inventory;
  }

  /** Returns the hosts of a group that take part, or says what is wrong with the group. */
  List<Host> group(Located group, List<Problem> complaints) {
    List<Member> found =
        members.stream().filter(member -> member.groups().contains(group.text())).toList();
    List<Host> active =
        found.stream().filter(of -> of.duty() == Duty.ACTIVE).map(Member::host).toList();
    if (active.isEmpty()) {
      complaints.add(group.place().problem(emptiness(group, found), "use one of " + groups()));
    }
    return active;
  }

  /**
   * Returns the hosts that would take part where an application runs if they were not in repair.
   */
  List<String> suspended(List<Placement> placements) {
    Set<String> groups =
        placements.stream().map(one -> one.group().text()).collect(Collectors.toSet());
    return members.stream()
        .filter(member -> member.duty() == Duty.SUSPENDED)
        .filter(member -> !Collections.disjoint(member.groups(), groups))
        .map(member -> member.host().name())
        .toList();
  }

  private static String emptiness(Located group, List<Member> found) {
    return found.isEmpty()
        ? "no host is in group '%s'".formatted(group)
        : "every host of group '%s' is suspended".formatted(group);
  }

  private String groups() {
    var known = new TreeSet<String>();
    members.forEach(member -> known.addAll(member.groups()));
    return known.isEmpty() ? "the groups of hosts; none is in any" : String.join(", ", known);
  }

  private void expand(HostEntry entry) {
    Optional<HostRange> range = HostRange.of(entry.name().text());
    List<String> expanded = range.map(HostRange::names).orElse(List.of(entry.name().text()));
    if (expanded.isEmpty()) {
      report(entry.name(), "%s is a range without a host", "let it rise, as in web[01:12]");
    }
    if (members.size() + expanded.size() > HOSTS_MAX) {
      report(
          entry.name(),
          "%s makes more hosts than the limit 'hosts per environment' of " + HOSTS_MAX,
          "split the environment");
      return;
    }
    expanded.forEach(name -> add(entry, name));
  }

  private void add(HostEntry entry, String name) {
    var host = new Host(name, address(entry, name), entry.region(), entry.reach(), entry.env());
    Place at = entry.address().map(Located::place).orElse(entry.name().place());
    Place first = names.putIfAbsent(name.toLowerCase(Locale.ROOT), entry.name().place());
    if (first != null) {
      problems.add(
          entry
              .name()
              .place()
              .problem(
                  "host '%s' stands twice, first at %s".formatted(name, first.mention()),
                  "remove one of them"));
      return;
    }
    var member =
        new Member(host, at, entry.groups().stream().map(Located::text).toList(), entry.duty());
    checkAddress(member);
    checkBounds(member);
    members.add(member);
  }

  private String address(HostEntry entry, String name) {
    return entry
        .address()
        .map(text -> templates.fill(text.place(), text.text(), Map.of("host.name", name)))
        .orElse(name);
  }

  private void checkAddress(Member member) {
    String address = member.host().address();
    Member other = addresses.putIfAbsent(Address.canonical(address), member);
    if (other != null) {
      problems.add(
          member
              .place()
              .problem(
                  "address %s has two names, '%s' and '%s' at %s"
                      .formatted(
                          Shown.bare(address),
                          member.host(),
                          other.host(),
                          other.place().mention()),
                  "keep one of them"));
    }
  }

  private void checkBounds(Member member) {
    String address = member.host().address();
    if (!new Bounds(bound).allowsHost(address)) {
      problems.add(
          member
              .place()
              .problem(
                  "host %s is not in the bounds of environment '%s'"
                      .formatted(Shown.text(address), bound.name()),
                  "the agent's own file allows " + String.join(", ", bound.hosts())));
    }
    switch (member.host().reach()) {
      case SSH -> requireSsh(member);
      case LOCAL -> requireLocal(member);
    }
  }

  private void checkJump() {
    document
        .ssh()
        .flatMap(Ssh::proxyJump)
        .flatMap(jump -> new Bounds(bound).jump(jump.place(), jump.text()))
        .ifPresent(problems::add);
  }

  private void requireSsh(Member member) {
    if (document.ssh().isEmpty()) {
      problems.add(
          member
              .place()
              .problem(
                  "host '%s' is reached over SSH, and there is no 'ssh'".formatted(member.host()),
                  "add ssh with user and secretRef, or local: true for the agent's own machine"));
    }
  }

  private void requireLocal(Member member) {
    if (bound.local() == Local.REFUSED) {
      problems.add(
          member
              .place()
              .problem(
                  "host '%s' is the agent's own machine, which environment '%s' may not use"
                      .formatted(member.host(), bound.name()),
                  "write local: true for the environment in the agent's own file"));
    }
  }

  /** Returns the machine that a host is; all local ones are the same. */
  static String machine(Host host) {
    return Address.machine(host);
  }

  private void report(Located where, String fact, String remedy) {
    problems.add(where.place().problem(fact.formatted(Shown.text(where.text())), remedy));
  }
}
