package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Seen;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Traffic;
import dev.slipway.strategies.traffic.Traffic.Flattening;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One upstream of one nginx. */
final class NginxBalancer implements Balancer {
  /** A load is one act for each worker and not for all of them, so it is no switch. */
  private static final Set<Capability> CAPABILITIES =
      Set.of(Capability.WEIGHTS, Capability.MATCH, Capability.STICKY, Capability.MIRROR);

  private static final Set<Capability> COUNTING =
      Stream.concat(
              CAPABILITIES.stream(),
              Stream.of(Capability.COUNTERS, Capability.MEANS, Capability.TIMES))
          .collect(Collectors.toUnmodifiableSet());

  /** So many loads by others may come between ours and what it is to show. */
  private static final int LOADS_MAX = 5;

  private final String name;
  private final BalancerSpec.Nginx spec;
  private final Route route;
  private final Sights sights;
  private final Hand hand;
  private final Guard guard;
  private final Optional<AccessLog> log;

  NginxBalancer(
      String name,
      BalancerSpec.Nginx spec,
      Route route,
      Sights sights,
      Hand hand,
      Guard guard,
      Optional<AccessLog> log) {
    this.name = name;
    this.spec = spec;
    this.route = route;
    this.sights = sights;
    this.hand = hand;
    this.guard = guard;
    this.log = log;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public Set<Capability> capabilities() {
    return log.isPresent() ? COUNTING : CAPABILITIES;
  }

  @Override
  public String userHash() {
    return "of nginx";
  }

  @Override
  public Answer make(Traffic wanted, Epoch epoch) {
    Optional<String> objection = objection(wanted);
    if (objection.isPresent()) {
      return new Answer.Refused(objection.get());
    }
    return switch (wanted.flatten(Section.SCALE)) {
      case Flattening.Refused(var reason) -> new Answer.Refused(reason);
      case Flattening.Flat(var flat) -> guard.within(epoch, () -> make(wanted, flat, epoch));
    };
  }

  @Override
  public Answer observe() {
    return switch (sights.look()) {
      case View.Nothing(var answer) -> answer;
      case View.Running running -> observed(running);
    };
  }

  /** A log outlives the nginx that wrote it, so it is asked only while that one runs. */
  @Override
  public Counted counted() {
    if (log.isEmpty()) {
      return new Counted.Never("nginx counts nothing for each server, and has no accessLog");
    }
    return switch (observe()) {
      case Answer.Now _ -> log.get().counted();
      case Answer.Refused(var reason) -> new Counted.Unknown(reason);
      case Answer.Unreachable unreachable -> new Counted.Unknown(unreachable.reason());
    };
  }

  @Override
  public void close() {
    // Every question has a connection of its own; the machine's is closed by its owner.
  }

  private Optional<String> objection(Traffic wanted) {
    if (wanted.nobody() instanceof Nobody.Park) {
      return Optional.of("nginx cannot park requests");
    }
    if (wanted.routing().mirror().flatMap(Mirror::comparison).isPresent()) {
      return Optional.of("nginx drops the answers to copies, so that it cannot compare them");
    }
    return wanted.members().keySet().stream()
        .filter(instance -> !route.servers().containsKey(instance))
        .map(instance -> "%s has no server in %s".formatted(instance, route.backend()))
        .findFirst()
        .or(() -> Steering.objection(wanted.routing()));
  }

  private Answer make(Traffic wanted, FlatTraffic flat, Epoch epoch) {
    var upstream = Upstream.of(route, flat).with(Steering.of(route, wanted));
    var section = Section.of(upstream, spec, Optional.of(epoch));
    return switch (sights.look()) {
      case View.Nothing(var answer) -> answer;
      case View.Running running when running.isWith(section) -> now(running);
      case View.Running running -> change(running, section, flat);
    };
  }

  private Answer change(View.Running running, Section section, FlatTraffic flat) {
    var file = running.file().orElse(new OwnedFile(""));
    Optional<String> objection = file.objection(route.backend());
    if (objection.isPresent()) {
      return new Answer.Refused("%s %s".formatted(spec.file(), objection.get()));
    }
    var lacking = lacking(flat.routing());
    if (lacking.isPresent()) {
      return lacking.get();
    }
    int master = running.processes().master();
    return switch (hand.change(file.with(route.backend(), section), master)) {
      case Hand.Done.Not<String>(var answer) -> answer;
      case Hand.Done.With<String> _ ->
          readBack(section, flat).orElseGet(() -> undone(file, master));
    };
  }

  /** Servers that do not ask for the way would send requests by the weights, and say nothing. */
  private Optional<Answer> lacking(Routing routing) {
    if (routing.equals(Routing.NONE)) {
      return Optional.empty();
    }
    return switch (hand.configuration()) {
      case Hand.Done.Not<String>(var answer) -> Optional.of(answer);
      case Hand.Done.With<String>(var text) ->
          new OwnersLines(text, spec.file(), route.backend())
              .objection(routing)
              .map(Answer.Refused::new);
    };
  }

  /**
   * New workers may be those of a reload by others that read the file of before; then the ones of
   * ours are still to come.
   */
  private Optional<Answer> readBack(Section section, FlatTraffic flat) {
    for (int load = 0; load < LOADS_MAX; load++) {
      switch (sights.look()) {
        case View.Nothing(var answer) -> {
          return Optional.of(answer);
        }
        case View.Running running when running.isWith(section) -> {
          return Optional.of(compared(now(running), flat));
        }
        case View.Running running -> {
          if (hand.awaitYounger(running.processes(), running.told().worker())
              instanceof Hand.Done.Not<String>) {
            return Optional.empty();
          }
        }
      }
    }
    return Optional.empty();
  }

  private Answer undone(OwnedFile former, int master) {
    String fact =
        "new workers came, and tell of another configuration than %s held".formatted(spec.file());
    return switch (hand.change(former, master)) {
      case Hand.Done.With<String> _ -> new Answer.Refused(fact + "; the former file is back");
      case Hand.Done.Not<String>(Answer.Refused(var reason)) ->
          new Answer.Refused(fact + "; putting the former file back: " + reason);
      case Hand.Done.Not<String>(var answer) -> answer;
    };
  }

  private static Answer compared(Answer.Now now, FlatTraffic flat) {
    var differences = Answer.differences(now.observed(), flat);
    return differences.isEmpty()
        ? now
        : new Answer.Refused("read back otherwise: " + String.join("; ", differences));
  }

  /** A person's edit may say one thing to clients and another to us. */
  private Answer observed(View.Running running) {
    var told = Section.of(running.told().upstream(), spec, Optional.empty());
    boolean isBelieved =
        running.section().isEmpty()
            || running
                .section()
                .filter(one -> one.isIntact() || one.saysTheSameAs(told))
                .isPresent();
    return isBelieved
        ? now(running)
        : new Answer.Refused(
            ("upstream %s in %s was edited by hand, and does not say what nginx runs with; let its"
                    + " lines 'server' and 'set' agree, and reload")
                .formatted(route.backend(), spec.file()));
  }

  private Answer.Now now(View.Running running) {
    boolean isSettled = running.processes().areOfOneLoad();
    var upstream = running.told().upstream();
    var seen = new TreeMap<Instance, Seen>();
    route
        .servers()
        .forEach((instance, server) ->
            seen.put(
                instance,
                upstream.members().stream()
                    .filter(member -> member.isAt(server))
                    .findFirst()
                    .map(member ->
                        seen(
                            member.wanted(),
                            isSettled && !(member.serves() && upstream.steering().isPresent())))
                    .orElseGet(
                        () -> seen(new FlatTraffic.FlatMember(0, MemberState.OUT), isSettled))));
    return new Answer.Now(new Observed(seen, upstream.routing()), running.processes().generation());
  }

  /**
   * Nginx counts nothing for each server. What is known is that a member has no requests when no
   * worker is left that was loaded while it had some.
   */
  private static Seen seen(FlatTraffic.FlatMember member, boolean isLeft) {
    return new Seen(
        member.weight(),
        member.state(),
        Witness.NONE,
        member.weight() == 0 && isLeft ? OptionalInt.of(0) : OptionalInt.empty());
  }
}
