package dev.slipway.agent.bench.git;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Server;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;

/** The HTTP side of a Git server: Git's own CGI program behind the server of the JDK. */
public final class GitHttpServer implements AutoCloseable {
  private static final int BUFFER = 8 * 1024;

  private final HttpServer http;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Path root;
  private final String name;
  private final Path home;
  private volatile Optional<String> credentials = Optional.empty();
  private volatile Optional<Fault> fault = Optional.empty();

  /** What is answered in place of Git. */
  private record Fault(int status, String contentType, String body) {}

  private GitHttpServer(HttpServer http, Path root, String name, Path home) {
    this.http = http;
    this.root = root;
    this.name = name;
    this.home = home;
  }

  static GitHttpServer start(Path root, String name, Path home) {
    try {
      var http = HttpServer.create(Loopback.at("127.0.0.1", Loopback.freePort()), 0);
      var server = new GitHttpServer(http, root, name, home);
      http.createContext("/", server::handle);
      http.setExecutor(server.threads);
      http.start();
      return server;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String url() {
    return "http://127.0.0.1:%d/%s".formatted(http.getAddress().getPort(), name);
  }

  /** From now on asks for these credentials by HTTP Basic authentication. */
  public GitHttpServer requireLogin(String user, String password) {
    var pair = (user + ":" + password).getBytes(StandardCharsets.UTF_8);
    credentials = Optional.of("Basic " + Base64.getEncoder().encodeToString(pair));
    return this;
  }

  /** From now on answers every request with this, as a broken gateway does. */
  public void breakWith(int status, String contentType, String body) {
    fault = Optional.of(new Fault(status, contentType, body));
  }

  public void repair() {
    fault = Optional.empty();
  }

  @Override
  public void close() {
    http.stop(0);
    threads.close();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      var broken = fault;
      if (broken.isPresent()) {
        answer(exchange, broken.get());
      } else if (!mayPass(exchange)) {
        exchange.getResponseHeaders().set("WWW-Authenticate", "Basic realm=\"git\"");
        answer(exchange, new Fault(401, "text/plain", "log in first\n"));
      } else {
        runBackend(exchange);
      }
    }
  }

  private boolean mayPass(HttpExchange exchange) {
    var given = Optional.ofNullable(exchange.getRequestHeaders().getFirst("Authorization"));
    return credentials.isEmpty() || credentials.equals(given);
  }

  private static void answer(HttpExchange exchange, Fault fault) throws IOException {
    var body = fault.body().getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", fault.contentType());
    exchange.sendResponseHeaders(fault.status(), body.length == 0 ? -1 : body.length);
    exchange.getResponseBody().write(body);
  }

  private void runBackend(HttpExchange exchange) throws IOException {
    var builder = new ProcessBuilder(Server.GIT.require().toString(), "http-backend");
    builder.redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(variables(exchange));
    var process = builder.start();
    var feeder = threads.submit(() -> feed(exchange.getRequestBody(), process));
    try (var output = new BufferedInputStream(process.getInputStream(), BUFFER)) {
      relay(output, exchange);
    } finally {
      feeder.cancel(true);
      process.destroy();
    }
  }

  private static void feed(InputStream body, Process process) {
    try (var input = process.getOutputStream()) {
      body.transferTo(input);
    } catch (IOException e) {
      // Git has refused the request without reading it; its answer says why.
    }
  }

  private Map<String, String> variables(HttpExchange exchange) {
    var variables = new HashMap<>(GitRepository.isolated(home));
    var headers = exchange.getRequestHeaders();
    variables.put("GIT_PROJECT_ROOT", root.toString());
    variables.put("GIT_HTTP_EXPORT_ALL", "1");
    variables.put("REMOTE_USER", "pusher");
    variables.put("REQUEST_METHOD", exchange.getRequestMethod());
    variables.put("PATH_INFO", exchange.getRequestURI().getPath());
    variables.put("QUERY_STRING", orEmpty(exchange.getRequestURI().getRawQuery()));
    variables.put("CONTENT_TYPE", orEmpty(headers.getFirst("Content-Type")));
    variables.put("HTTP_CONTENT_ENCODING", orEmpty(headers.getFirst("Content-Encoding")));
    variables.put("GIT_PROTOCOL", orEmpty(headers.getFirst("Git-Protocol")));
    Optional.ofNullable(headers.getFirst("Content-Length"))
        .ifPresent(length -> variables.put("CONTENT_LENGTH", length));
    return variables;
  }

  /** CGI: header lines, one of which may be the status, an empty line, the body. */
  private static void relay(InputStream output, HttpExchange exchange) throws IOException {
    int status = 200;
    for (var line = readLine(output); !line.isEmpty(); line = readLine(output)) {
      var header = line.split(": ", 2);
      if (header[0].equals("Status")) {
        status = Integer.parseInt(header[1].split(" ", 2)[0]);
      } else {
        exchange.getResponseHeaders().add(header[0], header[1]);
      }
    }
    exchange.sendResponseHeaders(status, 0);
    output.transferTo(exchange.getResponseBody());
  }

  private static String readLine(InputStream input) throws IOException {
    var line = new StringBuilder();
    for (int next = input.read(); next != '\n' && next != -1; next = input.read()) {
      line.append((char) next);
    }
    return line.toString().strip();
  }

  private static String orEmpty(@Nullable String value) {
    return value == null ? "" : value;
  }
}
