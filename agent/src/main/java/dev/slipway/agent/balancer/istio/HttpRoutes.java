package dev.slipway.agent.balancer.istio;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Traffic;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The http routes of a VirtualService. One of them, by its name, is steered; before it stand those
 * that Slipway adds, whose names begin with that of Slipway and of the route. All others are
 * somebody else's.
 */
final class HttpRoutes {
  private static final String HTTP = "http";
  private static final String NAME = "name";
  private static final String MATCH = "match";
  private static final String ROUTE = "route";
  private static final String NOBODY = "nobody";
  private static final String RULE = "rule:";
  private static final int UNAVAILABLE = 503;
  private static final Set<String> ELSEWHERE = Set.of("redirect", "directResponse", "delegate");

  private final Section spec;
  private final String name;
  private final Subsets subsets;

  HttpRoutes(Section spec, String name, Subsets subsets) {
    this.spec = spec;
    this.name = name;
    this.subsets = subsets;
  }

  /** Returns why the route cannot be steered, whatever is wanted. */
  Optional<String> objection() {
    List<Section> steered = spec.sections(HTTP).stream().filter(this::isSteered).toList();
    if (steered.size() != 1) {
      return Optional.of(
          "%d of its http routes are called '%s', and one must be; there are %s"
              .formatted(steered.size(), name, called()));
    }
    Section route = steered.getFirst();
    Optional<String> other = ELSEWHERE.stream().filter(route::has).findFirst();
    if (other.isPresent() || route.sections(ROUTE).isEmpty()) {
      return Optional.of(
          "http route '%s' has %s and no destinations; give it those that are to serve"
              .formatted(name, other.orElse("nothing")));
    }
    return route.sections(ROUTE).stream()
        .map(destination -> destination.section(Destinations.DESTINATION))
        .filter(destination -> !subsets.contain(destination))
        .map(this::stray)
        .findFirst();
  }

  private String called() {
    List<String> names =
        spec.sections(HTTP).stream()
            .map(route -> route.text(NAME).orElse("one without name"))
            .toList();
    return names.isEmpty() ? "none" : String.join(", ", names);
  }

  private String stray(Section destination) {
    return "http route '%s' sends to %s, which is none of the subsets %s of %s that are members; let it send to those alone"
        .formatted(
            name,
            destination
                .text(Destinations.SUBSET)
                .map("subset '%s'"::formatted)
                .orElse("'%s' without a subset".formatted(destination.text("host").orElse(""))),
            String.join(", ", subsets.names().values()),
            subsets.host());
  }

  private boolean isSteered(Section route) {
    return route.text(NAME).filter(name::equals).isPresent();
  }

  private boolean isAdded(Section route) {
    return route.text(NAME).filter(called -> called.startsWith(prefix())).isPresent();
  }

  private String prefix() {
    return "slipway:" + name + ":";
  }

  private Section steered() {
    return spec.sections(HTTP).stream().filter(this::isSteered).findFirst().orElse(Section.EMPTY);
  }

  /** Returns why a rule cannot be carried beside what the route asks for by itself. */
  Optional<String> clash(List<Rule> rules) {
    return rules.stream()
        .flatMap(rule -> Matching.clash(steered().sections(MATCH), rule.match()).stream())
        .map(header ->
            "http route '%s' itself matches the header %s, and %s cannot be told apart there"
                .formatted(name, header, "a rule by it"))
        .findFirst();
  }

  /** Returns the VirtualService in which this traffic is true. */
  Section with(Traffic wanted, FlatTraffic flat) {
    Section before = steered();
    boolean isServed = !wanted.serving().isEmpty();
    var destinations = new Destinations(before.sections(ROUTE), subsets);
    Section after = isServed ? before.with(ROUTE, destinations.of(weights(flat))) : before;
    var added = new ArrayList<Section>();
    if (!isServed) {
      added.add(unavailable(after));
    }
    for (Rule rule : wanted.rules()) {
      var track = weights(wanted, rule.track());
      Section ruled = track.isEmpty() ? after : after.with(ROUTE, destinations.of(track));
      added.add(
          ruled
              .with(
                  NAME,
                  prefix() + RULE + added.size() + ":" + rule.track() + ":" + rule.match().name())
              .with(MATCH, Matching.and(after.sections(MATCH), rule.match())));
    }
    return spec.with(HTTP, inPlace(after, added));
  }

  /** A route cannot have no destinations, so that those of before stay behind this one. */
  private Section unavailable(Section route) {
    Section answer =
        Section.EMPTY
            .with(NAME, prefix() + NOBODY)
            .with("directResponse", new Section(Map.of("status", UNAVAILABLE)));
    return route.has(MATCH) ? answer.with(MATCH, route.sections(MATCH)) : answer;
  }

  private List<Section> inPlace(Section steered, List<Section> added) {
    return spec.sections(HTTP).stream()
        .filter(route -> !isAdded(route))
        .flatMap(route ->
            isSteered(route) ? Stream.concat(added.stream(), Stream.of(steered)) : Stream.of(route))
        .toList();
  }

  private static Map<Instance, Integer> weights(FlatTraffic flat) {
    var weights = new TreeMap<Instance, Integer>();
    flat.members()
        .forEach((instance, member) -> {
          if (member.state() == MemberState.SERVING) {
            weights.put(instance, member.weight());
          }
        });
    return weights;
  }

  /** Members of one track are equals. */
  private static Map<Instance, Integer> weights(Traffic wanted, String track) {
    Set<Instance> serving = new TreeSet<>(wanted.inTrack(track));
    serving.retainAll(wanted.serving());
    return Weights.equal(serving);
  }

  /** Returns who gets what, and by which rules. */
  Observed observed() {
    boolean isServed =
        spec.sections(HTTP).stream()
            .noneMatch(route -> route.text(NAME).filter((prefix() + NOBODY)::equals).isPresent());
    Map<String, Integer> weights = Destinations.weights(steered().sections(ROUTE));
    var seen = new TreeMap<Instance, Seen>();
    subsets
        .names()
        .forEach((instance, subset) -> {
          boolean serves = isServed && weights.containsKey(subset);
          seen.put(
              instance,
              new Seen(
                  serves ? weights.getOrDefault(subset, 0) : 0,
                  serves ? MemberState.SERVING : MemberState.OUT,
                  Witness.NONE,
                  OptionalInt.empty()));
        });
    return new Observed(seen, new Routing(rules(), Optional.empty(), Optional.empty()));
  }

  private List<Rule> rules() {
    var written = Pattern.compile(Pattern.quote(prefix() + RULE) + "[0-9]+:([^:]+):(.+)");
    var rules = new ArrayList<Rule>();
    for (Section route : spec.sections(HTTP)) {
      String called = route.text(NAME).orElse("");
      var parts = written.matcher(called);
      if (parts.matches()) {
        rules.add(
            Matching.read(route.sections(MATCH), parts.group(2))
                .map(match -> new Rule(match, parts.group(1)))
                .orElseGet(() -> changed(parts.group(1))));
      }
    }
    return rules;
  }

  /** A rule that nobody wants, so that it is seen that one is not what it was. */
  private static Rule changed(String track) {
    return new Rule(new Rule.Match.Header("changed-by-others", "yes"), track);
  }
}
