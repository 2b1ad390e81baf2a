package dev.slipway.agent.web;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control.Irreversible;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import tools.jackson.core.JacksonException;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.JsonNode;

/** The command line's side of the API. */
public final class ApiClient {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final Duration TIMEOUT = Duration.ofMinutes(2);

  /** One for all, as each has threads and connections of its own. */
  private static final OkHttpClient HTTP = new OkHttpClient.Builder().callTimeout(TIMEOUT).build();

  private final HttpUrl base;
  private final ApiToken token;

  /** Makes a client of the agent at an address. Nothing is connected before the first call. */
  public ApiClient(HttpUrl base, ApiToken token) {
    this.base = base;
    this.token = token;
  }

  /** Returns a client of the agent that listens on an {@code address:port}. */
  public static ApiClient of(String listen, ApiToken token) {
    return new ApiClient(HttpUrl.get("http://" + listen), token);
  }

  /** What the agent answered. */
  public sealed interface Reply<T> {
    /** It did what was asked. */
    record Ok<T>(T value) implements Reply<T> {}

    /** It refused; {@code status} is HTTP's. */
    record Refused<T>(int status, String reason) implements Reply<T> {}

    /** It does not answer. */
    record Unreachable<T>(String reason) implements Reply<T> {}
  }

  /** A plan for people, and in the form for machines. */
  public record PlanAnswer(String text, JsonNode form) {}

  private record Text(String text) {}

  private record Reason(String reason) {}

  /** Asks for the status of every application. */
  public Reply<List<ApplicationStatus>> status() {
    return call(get("applications"), new TypeReference<>() {});
  }

  /** Asks how each repository is read. */
  public Reply<List<RepositoryStatus>> repositories() {
    return call(get("repositories"), new TypeReference<>() {});
  }

  /** Asks for the last rollouts of an application. */
  public Reply<List<RolloutStatus>> history(Target target, int limit) {
    HttpUrl url =
        url(path(target, "history"))
            .newBuilder()
            .addQueryParameter("limit", String.valueOf(limit))
            .build();
    return call(new Request.Builder().url(url), new TypeReference<>() {});
  }

  /** Asks what a rollout would do now. */
  public Reply<PlanAnswer> plan(Target target) {
    return call(get(path(target, "plan")), new TypeReference<>() {});
  }

  /** Asks what became of the commit whose name begins so. */
  public Reply<CommitStatus> commit(Target target, String prefix) {
    return call(get(path(target, "commits/" + prefix)), new TypeReference<>() {});
  }

  /**
   * Asks for {@code revert}, {@code abort}, {@code approve}, {@code promote}, {@code adopt}, {@code
   * retry} or {@code takeover}.
   */
  public Reply<String> act(Target target, String verb, Person by) {
    return text(new Request.Builder().url(url(path(target, verb))).post(body(by)));
  }

  /** Asks to go back to a release, by its version or the beginning of its digest. */
  public Reply<String> rollback(Target target, Optional<String> to, Irreversible tasks, Person by) {
    HttpUrl.Builder url = url(path(target, "rollback")).newBuilder();
    to.ifPresent(name -> url.addQueryParameter("to", name));
    if (tasks == Irreversible.CROSS) {
      url.addQueryParameter("crossIrreversible", "true");
    }
    return text(new Request.Builder().url(url.build()).post(body(by)));
  }

  /** Asks to forget an application, or one host that was taken out of it. */
  public Reply<String> forget(Target target, Optional<String> host, Person by) {
    HttpUrl.Builder url = url(path(target, "forget")).newBuilder();
    host.ifPresent(name -> url.addQueryParameter("host", name));
    return text(new Request.Builder().url(url.build()).post(body(by)));
  }

  /** Accepts the rewritten history of a branch. */
  public Reply<String> accept(String repository, String branch, Person by) {
    HttpUrl url =
        url("repositories/" + repository + "/accept")
            .newBuilder()
            .addQueryParameter("branch", branch)
            .build();
    return text(new Request.Builder().url(url).post(body(by)));
  }

  private Reply<String> text(Request.Builder request) {
    return switch (call(request, new TypeReference<Text>() {})) {
      case Reply.Ok<Text>(var value) -> new Reply.Ok<>(value.text());
      case Reply.Refused<Text>(var status, var reason) -> new Reply.Refused<>(status, reason);
      case Reply.Unreachable<Text>(var reason) -> new Reply.Unreachable<>(reason);
    };
  }

  private <T> Reply<T> call(Request.Builder request, TypeReference<T> type) {
    request.header("Authorization", token.header());
    try (Response response = HTTP.newCall(request.build()).execute()) {
      byte[] body = response.body().bytes();
      return response.isSuccessful()
          ? new Reply.Ok<>(Json.MAPPER.readValue(body, type))
          : new Reply.Refused<>(
              response.code(), Json.MAPPER.readValue(body, Reason.class).reason());
    } catch (IOException e) {
      return new Reply.Unreachable<>(
          "the agent does not answer at %s: %s".formatted(base, e.getMessage()));
    } catch (JacksonException e) {
      return new Reply.Unreachable<>("what answers at %s is not an agent".formatted(base));
    }
  }

  private Request.Builder get(String path) {
    return new Request.Builder().url(url(path));
  }

  private static RequestBody body(Person by) {
    return RequestBody.create(Json.MAPPER.writeValueAsBytes(by), JSON);
  }

  private HttpUrl url(String path) {
    return base.newBuilder().addPathSegments("api/v1/" + path).build();
  }

  private static String path(Target target, String verb) {
    return "applications/%s/%s".formatted(target, verb);
  }
}
