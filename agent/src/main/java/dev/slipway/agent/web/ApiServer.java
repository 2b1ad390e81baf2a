package dev.slipway.agent.web;

import dev.slipway.agent.journal.PlanForm;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control;
import dev.slipway.agent.reconcile.Control.Asked;
import dev.slipway.agent.reconcile.Control.Irreversible;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import io.undertow.Undertow;
import io.undertow.UndertowOptions;
import io.undertow.server.HttpHandler;
import io.undertow.server.HttpServerExchange;
import io.undertow.server.RoutingHandler;
import io.undertow.server.handlers.BlockingHandler;
import io.undertow.server.handlers.RequestLimitingHandler;
import io.undertow.util.Headers;
import io.undertow.util.PathTemplateMatch;
import io.undertow.util.StatusCodes;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Deque;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;

/** The agent's HTTP server. */
public final class ApiServer implements AutoCloseable {
  private static final int BODY_BYTES_MAX = 1 << 20;
  private static final int REQUESTS_MAX = 64;
  private static final int QUEUE_MAX = 256;
  private static final int IDLE_MILLIS = 30_000;
  private static final int HISTORY_MAX = 100;
  private static final Pattern COMMIT = Pattern.compile("[0-9a-f]{4,40}");

  private final Control control;
  private final ApiToken token;
  private final Supplier<String> metrics;
  private final Undertow server;

  /**
   * Listens at once.
   *
   * @param metrics returns the text that Prometheus scrapes
   * @throws RuntimeException if the address is taken
   */
  public ApiServer(
      InetSocketAddress address, Control control, ApiToken token, Supplier<String> metrics) {
    this.control = control;
    this.token = token;
    this.metrics = metrics;
    this.server =
        Undertow.builder()
            .addHttpListener(address.getPort(), address.getHostString())
            .setIoThreads(1)
            .setWorkerThreads(8)
            .setServerOption(UndertowOptions.MAX_ENTITY_SIZE, (long) BODY_BYTES_MAX)
            .setServerOption(UndertowOptions.NO_REQUEST_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.REQUEST_PARSE_TIMEOUT, IDLE_MILLIS)
            .setServerOption(UndertowOptions.ENABLE_HTTP2, false)
            .setHandler(new RequestLimitingHandler(REQUESTS_MAX, QUEUE_MAX, routes()))
            .build();
    this.server.start();
  }

  /** Returns the address that is listened on, with the port that was chosen. */
  public InetSocketAddress address() {
    return (InetSocketAddress) server.getListenerInfo().getFirst().getAddress();
  }

  @Override
  public void close() {
    server.stop();
  }

  private HttpHandler routes() {
    String application = "/api/v1/applications/{repository}/{environment}/{application}";
    var routes =
        new RoutingHandler()
            .get("/healthz", exchange -> text(exchange, "ok\n"))
            .get("/metrics", new BlockingHandler(exchange -> text(exchange, metrics.get())))
            .get("/api/v1/applications", guarded(exchange -> json(exchange, control.status())))
            .get(
                "/api/v1/repositories", guarded(exchange -> json(exchange, control.repositories())))
            .get(application + "/history", guarded(this::history))
            .get(application + "/commits/{commit}", guarded(this::commit))
            .get(application + "/plan", guarded(exchange -> plan(exchange)))
            .post(application + "/rollback", guarded(this::rollback))
            .post(application + "/revert", acting(control::revert))
            .post(application + "/abort", acting(control::abort))
            .post(application + "/approve", acting((on, by) -> control.vote(on, Reach.GATES, by)))
            .post(
                application + "/promote",
                acting((on, by) -> control.vote(on, Reach.PAUSES_TOO, by)))
            .post(application + "/adopt", acting(control::adopt))
            .post(application + "/retry", acting(control::retry))
            .post(application + "/forget", guarded(this::forget))
            .post(application + "/takeover", acting(control::takeover))
            .post("/api/v1/repositories/{repository}/accept", guarded(this::accept));
    routes.setFallbackHandler(exchange -> problem(exchange, StatusCodes.NOT_FOUND, "no such page"));
    return routes;
  }

  /** An act on one application that a person asks for. */
  private interface Deed {
    Asked ask(Target target, Person by);
  }

  private HttpHandler acting(Deed deed) {
    return guarded(exchange -> answer(exchange, deed.ask(target(exchange), person(exchange))));
  }

  private HttpHandler guarded(HttpHandler handler) {
    return new BlockingHandler(exchange -> {
      String given = exchange.getRequestHeaders().getFirst(Headers.AUTHORIZATION);
      if (given == null || !token.allows(given)) {
        exchange.getResponseHeaders().put(Headers.WWW_AUTHENTICATE, "Bearer");
        problem(exchange, StatusCodes.UNAUTHORIZED, "the token is missing or wrong");
        return;
      }
      try {
        handler.handleRequest(exchange);
      } catch (JacksonException | IllegalArgumentException e) {
        problem(exchange, StatusCodes.BAD_REQUEST, "the request cannot be read");
      }
    });
  }

  private void history(HttpServerExchange exchange) throws IOException {
    int limit = Math.clamp(Integer.parseInt(query(exchange, "limit", "20")), 1, HISTORY_MAX);
    json(exchange, control.history(target(exchange), limit));
  }

  private void commit(HttpServerExchange exchange) throws IOException {
    String commit = parameters(exchange).getOrDefault("commit", "");
    if (!COMMIT.matcher(commit).matches()) {
      problem(exchange, StatusCodes.BAD_REQUEST, "a commit is named by 4 to 40 hex digits");
      return;
    }
    answer(exchange, control.commit(target(exchange), commit));
  }

  private void plan(HttpServerExchange exchange) throws IOException {
    answer(exchange, control.plan(target(exchange)));
  }

  private void rollback(HttpServerExchange exchange) throws IOException {
    Optional<String> to = given(exchange, "to");
    Irreversible tasks =
        query(exchange, "crossIrreversible", "").equals("true")
            ? Irreversible.CROSS
            : Irreversible.HEED;
    answer(exchange, control.rollback(target(exchange), to, tasks, person(exchange)));
  }

  private void forget(HttpServerExchange exchange) throws IOException {
    Optional<String> host = given(exchange, "host");
    answer(exchange, control.forget(target(exchange), host, person(exchange)));
  }

  private void accept(HttpServerExchange exchange) throws IOException {
    String branch = query(exchange, "branch", "");
    answer(
        exchange,
        control.accept(
            parameters(exchange).getOrDefault("repository", ""), branch, person(exchange)));
  }

  private static void answer(HttpServerExchange exchange, Asked asked) throws IOException {
    switch (asked) {
      case Asked.Done(var text) -> json(exchange, Map.of("text", text));
      case Asked.Planned(var plan, var remark) ->
          json(
              exchange,
              Map.of(
                  "text",
                  remark.isEmpty() ? plan.render() : plan.render() + "note: " + remark + "\n",
                  "form",
                  Json.MAPPER.readTree(PlanForm.of(plan))));
      case Asked.Judged(var commit) -> json(exchange, commit);
      case Asked.Conflict(var reason) -> problem(exchange, StatusCodes.CONFLICT, reason);
      case Asked.NotFound(var reason) -> problem(exchange, StatusCodes.NOT_FOUND, reason);
    }
  }

  private static Optional<String> given(HttpServerExchange exchange, String name) {
    return Optional.of(query(exchange, name, "")).filter(value -> !value.isEmpty());
  }

  private static Person person(HttpServerExchange exchange) throws IOException {
    byte[] body = exchange.getInputStream().readAllBytes();
    return Json.MAPPER.readValue(body, Person.class);
  }

  private static Target target(HttpServerExchange exchange) {
    Map<String, String> parameters = parameters(exchange);
    return new Target(
        parameters.getOrDefault("repository", ""),
        parameters.getOrDefault("environment", ""),
        parameters.getOrDefault("application", ""));
  }

  private static Map<String, String> parameters(HttpServerExchange exchange) {
    return exchange.getAttachment(PathTemplateMatch.ATTACHMENT_KEY).getParameters();
  }

  private static String query(HttpServerExchange exchange, String name, String otherwise) {
    Deque<String> values = exchange.getQueryParameters().get(name);
    return values == null ? otherwise : values.getFirst();
  }

  private static void json(HttpServerExchange exchange, Object value) throws IOException {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange.getOutputStream().write(Json.MAPPER.writeValueAsBytes(value));
  }

  private static void problem(HttpServerExchange exchange, int status, String reason) {
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "application/json");
    exchange
        .getResponseSender()
        .send(Json.MAPPER.writeValueAsString(Map.of("reason", reason)), StandardCharsets.UTF_8);
  }

  private static void text(HttpServerExchange exchange, String text) {
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(text, StandardCharsets.UTF_8);
  }
}
