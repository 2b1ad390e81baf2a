package dev.slipway.agent.balancer.istio;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static dev.slipway.agent.balancer.Trials.C;
import static dev.slipway.agent.balancer.Trials.EPOCH;
import static dev.slipway.agent.balancer.Trials.canary;
import static dev.slipway.agent.balancer.Trials.now;
import static dev.slipway.agent.balancer.Trials.refusal;
import static dev.slipway.agent.balancer.Trials.seen;
import static dev.slipway.agent.balancer.Trials.states;
import static dev.slipway.strategies.traffic.MemberState.OUT;
import static dev.slipway.strategies.traffic.MemberState.SERVING;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Rule.Match;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Goal: one http route is steered, nothing of anybody else is touched, and what the API server says
 * is passed on.
 *
 * <p>Method: a stand-in for the API server that keeps objects as the real one gave them, fields
 * among them that the client has no words for. Istio itself is not run.
 */
class IstioBalancerTest {
  private static final Rule TESTERS =
      new Rule(new Match.Header("X-Canary", "always"), Traffic.CANDIDATE);
  private static final Rule BY_COOKIE = new Rule(new Match.Cookie("arm", "b.1"), Traffic.CANDIDATE);

  private final ApiServer api = new ApiServer();
  @TempDir private Path directory;
  private Optional<Balancer> opened = Optional.empty();

  @BeforeEach
  void open() {
    opened = Optional.of(Shop.balancer(Shop.written(directory, api.kubeconfig())));
  }

  @AfterEach
  void close() {
    opened.ifPresent(Balancer::close);
    api.close();
  }

  private Balancer balancer() {
    return opened.orElseThrow();
  }

  private Answer make(Traffic wanted) {
    return balancer().make(wanted, EPOCH);
  }

  private JsonNode http(int index) {
    return api.object(ApiServer.VIRTUAL_SERVICE).path("spec").path("http").path(index);
  }

  private List<String> names() {
    return api.object(ApiServer.VIRTUAL_SERVICE)
        .path("spec")
        .path("http")
        .valueStream()
        .map(route -> route.path("name").asString())
        .toList();
  }

  private List<Integer> weights(JsonNode route) {
    return route.path("route").valueStream().map(one -> one.path("weight").asInt()).toList();
  }

  /** Changes the VirtualService as its owner would. */
  private void edit(Consumer<ObjectNode> change) {
    var object = api.object(ApiServer.VIRTUAL_SERVICE);
    change.accept(object);
    api.apply(ApiServer.VIRTUAL_SERVICE, object);
  }

  private static ObjectNode route(ObjectNode object, int index) {
    return (ObjectNode) object.path("spec").path("http").path(index);
  }

  /** Returns an object without what a write has to change in it. */
  private static ObjectNode others(ObjectNode object) {
    var metadata = (ObjectNode) object.get("metadata");
    metadata.remove("resourceVersion");
    ((ObjectNode) metadata.get("annotations")).remove("slipway.dev/epoch");
    object
        .path("spec")
        .path("http")
        .valueStream()
        .filter(route -> route.path("name").asString().equals("primary"))
        .flatMap(route -> route.path("route").valueStream())
        .forEach(destination -> ((ObjectNode) destination).remove("weight"));
    return object;
  }

  @Test
  void defect24OfAWholeVirtualServiceOnlyTheWeightsOfItsRouteAreChanged() {
    now(make(canary(Share.percent(10))));

    assertThat(others(api.object(ApiServer.VIRTUAL_SERVICE)))
        .isEqualTo(others(ApiServer.recorded("virtual-service.json")));
    assertThat(weights(http(1))).containsExactly(45, 45, 10);
    assertThat(api.object(ApiServer.DESTINATION_RULE))
        .isEqualTo(ApiServer.recorded("destination-rule.json"));
    assertThat(api.writes()).isEqualTo(1);
  }

  @Test
  void defect24WhichClusterItIsNothingButTheNamedSecretSays() {
    try (var nowhere = Shop.balancer(directory.resolve("no-such-secret"))) {
      assertThat(nowhere.observe())
          .isInstanceOfSatisfying(
              Answer.Unreachable.class,
              silent -> assertThat(silent.reason()).contains("no-such-secret", "0600"));
    }
  }

  @Test
  void whoGoesAndComesBackHasThePortAndHeadersOfTheOthers() {
    now(make(states(SERVING, SERVING, OUT)));
    assertThat(weights(http(1))).containsExactly(50, 50);

    now(make(states(SERVING, SERVING, SERVING)));

    assertThat(others(api.object(ApiServer.VIRTUAL_SERVICE)))
        .isEqualTo(others(ApiServer.recorded("virtual-service.json")));
    assertThat(weights(http(1))).containsExactly(1, 1, 1);
  }

  @Test
  void aRuleIsARouteOfItsOwnThatIsWhatTheRouteIsButForWhoComesAndWhoServes() {
    var ruled =
        canary(Share.NONE)
            .with(new Routing(List.of(TESTERS, BY_COOKIE), Optional.empty(), Optional.empty()));
    now(make(ruled));

    assertThat(names())
        .containsExactly(
            "admin",
            "slipway:primary:rule:0:candidate:X-Canary",
            "slipway:primary:rule:1:candidate:arm",
            "primary",
            "last");
    assertThat(http(1).path("timeout").asString()).isEqualTo("10s");
    assertThat(http(1).path("aFieldOfTheFuture")).isEqualTo(http(3).path("aFieldOfTheFuture"));
    assertThat(http(1).path("match").toString())
        .isEqualTo("[{\"headers\":{\"x-canary\":{\"exact\":\"always\"}}}]");
    assertThat(http(2).path("match").toString()).contains("(?:.*; ?)?arm=b\\\\.1(?:;.*)?");
    assertThat(http(1).path("route").size()).isEqualTo(1);

    now(make(states(SERVING, SERVING, SERVING)));
    assertThat(names()).containsExactly("admin", "primary", "last");
  }

  @Test
  void aRuleAsksForWhatTheRouteAsksForToo() {
    edit(object ->
        route(object, 1).putArray("match").addObject().putObject("uri").put("prefix", "/shop"));
    var rules = new Routing(List.of(TESTERS), Optional.empty(), Optional.empty());

    now(make(canary(Share.NONE).with(rules)));

    assertThat(http(1).path("match").toString())
        .isEqualTo(
            "[{\"uri\":{\"prefix\":\"/shop\"},\"headers\":{\"x-canary\":{\"exact\":\"always\"}}}]");
    edit(object ->
        ((ObjectNode) route(object, 2).path("match").path(0))
            .putObject("headers")
            .putObject("x-canary")
            .put("exact", "no"));
    assertThat(refusal(make(canary(Share.percent(5)).with(rules)))).contains("x-canary");
  }

  @Test
  void aRuleThatSomebodyChangedIsSeenAndMadeGood() {
    var ruled =
        canary(Share.NONE).with(new Routing(List.of(TESTERS), Optional.empty(), Optional.empty()));
    now(make(ruled));
    edit(object -> route(object, 1).putArray("match"));

    assertThat(now(balancer().observe()).observed().routing()).isNotEqualTo(ruled.routing());
    assertThat(now(make(ruled)).observed().routing()).isEqualTo(ruled.routing());
  }

  @Test
  void whileNobodyServesTheRouteStaysBehindAnAnswer() {
    now(make(states(OUT, OUT, OUT)));

    assertThat(names()).containsExactly("admin", "slipway:primary:nobody", "primary", "last");
    assertThat(http(1).toString())
        .isEqualTo("{\"name\":\"slipway:primary:nobody\",\"directResponse\":{\"status\":503}}");
    assertThat(others(api.object(ApiServer.VIRTUAL_SERVICE)).path("spec").path("http").path(2))
        .isEqualTo(
            others(ApiServer.recorded("virtual-service.json")).path("spec").path("http").path(1));
  }

  @Test
  void fault65WhatSomebodyWritesMeanwhileIsKeptAndTheChangeIsMadeAnew() {
    api.beforeTheNextWrite(() -> edit(object -> route(object, 0).put("timeout", "4s")));

    now(make(canary(Share.percent(20))));

    assertThat(http(0).path("timeout").asString()).isEqualTo("4s");
    assertThat(weights(http(1))).containsExactly(40, 40, 20);
    assertThat(api.writes()).isEqualTo(1);
  }

  @Test
  void fault65WhoeverIsAlwaysFasterIsToldOf() {
    api.beforeEveryWrite(() -> edit(object -> route(object, 0).put("timeout", "5s")));

    assertThat(refusal(make(canary(Share.percent(20))))).contains("by others 8 times", "'shop'");
    assertThat(api.writes()).isZero();
  }

  @Test
  void anAgentThatWasOvertakenBetweenReadingAndWritingWritesNothing() {
    api.beforeTheNextWrite(() ->
        edit(object ->
            ((ObjectNode) object.path("metadata").path("annotations"))
                .put("slipway.dev/epoch", "store 2")));

    assertThat(refusal(make(canary(Share.percent(20))))).contains("newer epoch 2", "has 1");
    assertThat(api.writes()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "401, does not know who asks",
    "403, does not allow it",
    "400, was not taken",
    "422, was not taken"
  })
  void whatTheApiServerDoesNotLetPassIsRefusedInItsWords(int status, String fact) {
    // The client logs in anew once when it is told 401, for its token may have been exchanged.
    api.fail(status, status);

    assertThat(refusal(make(canary(Share.percent(20)))))
        .contains(fact, "'shop' in namespace 'shops'", "it was told to fail");
  }

  @ParameterizedTest
  @ValueSource(ints = {429, 500, 503})
  void anApiServerThatIsNotWellIsUnreachable(int status) {
    api.fail(status);

    assertThat(balancer().observe())
        .isInstanceOfSatisfying(
            Answer.Unreachable.class,
            silent -> assertThat(silent.reason()).contains(String.valueOf(status), api.url()));
  }

  @ParameterizedTest
  @CsvSource({"virtualservices/shop, VirtualService", "destinationrules/shop, DestinationRule"})
  void anObjectThatIsNotThereIsNamed(String object, String kind) {
    api.delete(object);

    assertThat(refusal(make(canary(Share.percent(20)))))
        .contains("there is no %s 'shop' in namespace 'shops'".formatted(kind), "create it");
  }

  @Test
  void aRouteThatIsNotThereTwiceThereOrSendsElsewhereIsRefused() {
    edit(object -> route(object, 1).put("name", "other"));
    assertThat(refusal(balancer().observe())).contains("0 of", "'primary'", "admin, other, last");

    edit(object -> {
      route(object, 0).put("name", "primary");
      route(object, 1).put("name", "primary");
    });
    assertThat(refusal(balancer().observe())).contains("2 of");

    edit(object -> {
      route(object, 0).put("name", "admin");
      route(object, 1).remove("route");
      route(object, 1).putObject("redirect").put("uri", "/");
    });
    assertThat(refusal(balancer().observe())).contains("has redirect and no destinations");
  }

  @Test
  void aDestinationThatIsNoMemberIsRefusedByName() {
    edit(object -> {
      var first = (ObjectNode) route(object, 1).path("route").path(0).path("destination");
      first.put("subset", "old");
    });

    assertThat(refusal(make(canary(Share.percent(20)))))
        .contains("subset 'old'", "none of the subsets a, b, c");
    assertThat(api.writes()).isZero();
  }

  @Test
  void oneDestinationGetsEverythingWhateverItsWeight() {
    edit(object -> {
      var route = (ArrayNode) route(object, 1).path("route");
      route.remove(2);
      route.remove(1);
      ((ObjectNode) route.path(0)).remove("weight");
    });

    var seen = now(balancer().observe());

    assertThat(seen(seen, A).weight()).isEqualTo(100);
    assertThat(List.of(seen(seen, B).state(), seen(seen, C).state())).containsOnly(OUT);
  }

  @Test
  void theSubsetsThatAreMissingAreToldAsLines() {
    assertThat(IstioBalancers.lacking(Shop.spec(directory.resolve("kube")), Shop.ROUTE))
        .isEqualTo(
            Map.of(
                "mesh", List.of("- {name: forgotten, labels: {slipway.dev/server: forgotten}}")));
  }

  @Test
  void aLoginByAProgramIsRefusedAndNoProgramIsStarted() {
    Path file =
        Shop.written(
            directory,
            api.kubeconfig()
                .replace(
                    "{token: " + ApiServer.TOKEN + "}",
                    "{exec: {apiVersion: client.authentication.k8s.io/v1, command: touch, args: ["
                        + directory.resolve("started")
                        + "]}}"));
    try (var byProgram = Shop.balancer(file)) {
      assertThat(byProgram.observe())
          .isInstanceOfSatisfying(
              Answer.Unreachable.class,
              silent -> assertThat(silent.reason()).contains("'slipway' logs in by a program"));
    }
    assertThat(directory.resolve("started")).doesNotExist();
  }
}
