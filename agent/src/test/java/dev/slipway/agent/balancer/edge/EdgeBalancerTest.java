package dev.slipway.agent.balancer.edge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Observed;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Goal: a Traffic becomes true on an edge and is read back. Method: a real edge. */
class EdgeBalancerTest {
  private static final Epoch EPOCH = new Epoch("store", 1);
  private static final Instance WEB1 = new Instance("web1", "web", "current");
  private static final Instance WEB2 = new Instance("web2", "web", "current");

  @TempDir private Path directory;
  private Optional<EdgeProcess> edge = Optional.empty();

  @BeforeEach
  void startTheEdge() {
    var listen = Loopback.at("127.0.0.1", Loopback.freePort());
    var options =
        EdgeOptions.of(
            List.of(listen), directory.resolve("edge.sock"), directory.resolve("edge.json"));
    edge =
        switch (EdgeProcess.start(options)) {
          case EdgeProcess.Started.Running(var running) -> Optional.of(running);
          case EdgeProcess.Started.Failed(var reason) -> throw new AssertionError(reason);
        };
  }

  @AfterEach
  void stopTheEdge() {
    edge.ifPresent(EdgeProcess::close);
  }

  @Test
  void atAnEdgeThatWasNeverToldAnythingEverybodyIsOut() {
    assertThat(observed(balancer().observe()).members())
        .containsOnly(
            Map.entry(WEB1, seen(0, MemberState.OUT)), Map.entry(WEB2, seen(0, MemberState.OUT)));
  }

  @Test
  void sharesBecomeWeights() {
    var traffic =
        new Traffic(
            Map.of("stable", Share.percent(95), "candidate", Share.percent(5)),
            Map.of(
                WEB1, new Member("stable", MemberState.SERVING),
                WEB2, new Member("candidate", MemberState.SERVING)),
            List.of(),
            Optional.empty(),
            new Nobody.Park(10, Duration.ofSeconds(1)));

    var seen = observed(balancer().make(traffic, EPOCH)).members();

    assertThat(seen.get(WEB1)).isEqualTo(seen(10_000, MemberState.SERVING));
    assertThat(seen.get(WEB2)).isEqualTo(seen(526, MemberState.SERVING));
    assertThat(observed(balancer().observe()).members()).isEqualTo(seen);
  }

  @Test
  void aMemberThatDrainsIsSeenToDrain() {
    var both = Traffic.stable(Map.of(WEB1, MemberState.SERVING, WEB2, MemberState.SERVING));
    balancer().make(both, EPOCH);

    var seen = observed(balancer().make(both.with(WEB1, MemberState.DRAINING), EPOCH)).members();

    assertThat(seen.get(WEB1)).isEqualTo(seen(0, MemberState.DRAINING));
    assertThat(seen.get(WEB2)).isEqualTo(seen(10_000, MemberState.SERVING));
  }

  @Test
  void anEdgeThatIsNotThereIsUnreachable() {
    edge.ifPresent(EdgeProcess::close);

    assertThat(balancer().observe()).isInstanceOf(Answer.Unreachable.class);
    assertThat(((Answer.Unreachable) balancer().observe()).reason())
        .contains("edge.sock", "slipway edge");
  }

  private Balancer balancer() {
    var spec =
        new BalancerSpec.Edge("front", directory.resolve("edge.sock").toString(), Optional.empty());
    var route =
        new Route(
            "app",
            Map.of(
                WEB1, new Route.Server("web1", "127.0.0.1", 19_001),
                WEB2, new Route.Server("web2", "127.0.0.1", 19_002)));
    return EdgeBalancers.open(spec, route);
  }

  private static Observed.Seen seen(int weight, MemberState state) {
    return new Observed.Seen(weight, state, Witness.NONE, OptionalInt.of(0));
  }

  private static Observed observed(Answer answer) {
    assertThat(answer).isInstanceOf(Answer.Now.class);
    return ((Answer.Now) answer).observed();
  }
}
