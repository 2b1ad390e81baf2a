package dev.slipway.agent.balancer.haproxy;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.strategies.traffic.MemberState.DRAINING;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Trials;
import dev.slipway.strategies.traffic.Observed.Witness;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Goal: whatever others reload or restart, the traffic stays as Slipway made it.
 *
 * <p>Method: a real HAProxy as master and worker that reads the state of its servers, reloaded and
 * restarted with requests under way.
 */
class HaproxyReloadTest extends AtShop {
  private static final String CHECK = "check inter 50ms fall 2 rise 100";

  private void startKeeping(String optionsOfA, String optionsOfB, String... more) {
    shop.keepingState();
    shop.haproxy.asMasterWorker();
    shop.start(optionsOfA, optionsOfB, more);
  }

  private Path file() {
    return Path.of(shop.haproxy.socket() + ".slipway/state/be_shop");
  }

  /** Returns how each server is seen, but for its sessions. */
  private static Map<String, String> shown(Answer answer) {
    var shown = new HashMap<String, String>();
    Trials.now(answer)
        .observed()
        .members()
        .forEach(
            (instance, seen) -> shown.put(instance.host(), seen.state() + " " + seen.weight()));
    return shown;
  }

  @Test
  void aReloadAndARestartKeepDrainedServersAndWeights() {
    startKeeping("weight 10", "weight 20", shop.server("c", "weight 30 disabled"));
    var balancer = balancer("be_shop", "a", "b", "c");
    var wanted = Trials.canary(Share.percent(25)).with(A, DRAINING);

    var told = shown(balancer.make(wanted, EPOCH));
    assertThat(told).containsEntry("a", "DRAINING 0").containsEntry("b", "SERVING 256");
    shop.haproxy.reload();
    assertThat(shown(balancer.observe())).isEqualTo(told);
    shop.haproxy.restart();
    assertThat(shown(balancer.observe())).isEqualTo(told);
  }

  @Test
  void aReloadUnderLoadLosesNoRequestAndSendsNoneToADrainedServer() {
    startKeeping("", "");
    var balancer = shop.balancer();
    balancer.make(both(SERVING, DRAINING), EPOCH);
    var over = new AtomicBoolean();
    var asking =
        IntStream.range(0, 4)
            .mapToObj(_ -> CompletableFuture.supplyAsync(() -> askUntil(over)))
            .toList();

    for (int i = 0; i < 5; i++) {
      shop.haproxy.reload();
    }
    over.set(true);

    for (var answers : asking) {
      assertThat(answers.join()).containsOnlyKeys("a");
    }
    assertThat(seen(balancer.observe(), B).state()).isEqualTo(DRAINING);
  }

  private Map<String, Integer> askUntil(AtomicBoolean over) {
    var answers = new HashMap<String, Integer>();
    do {
      shop.ask(5).forEach((who, count) -> answers.merge(who, count, Integer::sum));
    } while (!over.get());
    return answers;
  }

  @Test
  void aSpareSlotThatWasAdmittedStaysSoAndTheOneThatWasRetiredToo() {
    startKeeping("", "disabled");
    var balancer = shop.balancer();
    balancer.make(both(OUT, SERVING), EPOCH);
    shop.haproxy.reload();
    assertThat(shop.ask(10)).containsOnlyKeys("b");

    balancer.make(both(SERVING, OUT), EPOCH);
    shop.haproxy.restart();
    assertThat(shop.ask(10)).containsOnlyKeys("a");
    assertThat(seen(balancer.observe(), B).state()).isEqualTo(OUT);
  }

  @Test
  void aServerThatWasDownWhenTheStateWasKeptServesAtOnceAfterAReload() {
    startKeeping(CHECK, CHECK);
    var balancer = shop.balancer();
    shop.origins.stop("a");
    await().until(() -> seen(balancer.observe(), A).witness() == Witness.DOWN);
    balancer.make(both(SERVING, DRAINING), EPOCH);
    shop.origins.startAgain("a");

    shop.haproxy.reload();

    assertThat(shop.ask(5)).containsOnlyKeys("a");
  }

  @Test
  void aWeightThatItsOwnerChangesInTheFileCounts() {
    startKeeping("weight 10", "weight 20");
    var balancer = shop.balancer();
    balancer.make(both(SERVING, SERVING), EPOCH);

    shop.haproxy.backend("be_shop", shop.server("a", "weight 50"), shop.server("b", "weight 20"));
    shop.haproxy.reload();

    assertThat(shown(balancer.observe()))
        .containsEntry("a", "SERVING 50")
        .containsEntry("b", "SERVING 20");
  }

  @Test
  void twoApplicationsInOneBackendKeepTheirOwnServersAndNobodyElses() throws IOException {
    startKeeping("", "", "server foreign 127.0.0.1:9 weight 7");
    shop.haproxy.ask("set server be_shop/foreign state drain");
    balancer("be_shop", "a").make(Traffic.stable(Map.of(instance("a"), DRAINING)), EPOCH);
    balancer("be_shop", "b").make(Traffic.stable(Map.of(instance("b"), SERVING)), EPOCH);

    assertThat(Files.readString(file())).contains(" a ", " b ").doesNotContain("foreign");
    shop.haproxy.ask("set server be_shop/foreign state ready");
    shop.haproxy.reload();
    assertThat(shown(balancer("be_shop", "a", "b", "foreign").observe()))
        .containsEntry("a", "DRAINING 0")
        .containsEntry("b", "SERVING 1")
        .containsEntry("foreign", "SERVING 7");
  }

  @Test
  void whatIsNotChangedIsNotWrittenAgain() throws IOException {
    startKeeping("", "");
    var balancer = shop.balancer();
    balancer.make(both(SERVING, DRAINING), EPOCH);
    var written = Files.getAttribute(file(), "unix:ino");

    balancer.make(both(SERVING, DRAINING), EPOCH);
    assertThat(Files.getAttribute(file(), "unix:ino")).isEqualTo(written);
    balancer.make(both(SERVING, SERVING), EPOCH);
    assertThat(Files.getAttribute(file(), "unix:ino")).isNotEqualTo(written);
    assertThat(file().resolveSibling("").toFile().list()).containsExactly("be_shop");
  }

  @Test
  void stateThatCannotBeKeptIsNoSuccess() throws IOException {
    startKeeping("", "");
    Files.createDirectories(file().resolve("in the way"));

    var reason = Trials.refusal(shop.balancer().make(both(SERVING, DRAINING), EPOCH));

    assertThat(reason).contains("a reload would lose it", file().toString());
  }

  @Test
  void requestsThatAFormerWorkerStillAnswersAreCounted() {
    shop.haproxy.asMasterWorker();
    shop.start("", "disabled");
    var balancer = shop.balancerWithMaster();
    var slow = CompletableFuture.supplyAsync(() -> shop.ask("/slow"));
    await().until(() -> seen(balancer.observe(), A).sessions().equals(OptionalInt.of(1)));

    shop.haproxy.reload();

    assertThat(seen(shop.balancer().observe(), A).sessions())
        .as("the present worker knows of none")
        .hasValue(0);
    assertThat(seen(balancer.make(both(DRAINING, SERVING), EPOCH), A).sessions()).hasValue(1);
    shop.origins.letGo();
    assertThat(slow.join()).isEqualTo("a");
    await().until(() -> seen(balancer.observe(), A).sessions().equals(OptionalInt.of(0)));
  }

  @Test
  void formerWorkersAreReadFromTheMastersList() throws IOException {
    var reply =
        """
        #<PID>          <type>          <reloads>       <uptime>        <version>
        9822            master          4 [failed: 0]   0d00h00m22s     2.6.12
        # workers
        12340           worker          0               0d00h00m01s     2.6.12
        # old workers
        12247           worker          1               0d00h00m02s     2.6.12
        12248           worker          2               0d00h00m09s     2.6.12
        # programs
        12249           program         0               0d00h00m09s     -
        """;

    assertThat(Workers.former(reply)).isEqualTo(List.of("12247", "12248"));
  }
}
