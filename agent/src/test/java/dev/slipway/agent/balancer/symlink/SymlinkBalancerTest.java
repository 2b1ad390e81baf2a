package dev.slipway.agent.balancer.symlink;

import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.traffic.Capability;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the links of a static site say who is served, change in one act, and nothing of anybody
 * else is touched.
 *
 * <p>Method: two hosts on this machine with two slots each, by the real script. The contract of
 * balancers with processes does not fit: a link has none that could be gone or start again, and a
 * host's link has one member at a time.
 */
class SymlinkBalancerTest {
  private static final Instance BLUE1 = new Instance("web1", "site", "blue");
  private static final Instance GREEN1 = new Instance("web1", "site", "green");
  private static final Instance BLUE2 = new Instance("web2", "site", "blue");
  private static final Instance GREEN2 = new Instance("web2", "site", "green");

  private final Machines machines = Machines.open(Optional.empty());
  @TempDir private Path directory;

  @BeforeEach
  void deploy() throws IOException {
    for (String host : List.of("web1", "web2")) {
      for (String slot : List.of("blue", "green")) {
        Path release = Files.createDirectories(at(host).resolve("releases").resolve(slot));
        Files.writeString(release.resolve("index.html"), slot);
        Files.createSymbolicLink(at(host).resolve(slot), Path.of("releases", slot));
      }
    }
  }

  @AfterEach
  void close() {
    machines.close();
  }

  private Path at(String host) {
    return directory.resolve(host);
  }

  private Path link(String host) {
    return at(host).resolve("live");
  }

  private BalancerSpec.Symlink spec() {
    return new BalancerSpec.Symlink(
        "live",
        List.of("web1", "web2").stream()
            .map(name ->
                new BalancerSpec.Link(
                    new Host(name, "127.0.245.1", Optional.empty(), Reach.LOCAL, Map.of()),
                    link(name).toString()))
            .toList());
  }

  private Balancer balancer() {
    var servers = new TreeMap<Instance, Route.Server>();
    for (Instance one : List.of(BLUE1, GREEN1, BLUE2, GREEN2)) {
      servers.put(
          one, new Route.Server(at(one.host()).resolve(one.slot()).toString(), "127.0.245.1", 1));
    }
    return SymlinkBalancers.open(spec(), new Route("site", servers), machines, Become.NONE);
  }

  private static Traffic traffic(MemberState blue, MemberState green) {
    return Traffic.stable(Map.of(BLUE1, blue, GREEN1, green, BLUE2, blue, GREEN2, green));
  }

  private Answer make(Traffic wanted) {
    return balancer().make(wanted, Trials.EPOCH);
  }

  private String page(String host) throws IOException {
    return Files.readString(link(host).resolve("index.html"));
  }

  @Test
  void nobodyIsServedBeforeTheFirstRelease() {
    var seen = Trials.now(balancer().observe()).observed().members();

    assertThat(seen).containsOnlyKeys(BLUE1, GREEN1, BLUE2, GREEN2);
    assertThat(seen.values()).allSatisfy(one -> assertThat(one.gets()).isFalse());
    assertThat(Files.exists(link("web1"))).isFalse();
  }

  @Test
  void whoServesIsWhereTheLinkPointsOnEveryHost() throws IOException {
    for (var wanted : List.of(traffic(SERVING, OUT), traffic(DRAINING, SERVING))) {
      var made = Trials.now(make(wanted));

      assertThat(Trials.told(Trials.now(balancer().observe()))).isEqualTo(Trials.told(made));
      boolean isBlue = wanted.state(BLUE1) == SERVING;
      assertThat(Trials.seen(made, BLUE1).gets()).isEqualTo(isBlue);
      assertThat(Trials.seen(made, GREEN2).gets()).isEqualTo(!isBlue);
      assertThat(page("web1")).isEqualTo(isBlue ? "blue" : "green");
      assertThat(page("web2")).isEqualTo(isBlue ? "blue" : "green");
    }
  }

  @Test
  void everyHostHasALinkOfItsOwn() throws IOException {
    Trials.now(
        make(Traffic.stable(Map.of(BLUE1, SERVING, GREEN1, OUT, BLUE2, OUT, GREEN2, SERVING))));

    assertThat(page("web1")).isEqualTo("blue");
    assertThat(page("web2")).isEqualTo("green");
  }

  @Test
  void whereNobodyIsToServeThereIsNoLink() throws IOException {
    make(traffic(SERVING, OUT));

    Trials.now(make(traffic(DRAINING, OUT)));

    assertThat(Files.exists(link("web1"), LinkOption.NOFOLLOW_LINKS)).isFalse();
    assertThat(Files.readString(at("web1").resolve("blue/index.html"))).isEqualTo("blue");
  }

  @Test
  void aReaderNeverFindsNoLinkWhileItIsSwitched() throws Exception {
    Trials.now(make(traffic(SERVING, OUT)));
    var isOver = new AtomicBoolean();
    Callable<Integer> reader =
        () -> {
          int reads = 0;
          while (!isOver.get()) {
            assertThat(page("web1")).isIn("blue", "green");
            reads++;
          }
          return reads;
        };
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var read = threads.submit(reader);
      for (int i = 0; i < 3; i++) {
        Trials.now(make(traffic(OUT, SERVING)));
        Trials.now(make(traffic(SERVING, OUT)));
      }
      isOver.set(true);

      assertThat(read.get()).isPositive();
    }
  }

  @Test
  void aRelativeLinkOfSomebodyElseToASlotIsUnderstood() throws IOException {
    Files.createSymbolicLink(link("web1"), Path.of("green"));
    Files.createSymbolicLink(link("web2"), Path.of("./blue/"));

    var seen = Trials.now(balancer().observe());

    assertThat(Trials.seen(seen, GREEN1).gets()).isTrue();
    assertThat(Trials.seen(seen, BLUE2).gets()).isTrue();
  }

  @Test
  void aDirectoryInTheLinksPlaceIsReportedAndNothingIsChangedAnywhere() throws IOException {
    make(traffic(SERVING, OUT));
    Files.delete(link("web2"));
    Files.createDirectory(link("web2"));
    Files.writeString(link("web2").resolve("index.html"), "precious");

    assertThat(Trials.refusal(make(traffic(OUT, SERVING))))
        .contains("web2: ", link("web2") + " is a directory and no link; move it away");
    assertThat(page("web1")).isEqualTo("blue");
    assertThat(page("web2")).isEqualTo("precious");
  }

  @Test
  void aLinkToSomewhereElseIsReportedAndStays() throws IOException {
    Path other = Files.createDirectory(directory.resolve("other"));
    Files.createSymbolicLink(link("web1"), other);

    assertThat(Trials.refusal(make(traffic(SERVING, OUT))))
        .contains("web1: ", "points to " + other, "remove the link");
    assertThat(Trials.refusal(balancer().observe())).contains("points to " + other);
    assertThat(Files.readSymbolicLink(link("web1"))).isEqualTo(other);
    assertThat(Files.exists(link("web2"))).isFalse();
  }

  @Test
  void aSlotWithoutADirectoryIsNotPointedTo() throws IOException {
    make(traffic(SERVING, OUT));
    Files.delete(at("web1").resolve("green"));

    assertThat(Trials.refusal(make(traffic(OUT, SERVING))))
        .contains("there is no directory at " + at("web1").resolve("green"));
    assertThat(page("web1")).isEqualTo("blue");
  }

  @Test
  void whatALinkCannotCarryIsRefusedWithTheReason() throws IOException {
    make(traffic(SERVING, OUT));
    var both = traffic(SERVING, SERVING);

    assertThat(Trials.refusal(make(both))).contains("web1/green is to serve beside web1/blue");
    assertThat(Trials.refusal(make(share(Share.percent(25))))).contains("points to one slot");
    assertThat(Trials.refusal(make(share(Share.NONE)))).contains("without a share");
    assertThat(Trials.refusal(make(traffic(OUT, SERVING).with(park())))).contains("park");
    assertThat(Trials.refusal(make(ruled(traffic(OUT, SERVING))))).contains("match rules");
    assertThat(Trials.refusal(make(Traffic.stable(Map.of(Trials.STRANGER, SERVING)))))
        .contains("stranger");
    assertThat(page("web1")).isEqualTo("blue");
  }

  private static Nobody park() {
    return new Nobody.Park(9, Duration.ofSeconds(5));
  }

  private static Traffic ruled(Traffic traffic) {
    var rule = new Rule(new Rule.Match.Header("X-Canary", "1"), Traffic.STABLE);
    return new Traffic(
        traffic.tracks(),
        traffic.members(),
        List.of(rule),
        Optional.of(new Mirror(Traffic.STABLE, Share.percent(10))),
        new Nobody.Refuse());
  }

  private static Traffic share(Share candidate) {
    return new Traffic(
        Map.of(
            Traffic.STABLE,
            new Share(Share.ALL.basisPoints() - candidate.basisPoints()),
            Traffic.CANDIDATE,
            candidate),
        Map.of(
            BLUE1, new Member(Traffic.STABLE, SERVING),
            GREEN2, new Member(Traffic.CANDIDATE, SERVING)),
        List.of(),
        Optional.empty(),
        new Nobody.Refuse());
  }

  @Test
  void anOlderAgentOrOneWithAnotherStoreChangesNothing() throws IOException {
    var balancer = balancer();
    Trials.now(balancer.make(traffic(SERVING, OUT), new Epoch("store", 5)));

    assertThat(Trials.refusal(balancer.make(traffic(OUT, SERVING), new Epoch("store", 4))))
        .contains("epoch");
    var other = new Epoch("other", 1);
    assertThat(Trials.refusal(balancer.make(traffic(OUT, SERVING), other)))
        .contains("slipway takeover");
    assertThat(page("web1")).isEqualTo("blue");

    var acts = SymlinkBalancers.takeOver(spec(), machines, Become.NONE, other);
    assertThat(acts.values()).hasSize(2).hasOnlyElementsOfType(Act.Done.class);
    Trials.now(balancer.make(traffic(OUT, SERVING), other));
    assertThat(page("web1")).isEqualTo("green");
  }

  @Test
  void itCanSwitchInOneActAndCountsNothing() {
    assertThat(balancer().capabilities()).containsExactly(Capability.ONE_SHOT_SWITCH);
    assertThat(balancer().counted()).isInstanceOf(Counted.Never.class);
  }
}
