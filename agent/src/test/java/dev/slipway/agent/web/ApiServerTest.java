package dev.slipway.agent.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.journal.PlanForm;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.InstanceStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiClient.Reply;
import dev.slipway.strategies.plan.Plan;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Goal: what the agent says arrives as it was said, and nobody without the token learns anything.
 *
 * <p>Method: the real server and the real client, in front of answers that are written down here.
 */
class ApiServerTest {
  private static final Target SHOP = new Target("config", "production", "shop");
  private static final ApplicationStatus STATUS =
      new ApplicationStatus(
          "config",
          "production",
          "shop",
          Phase.HEALTHY,
          "main",
          "0123456789",
          Optional.of("0123456789"),
          Optional.empty(),
          Optional.empty(),
          List.of(
              new InstanceStatus(
                  "web1", Optional.empty(), "current", "1@aa", "healthy", "serving", 100)),
          List.of(new Condition("Drift", "ChangedByOthers", "web1 is not as it was left")),
          Optional.empty());

  private static final RepositoryStatus BROKEN =
      new RepositoryStatus("config", List.of(new Condition("Source", "Unavailable", "no answer")));

  private static final CommitStatus JUDGED =
      new CommitStatus("0123456789", Optional.of("superseded"), "'abcdef' took its place");

  private static final Plan PLAN = Samples.started(Samples.ROLLOUT, Samples.NEW).plan();

  private final Path state;
  private final ApiServer server;
  private final ApiToken token;

  ApiServerTest(@TempDir Path state) throws IOException {
    this.state = state;
    this.token = ApiToken.in(state);
    this.server =
        new ApiServer(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            new Written(),
            token,
            () -> "slipway_polls_total 1\n");
  }

  private static final class Written implements Control {
    @Override
    public List<ApplicationStatus> status() {
      return List.of(STATUS);
    }

    @Override
    public List<RepositoryStatus> repositories() {
      return List.of(BROKEN);
    }

    @Override
    public List<RolloutStatus> history(Target target, int limit) {
      return List.of();
    }

    @Override
    public Asked plan(Target target) {
      return target.equals(SHOP)
          ? new Asked.Planned(PLAN, "")
          : new Asked.NotFound("there is no application " + target);
    }

    @Override
    public Asked commit(Target target, String prefix) {
      return prefix.equals("0123")
          ? new Asked.Judged(JUDGED)
          : new Asked.Conflict("'%s' could be any of two".formatted(prefix));
    }

    @Override
    public Asked rollback(Target target, Optional<String> to, Irreversible tasks, Person by) {
      return new Asked.Done(
          "%s by %s: %s%s"
              .formatted(target, by.name(), by.why(), to.map(" to "::concat).orElse("")));
    }

    @Override
    public Asked revert(Target target, Person by) {
      return new Asked.Conflict("the branch is protected");
    }

    @Override
    public Asked abort(Target target, Person by) {
      return new Asked.Conflict("no rollout is under way");
    }

    @Override
    public Asked vote(Target target, Reach reach, Person by) {
      return switch (reach) {
        case GATES -> new Asked.Done("%s approves: %s".formatted(by.name(), by.why()));
        case PAUSES_TOO -> new Asked.Done("%s promotes".formatted(by.name()));
      };
    }

    @Override
    public Asked adopt(Target target, Person by) {
      return new Asked.Done("adopted");
    }

    @Override
    public Asked retry(Target target, Person by) {
      return new Asked.Done("again");
    }

    @Override
    public Asked forget(Target target, Optional<String> host, Person by) {
      String what = host.map(one -> one + " of " + target).orElse(target.toString());
      return new Asked.Conflict("%s is asked for, %s".formatted(what, by.name()));
    }

    @Override
    public Asked takeover(Target target, Person by) {
      return new Asked.Done("taken over");
    }

    @Override
    public Asked accept(String repository, String branch, Person by) {
      return new Asked.Done(repository + " " + branch);
    }
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private ApiClient client() {
    return ApiClient.of("127.0.0.1:" + server.address().getPort(), token);
  }

  private Response raw(String path, String authorization) throws IOException {
    var request =
        new Request.Builder()
            .url("http://127.0.0.1:%d%s".formatted(server.address().getPort(), path))
            .header("Authorization", authorization)
            .build();
    return new OkHttpClient().newCall(request).execute();
  }

  @Test
  void statusArrivesAsItWasSaid() {
    assertThat(client().status()).isEqualTo(new Reply.Ok<>(List.of(STATUS)));
  }

  @Test
  void whatIsTheMatterWithARepositoryArrives() {
    assertThat(client().repositories()).isEqualTo(new Reply.Ok<>(List.of(BROKEN)));
  }

  @Test
  void whatBecameOfACommitArrives() {
    assertThat(client().commit(SHOP, "0123")).isEqualTo(new Reply.Ok<>(JUDGED));
    assertThat(client().commit(SHOP, "abcd"))
        .isEqualTo(new Reply.Refused<>(409, "'abcd' could be any of two"));
  }

  @Test
  void whatIsNoNameOfACommitIsRefused() {
    for (String name : List.of("012", "HEAD", "0123g", "0".repeat(41), "%2e%2e")) {
      assertThat(client().commit(SHOP, name))
          .isEqualTo(new Reply.Refused<>(400, "a commit is named by 4 to 40 hex digits"));
    }
  }

  @Test
  void aPlanArrivesForPeopleAndForMachines() {
    var answer = ((Reply.Ok<ApiClient.PlanAnswer>) client().plan(SHOP)).value();

    assertThat(answer.text()).isEqualTo(PLAN.render());
    assertThat(answer.form().toString()).isEqualTo(PlanForm.of(PLAN));
    assertThat(answer.form().get("apiVersion").asString()).isEqualTo("slipway.dev/v1alpha1");
    JsonNode lane = answer.form().at("/plan/phases/0/lanes/0");
    assertThat(lane.get("id").asString()).isEqualTo("web1");
    assertThat(lane.at("/moves/1/step/is").asString()).isEqualTo("drain/1");
    assertThat(lane.at("/moves/1/step/instance/host").asString()).isEqualTo("web1");
  }

  @Test
  void whoAsksAndWhyIsPassedOn() {
    assertThat(client().act(SHOP, "rollback", new Control.Person("ada", "it is \"slow\"")))
        .isEqualTo(new Reply.Ok<>("config/production/shop by ada: it is \"slow\""));
  }

  @Test
  void whoApprovesAndWhoPromotesIsPassedOn() {
    assertThat(client().act(SHOP, "approve", new Control.Person("ada", "it looks good")))
        .isEqualTo(new Reply.Ok<>("ada approves: it looks good"));
    assertThat(client().act(SHOP, "promote", new Control.Person("ada", "")))
        .isEqualTo(new Reply.Ok<>("ada promotes"));
  }

  @Test
  void whatMayNotBeForgottenIsAConflict() {
    assertThat(client().forget(SHOP, Optional.empty(), new Control.Person("ada", "")))
        .isEqualTo(new Reply.Refused<>(409, "config/production/shop is asked for, ada"));
    assertThat(client().forget(SHOP, Optional.of("web 3&x"), new Control.Person("ada", "")))
        .isEqualTo(new Reply.Refused<>(409, "web 3&x of config/production/shop is asked for, ada"));
  }

  @Test
  void aConflictIsToldWithItsReason() {
    assertThat(client().act(SHOP, "abort", new Control.Person("ada", "")))
        .isEqualTo(new Reply.Refused<>(409, "no rollout is under way"));
  }

  @Test
  void anApplicationThatDoesNotExistIsNotFound() {
    assertThat(client().plan(new Target("config", "production", "../admin")))
        .isInstanceOf(Reply.Refused.class);
    assertThat(client().plan(new Target("config", "production", "other")))
        .isEqualTo(new Reply.Refused<>(404, "there is no application config/production/other"));
  }

  @Test
  void nobodyLearnsAnythingWithoutTheToken() throws IOException {
    for (String authorization : List.of("", "Bearer wrong", "Basic YTpi")) {
      try (Response response = raw("/api/v1/applications", authorization)) {
        assertThat(response.code()).isEqualTo(401);
        assertThat(response.body().string()).doesNotContain("shop");
      }
    }
  }

  @Test
  void healthAndMetricsNeedNoToken() throws IOException {
    try (Response health = raw("/healthz", "");
        Response metrics = raw("/metrics", "")) {
      assertThat(health.body().string()).isEqualTo("ok\n");
      assertThat(metrics.body().string()).isEqualTo("slipway_polls_total 1\n");
    }
  }

  @Test
  void aBodyThatIsNotJsonIsRefusedWithoutAStackTrace() throws IOException {
    var request =
        new Request.Builder()
            .url(
                "http://127.0.0.1:%d/api/v1/applications/a/b/c/retry"
                    .formatted(server.address().getPort()))
            .header("Authorization", token.header())
            .post(RequestBody.create("[[[", MediaType.get("application/json")))
            .build();
    try (Response response = new OkHttpClient().newCall(request).execute()) {
      assertThat(response.code()).isEqualTo(400);
      assertThat(response.body().string()).doesNotContain("at dev.slipway");
    }
  }

  @Test
  void theTokenCanBeReadByItsOwnerOnlyAndIsNotPrinted() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(ApiToken.file(state))))
        .isEqualTo("rw-------");
    assertThat(token.toString()).doesNotContain(Files.readString(ApiToken.file(state)).strip());
  }

  @Test
  void anAgentThatIsGoneIsUnreachable() {
    ApiClient client = client();
    server.close();

    assertThat(client.status()).isInstanceOf(Reply.Unreachable.class);
  }
}
