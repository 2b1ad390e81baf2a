package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.HostView.Work;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Lanes;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Function;

/**
 * The phases that bring a fleet from one release to another by shares: who runs the target gets
 * requests as a part, and that part grows with them.
 *
 * <p>Neither part ever gets more than it can carry, where {@code capacity} instances carry all. In
 * spare slots the target starts beside the former release, which stays until nobody is sent there;
 * without them each host leaves the one part before it comes to the other.
 */
final class Conversion {
  private final Situation situation;
  private final Lanes lanes;
  private final Company company;
  private final String role;
  private final int capacity;
  private final int batch;
  private final boolean inSpareSlots;
  private final List<Phase> phases = new ArrayList<>();
  private final List<HostView> remaining;
  private final List<HostView> staged;
  private final List<HostView> vacated = new ArrayList<>();
  private final SortedSet<Instance> others;
  private final SortedSet<Instance> candidates = new TreeSet<>();
  private SortedSet<Instance> sharing;
  private Share share;
  private Routing routing;
  private Routing lasting = Routing.NONE;

  /**
   * Begins with those that run the target already.
   *
   * @param capacity how many instances can carry all requests
   * @param batch how many hosts are converted at once
   */
  Conversion(Situation situation, int capacity, int batch) {
    this.situation = situation;
    this.lanes = new Lanes(situation);
    this.company = new Company(situation);
    this.role = situation.role().name();
    this.capacity = capacity;
    this.batch = batch;
    this.inSpareSlots = situation.role().hasSpareSlot();
    var hosts = new Hosts(situation);
    this.remaining =
        new ArrayList<>(
            hosts.with(Work.REPLACE).stream()
                .sorted(Comparator.comparing(HostView::serves))
                .toList());
    this.staged = remaining.stream().filter(host -> host.standby().isEmpty()).toList();
    hosts.reachable().stream()
        .filter(HostView::hasTarget)
        .forEach(host -> candidates.add(host.active()));
    this.sharing = new TreeSet<>(candidates);
    this.others = new TreeSet<>(situation.traffic().map(Traffic::serving).orElse(new TreeSet<>()));
    others.removeAll(candidates);
    this.share = observed();
    this.routing =
        situation.plays()
            ? situation.traffic().map(Traffic::routing).orElse(Routing.NONE)
            : Routing.NONE;
  }

  /** What those that run the target get now. */
  private Share observed() {
    if (situation.traffic().isEmpty() || !situation.plays() || others.isEmpty()) {
      return Share.ALL;
    }
    Traffic traffic = situation.traffic().get();
    var serving = new TreeSet<>(candidates);
    serving.retainAll(traffic.serving());
    if (serving.isEmpty()) {
      return Share.NONE;
    }
    return traffic.isSplit()
        ? traffic.share(serving.first())
        : part(serving.size(), traffic.serving().size());
  }

  private static Share part(int some, int all) {
    return Share.percent(Math.min(100, some * 100 / Math.max(1, all)));
  }

  /** Returns the background lanes that bring the target to where it is not. */
  List<Lane> staging() {
    return staged.stream().map(lanes::stage).toList();
  }

  /** Gives those that run the target already all that they can carry; nothing else counts now. */
  void begin() {
    if (!candidates.isEmpty()) {
      grown();
    }
  }

  /** Shares are all that counts from here on, but for users who keep what they met. */
  private void grown() {
    boolean isMore = carried().compareTo(share) > 0;
    if (isMore || !routing.equals(lasting)) {
      route(isMore ? carried() : share, lasting);
    }
  }

  /** Lets users who are sent to the target be sent there from the first on until everybody is. */
  void keeping(Routing told) {
    lasting = told;
  }

  private boolean isRouted() {
    return !routing.equals(Routing.NONE);
  }

  /** Converts hosts until so many run the target. */
  void grow(int count) {
    int missing = Math.min(count - candidates.size(), remaining.size());
    if (inSpareSlots && missing > 0) {
      convert(missing);
    }
    while (!inSpareSlots && candidates.size() < count && !remaining.isEmpty()) {
      convert(Math.min(batch, count - candidates.size()));
    }
  }

  /** Where the target can start beside the former release, it does so everywhere at once. */
  void bringAllBeside() {
    if (inSpareSlots && !remaining.isEmpty()) {
      convert(remaining.size());
    }
  }

  /** Gives the candidates a share and a routing, and does what follows while they have it. */
  void stage(String name, Share wanted, Routing told, List<Move> then) {
    var moves = new ArrayList<Move>();
    if (!candidates.isEmpty() && isNew(wanted, told)) {
      moves.add(sharing(wanted, told));
    }
    moves.addAll(then);
    if (!moves.isEmpty()) {
      phases.add(alone(name, moves));
    }
  }

  /** Returns a step that judges the candidates, compared with the others that serve. */
  Move judged(Analysis analysis, Duration duration, Share wanted) {
    SortedSet<Instance> baseline = wanted.equals(Share.ALL) ? new TreeSet<>() : left();
    return Move.of(new JudgeStep.Analysis(role, candidates, baseline, duration, analysis));
  }

  /** Returns a step that decides between the candidates and the others that serve. */
  Move decided(Contest contest, Optional<Analysis> analysis) {
    return Move.of(new JudgeStep.Contested(role, candidates, left(), contest, analysis));
  }

  /** Does nothing but wait, where there is anything to wait for. */
  void await(String name, List<Move> waits) {
    if (!waits.isEmpty()) {
      phases.add(alone(name, waits));
    }
  }

  /** Returns all phases, once what is left was converted and tidied. */
  List<Phase> finished() {
    while (!remaining.isEmpty()) {
      convert(isDrained() ? remaining.size() : batch);
      if (!remaining.isEmpty()) {
        grown();
      }
    }
    if ((!share.equals(Share.ALL) || isRouted()) && !candidates.isEmpty()) {
      route(Share.ALL, Routing.NONE);
    }
    add("stop the former slots", vacated, lanes::putAway);
    add("finish what was begun", new Hosts(situation).with(Work.FINISH), lanes::finish);
    return phases;
  }

  /** What gets nothing any more can be replaced all at once. */
  private boolean isDrained() {
    return situation.plays()
        && share.equals(Share.ALL)
        && (!others.isEmpty() || remaining.stream().noneMatch(HostView::serves));
  }

  private void convert(int size) {
    List<HostView> next = List.copyOf(remaining.subList(0, Math.min(size, remaining.size())));
    if (inSpareSlots) {
      bring(next);
    } else {
      company.split(List.of(next)).forEach(this::bring);
    }
  }

  private void bring(List<HostView> part) {
    if (!inSpareSlots) {
      makeRoom(part);
    }
    boolean isServed = share.equals(Share.ALL);
    add(name(part), part, isServed ? this::served : this::unserved);
    if (inSpareSlots && !isServed) {
      vacated.addAll(part);
    }
    part.forEach(host -> candidates.add(inSpareSlots ? host.next() : host.active()));
    remaining.removeAll(part);
  }

  private Lane served(HostView host) {
    return inSpareSlots && host.serves() ? lanes.surge(host) : lanes.inPlace(host);
  }

  private Lane unserved(HostView host) {
    return inSpareSlots ? lanes.prepare(host) : lanes.convert(host);
  }

  /** Before hosts leave, those that stay must be able to carry what is left to them. */
  private void makeRoom(List<HostView> leaving) {
    var staying = new TreeSet<>(others);
    staying.removeAll(candidates);
    leaving.forEach(host -> staying.remove(host.active()));
    Share needed = part(staying.size(), capacity).rest();
    if (!candidates.isEmpty() && needed.compareTo(share) > 0) {
      route(
          needed.compareTo(carried()) > 0 ? carried() : needed,
          lasting.equals(Routing.NONE) ? routing : lasting);
    }
  }

  private Share carried() {
    return part(candidates.size(), capacity);
  }

  private void route(Share wanted, Routing told) {
    if (isNew(wanted, told)) {
      phases.add(
          alone(
              "%s to %d instance%s"
                  .formatted(wanted, candidates.size(), candidates.size() == 1 ? "" : "s"),
              List.of(sharing(wanted, told))));
    }
  }

  private boolean isNew(Share wanted, Routing told) {
    boolean isReached = !wanted.equals(Share.NONE) || !told.equals(Routing.NONE);
    return !wanted.equals(share)
        || !kept(wanted, told).equals(routing)
        || (isReached && !sharing.equals(candidates));
  }

  /** Where one release gets all requests, none are told apart. */
  private static Routing kept(Share wanted, Routing told) {
    return wanted.equals(Share.ALL) ? Routing.NONE : told;
  }

  private Move sharing(Share wanted, Routing told) {
    TrafficStep back = former();
    boolean mayGoBack = left().size() >= capacity;
    TrafficStep there = there(wanted, told);
    share = wanted;
    routing = kept(wanted, told);
    sharing = new TreeSet<>(candidates);
    return mayGoBack ? Move.of(there, back) : Move.of(there);
  }

  private TrafficStep there(Share wanted, Routing told) {
    if (wanted.equals(Share.ALL)) {
      return new TrafficStep.Switch(role, candidates, left(), isAtOnce());
    }
    return wanted.equals(Share.NONE) && told.equals(Routing.NONE)
        ? former()
        : new TrafficStep.Shift(role, candidates, wanted, told);
  }

  /** All requests go back to where they went before anybody was on trial. */
  private TrafficStep former() {
    return left().isEmpty()
        ? new TrafficStep.Switch(role, candidates, new TreeSet<>(), isAtOnce())
        : new TrafficStep.Switch(role, left(), candidates, isAtOnce());
  }

  private SortedSet<Instance> left() {
    var left = new TreeSet<>(others);
    left.removeAll(candidates);
    return left;
  }

  private boolean isAtOnce() {
    return situation.capabilities().contains(Capability.ONE_SHOT_SWITCH);
  }

  private String name(List<HostView> part) {
    List<String> names = part.stream().map(HostView::name).toList();
    return inSpareSlots && !share.equals(Share.ALL)
        ? "prepare " + String.join(", ", names)
        : "convert " + String.join(", ", names);
  }

  private void add(String name, List<HostView> which, Function<HostView, Lane> lane) {
    if (!which.isEmpty()) {
      phases.add(new Phase(named(name), which.stream().map(lane).toList()));
    }
  }

  private Phase alone(String name, List<Move> moves) {
    return new Phase(named(name), List.of(new Lane(named(name), moves)));
  }

  private String named(String text) {
    return situation.fleet().naming().about(role, text);
  }
}
