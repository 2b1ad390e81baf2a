package dev.slipway.agent.balancer.symlink;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * The links of all hosts of a role, as the one balancer that they are together: what every host's
 * link points to gets the requests that come to that host.
 */
final class SymlinkBalancer implements Balancer {
  /** Whoever comes to one host sees the change at once; hosts follow one another. */
  private static final Set<Capability> CAPABILITIES = Set.of(Capability.ONE_SHOT_SWITCH);

  /** A link points to one place or to none. */
  private static final int SCALE = 1;

  private static final String GENERATION = "links";

  private final String name;
  private final List<LinkPost> posts;

  SymlinkBalancer(String name, List<LinkPost> posts) {
    this.name = name;
    this.posts = List.copyOf(posts);
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Capability> capabilities() {
    return CAPABILITIES;
  }

  @Override
  public Answer make(Traffic wanted, Epoch epoch) {
    Optional<String> objection = objection(wanted);
    if (objection.isPresent()) {
      return new Answer.Refused(objection.get());
    }
    return switch (wanted.flatten(SCALE)) {
      case Flattening.Refused(var reason) ->
          new Answer.Refused("a link points to one slot or to none: " + reason);
      case Flattening.Flat(var flat) -> make(flat, epoch);
    };
  }

  @Override
  public Answer observe() {
    return all(LinkPost::look);
  }

  @Override
  public void close() {
    // Machines are closed by their owner.
  }

  private Optional<String> objection(Traffic wanted) {
    if (!wanted.routing().equals(Routing.NONE)) {
      return Optional.of("a link knows no match rules, sticky users and mirrors");
    }
    if (wanted.nobody() instanceof Nobody.Park) {
      return Optional.of("a link cannot park requests");
    }
    return wanted.members().keySet().stream()
        .filter(instance -> posts.stream().noneMatch(post -> post.slots().containsKey(instance)))
        .map(instance -> "%s has no directory that a link could point to".formatted(instance))
        .findFirst();
  }

  /** All links are looked at before the first one is changed. */
  private Answer make(FlatTraffic flat, Epoch epoch) {
    var serving = new TreeMap<String, Instance>();
    for (var member : flat.members().entrySet()) {
      if (member.getValue().state() == MemberState.SERVING) {
        Instance other = serving.putIfAbsent(member.getKey().host(), member.getKey());
        if (member.getValue().weight() == 0 || other != null) {
          return new Answer.Refused(
              "%s is to serve %s, and a link points to one slot or to none"
                  .formatted(
                      member.getKey(), other == null ? "without a share" : "beside " + other));
        }
      }
    }
    return switch (observe()) {
      case Answer.Now _ -> compared(change(serving, epoch), flat);
      case Answer other -> other;
    };
  }

  /** Hosts that begin to serve come before those that end. */
  private Answer change(Map<String, Instance> serving, Epoch epoch) {
    return all(
        Stream.of(true, false)
            .flatMap(
                gains -> posts.stream().filter(post -> serving.containsKey(post.host()) == gains)),
        post -> post.serve(Optional.ofNullable(serving.get(post.host())), epoch));
  }

  private static Answer compared(Answer answer, FlatTraffic flat) {
    if (answer instanceof Answer.Now(var observed, var _)) {
      var differences = Answer.differences(observed, flat);
      if (!differences.isEmpty()) {
        return new Answer.Refused("read back otherwise: " + String.join("; ", differences));
      }
    }
    return answer;
  }

  private Answer all(Function<LinkPost, Answer> question) {
    return all(posts.stream(), question);
  }

  /** Every host is asked, also when one before it failed, and every failure is told. */
  private static Answer all(Stream<LinkPost> posts, Function<LinkPost, Answer> question) {
    var seen = new TreeMap<Instance, Observed.Seen>();
    var refused = new ArrayList<String>();
    var silent = new ArrayList<String>();
    posts
        .map(question)
        .forEach(answer -> {
          switch (answer) {
            case Answer.Now(var observed, var _) -> seen.putAll(observed.members());
            case Answer.Refused(var reason) -> refused.add(reason);
            case Answer.Unreachable(var reason, var _) -> silent.add(reason);
          }
        });
    if (!silent.isEmpty()) {
      refused.addAll(silent);
      return new Answer.Unreachable(String.join("; ", refused));
    }
    return refused.isEmpty()
        ? new Answer.Now(new Observed(seen), GENERATION)
        : new Answer.Refused(String.join("; ", refused));
  }
}
