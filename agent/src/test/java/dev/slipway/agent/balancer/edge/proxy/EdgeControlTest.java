package dev.slipway.agent.balancer.edge.proxy;

import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.POOL;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.draining;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.member;
import static dev.slipway.agent.balancer.edge.proxy.EdgeFixture.serving;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.Request;
import dev.slipway.agent.balancer.edge.Response;
import dev.slipway.agent.balancer.edge.Response.Code;
import dev.slipway.agent.balancer.edge.Wire;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.MemberState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: the edge obeys one agent, says what is true, and forgets nothing. Method: lines over its
 * real control socket, wrong ones among them, and restarts between them.
 */
class EdgeControlTest {
  private static final InetSocketAddress A = Loopback.at("127.0.0.1", 19_001);
  private static final String GET = "GET / HTTP/1.1\r\nHost: shop\r\nConnection: close\r\n\r\n";

  @TempDir private Path directory;
  private EdgeFixture edge;

  @BeforeEach
  void startTheEdge() {
    edge = EdgeFixture.in(directory);
  }

  @AfterEach
  void stopTheEdge() {
    edge.close();
  }

  @Test
  void whatWasMadeIsReadBack() {
    var made =
        edge.make(
            member("a", A, 9_000, MemberState.SERVING),
            member("b", A, 1_000, MemberState.SERVING),
            draining("c", A),
            member("d", A, 0, MemberState.OUT));

    assertThat(edge.status().pools()).containsExactly(made);
    assertThat(made.members())
        .extracting(view -> view.name() + " " + view.state() + " " + view.weight())
        .containsExactly("a SERVING 9000", "b SERVING 1000", "c DRAINING 0", "d OUT 0");
  }

  @Test
  void onlyTheOwnerMaySteerIt() throws IOException {
    assertThat(
            PosixFilePermissions.toString(Files.getPosixFilePermissions(edge.options().control())))
        .isEqualTo("rw-------");
    assertThat(directory.toFile().list()).containsExactlyInAnyOrder("edge.sock", "edge.json.lock");
  }

  @Test
  void anOlderEpochIsRefused() {
    edge.make(serving("a", A));

    assertThat(refusal(make(new Epoch("store", 6), "x"))).isEqualTo(Code.STALE_EPOCH);
    assertThat(edge.ask(make(new Epoch("store", 7), "x"))).isInstanceOf(Response.Now.class);
    assertThat(edge.ask(make(new Epoch("store", 8), "x"))).isInstanceOf(Response.Now.class);
    assertThat(refusal(make(new Epoch("store", 7), "x"))).isEqualTo(Code.STALE_EPOCH);
    assertThat(edge.view("x").state()).isEqualTo(MemberState.SERVING);
  }

  @Test
  void anotherAgentIsRefusedUntilItTakesOver() {
    edge.make(serving("a", A));
    var other = new Epoch("other", 1);

    assertThat(refusal(make(other, "x"))).isEqualTo(Code.FOREIGN_STORE);
    assertThat(edge.view("a").state()).isEqualTo(MemberState.SERVING);
    assertThat(edge.ask(new Request.TakeOver(other))).isInstanceOf(Response.Now.class);
    assertThat(edge.ask(make(other, "x"))).isInstanceOf(Response.Now.class);
    assertThat(refusal(make(EdgeFixture.EPOCH, "a"))).isEqualTo(Code.FOREIGN_STORE);
  }

  @Test
  void epochsAreKeptOverARestart() {
    edge.make(serving("a", A));
    var generation = edge.status().generation();

    edge.restart();

    assertThat(edge.status().generation()).isNotEqualTo(generation);
    assertThat(edge.status().epoch()).contains(EdgeFixture.EPOCH);
    assertThat(refusal(make(new Epoch("store", 6), "x"))).isEqualTo(Code.STALE_EPOCH);
    assertThat(edge.view("a").state()).isEqualTo(MemberState.SERVING);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "nonsense",
        "[]",
        "{}",
        "{\"v\":4,\"op\":\"status\"}",
        "{\"v\":1,\"op\":\"sttus\"}",
        "{\"v\":1,\"op\":\"status\",\"op\":\"status\"}",
        "{\"v\":1,\"op\":\"status\",\"more\":1}",
        "{\"v\":1,\"op\":\"status\"} x",
        "{\"v\":1,\"op\":\"make\"}",
        "{\"v\":1,\"op\":\"make\",\"epoch\":{\"store\":\"s\",\"counter\":0},\"pool\":null}",
        "{\"v\":1,\"op\":\"observe\",\"pool\":null}",
        "{\"v\":1,\"op\":\"observe\",\"pool\":{}}"
      })
  void aLineThatMeansNothingIsRefused(String line) {
    assertThat(edge.raw(line)).contains("\"is\":\"refused\"", "\"BAD_REQUEST\"");
    assertThat(edge.status().pools()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"weight\":10001",
        "\"weight\":-1",
        "\"port\":0",
        "\"port\":65536",
        "\"name\":\"a b\"",
        "\"name\":\"\"",
        "\"address\":\"a;b\"",
        "\"state\":\"GONE\"",
        "\"weight\":\"x\"",
        "\"weight\":1.5",
        "\"weight\":\"1\""
      })
  void aMemberThatCannotBeIsRefused(String wrong) {
    var good =
        Wire.write(new Request.Make(EdgeFixture.EPOCH, pool(serving("a", A))))
            .replace("19001", "1");
    var key = wrong.substring(0, wrong.indexOf(':') + 1);
    int members = good.indexOf("members");
    int from = good.indexOf(key, members);
    var bad = good.substring(0, from) + wrong + good.substring(end(good, from));

    assertThat(edge.raw(bad)).as(bad).contains("\"BAD_REQUEST\"");
    assertThat(edge.raw(good)).contains("\"is\":\"now\"");
  }

  private static int end(String json, int from) {
    int comma = json.indexOf(',', from);
    int brace = json.indexOf('}', from);
    return comma >= 0 && comma < brace ? comma : brace;
  }

  @Test
  void aLineThatNeverEndsIsCutOff() {
    assertThat(edge.raw("x".repeat(Wire.LINE_BYTES_MAX + 1))).contains("a line has at most");
    assertThat(edge.status().pools()).isEmpty();
  }

  @Test
  void manyAgentsMaySpeakAtOnce() throws InterruptedException {
    var failures = new ConcurrentLinkedQueue<String>();
    List<Thread> agents = new ArrayList<>();
    for (int agent = 0; agent < 16; agent++) {
      var name = "pool" + agent;
      agents.add(
          Thread.ofVirtual()
              .start(() -> {
                for (int weight = 1; weight <= 10; weight++) {
                  var made = edge.make(named(name, member("a", A, weight, MemberState.SERVING)));
                  if (made.members().getFirst().weight() != weight) {
                    failures.add(name + " " + made);
                  }
                }
              }));
    }
    for (var agent : agents) {
      agent.join();
    }
    assertThat(failures).isEmpty();
    edge.restart();
    assertThat(edge.status().pools())
        .hasSize(16)
        .allMatch(pool -> pool.members().getFirst().weight() == 10);
  }

  @Test
  void aDamagedStateFileStopsTheStartUntilToldOtherwise() throws IOException {
    edge.make(serving("a", A));
    edge.close();
    var state = edge.options().state();
    Files.writeString(state, Files.readString(state).replace("19001", "19002"));

    var refused = EdgeProcess.start(edge.options());
    assertThat(refused).isInstanceOf(EdgeProcess.Started.Failed.class);
    assertThat(((EdgeProcess.Started.Failed) refused).reason())
        .contains("edge.json", "not the SHA-256", "--start-empty");

    var started = EdgeProcess.start(edge.options().with(EdgeOptions.Damaged.START_EMPTY));
    assertThat(started).isInstanceOf(EdgeProcess.Started.Running.class);
    ((EdgeProcess.Started.Running) started).edge().close();
    assertThat(directory.resolve("edge.json.damaged")).exists();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 10, 100})
  void aStateFileThatIsCutOffIsNoticed(int bytes) throws IOException {
    edge.make(serving("a", A));
    edge.close();
    var whole = Files.readString(edge.options().state());
    Files.writeString(edge.options().state(), whole.substring(0, bytes), StandardCharsets.UTF_8);

    assertThat(EdgeProcess.start(edge.options())).isInstanceOf(EdgeProcess.Started.Failed.class);
  }

  @Test
  void twoEdgesDoNotShareAStateFile() {
    var second = EdgeProcess.start(edge.options());

    assertThat(second).isInstanceOf(EdgeProcess.Started.Failed.class);
    assertThat(((EdgeProcess.Started.Failed) second).reason()).contains("another edge");
    assertThat(edge.status().pools()).isEmpty();
  }

  @Test
  void aPoolMayHaveAnAddressOfItsOwn() {
    var address = Loopback.at("127.0.0.1", Loopback.freePort());
    try (var a = Origin.named("a");
        var b = Origin.named("b")) {
      edge.make(serving("a", a.address()));
      edge.make(
          new PoolSpec(
              "other",
              Optional.of("127.0.0.1:" + address.getPort()),
              List.of(serving("b", b.address())),
              Optional.empty(),
              Optional.empty()));

      assertThat(RawClient.exchange(edge.listen(), GET)).endsWith("\r\n\r\na");
      assertThat(RawClient.exchange(address, GET)).endsWith("\r\n\r\nb");
      edge.restart();
      assertThat(RawClient.exchange(address, GET)).endsWith("\r\n\r\nb");

      edge.make(named("other", draining("b", b.address())));
      assertThatThrownBy(() -> RawClient.exchange(address, GET))
          .isInstanceOf(UncheckedIOException.class);
    }
  }

  @Test
  void aSecondPoolTakesNothingFromTheFirstButItsOwnName() {
    try (var a = Origin.named("a");
        var b = Origin.named("b")) {
      edge.make(serving("a", a.address()));
      edge.make(named("blog.example.com", serving("b", b.address())));

      assertThat(RawClient.exchange(edge.listen(), GET)).endsWith("\r\n\r\na");
      assertThat(RawClient.exchange(edge.listen(), GET.replace("shop", "Blog.example.com:80")))
          .endsWith("\r\n\r\nb");
    }
  }

  @Test
  void anAddressThatIsTakenIsRefusedAndNothingChanges() {
    try (var taken = Origin.named("taken")) {
      var pool =
          new PoolSpec(
              POOL,
              Optional.of("127.0.0.1:" + taken.address().getPort()),
              List.of(serving("a", A)),
              Optional.empty(),
              Optional.empty());

      assertThat(refusal(new Request.Make(EdgeFixture.EPOCH, pool))).isEqualTo(Code.FAILED);
      assertThat(edge.status().pools()).isEmpty();
    }
  }

  @Test
  void aPoolIsForgottenOnlyWhenNobodyServesInIt() {
    edge.make(serving("a", A));
    var forget = new Request.Forget(EdgeFixture.EPOCH, POOL);

    assertThat(refusal(forget)).isEqualTo(Code.FAILED);
    edge.make(draining("a", A));
    assertThat(edge.ask(forget)).isInstanceOf(Response.Now.class);
    edge.restart();
    assertThat(edge.status().pools()).isEmpty();
  }

  private Request make(Epoch epoch, String member) {
    return new Request.Make(epoch, pool(serving(member, A)));
  }

  private static PoolSpec pool(PoolSpec.MemberSpec member) {
    return named(POOL, member);
  }

  private static PoolSpec named(String name, PoolSpec.MemberSpec member) {
    return new PoolSpec(
        name, Optional.empty(), List.of(member), Optional.empty(), Optional.empty());
  }

  private Code refusal(Request request) {
    var response = edge.ask(request);
    assertThat(response).isInstanceOf(Response.Refused.class);
    return ((Response.Refused) response).code();
  }
}
