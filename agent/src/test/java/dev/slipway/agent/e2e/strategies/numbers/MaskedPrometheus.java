package dev.slipway.agent.e2e.strategies.numbers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;

/** Something in front of a real Prometheus that passes its answers on, or spoils them. */
final class MaskedPrometheus implements AutoCloseable {
  private static final Duration LATE = Duration.ofMinutes(1);

  private final String upstream;
  private final HttpServer http;
  private final HttpClient client = HttpClient.newHttpClient();
  private final Signal closed = new Signal();
  private volatile Mask mask = Mask.NONE;

  /** What becomes of an answer. */
  enum Mask {
    NONE,
    HTML,
    NAN,
    EMPTY,
    LATE,
    OTHER_SERIES;

    private String over(String answer) {
      return switch (this) {
        case NONE, LATE -> answer;
        case HTML -> "<html><body>Please log in</body></html>";
        case NAN -> answer.replaceAll("(\"value\":\\[[^,]+,)\"[^\"]*\"", "$1\"NaN\"");
        case EMPTY -> answer.replaceAll("\"result\":\\[.*]", "\"result\":[]");
        case OTHER_SERIES ->
            answer.replaceAll(
                "\"result\":\\[(\\{.*})]",
                "\"result\":[$1,{\"metric\":{\"job\":\"other\"},\"value\":[1,\"0\"]}]");
      };
    }
  }

  MaskedPrometheus(String address, String upstream) {
    this.upstream = upstream;
    try {
      http = HttpServer.create(Loopback.at(address, 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    http.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    http.createContext("/", this::handle);
    http.start();
  }

  String url() {
    return "http://%s:%d"
        .formatted(http.getAddress().getAddress().getHostAddress(), http.getAddress().getPort());
  }

  /** From now on answers are spoilt in this way. */
  void wear(Mask other) {
    mask = other;
  }

  private void handle(HttpExchange exchange) throws IOException {
    byte[] question = exchange.getRequestBody().readAllBytes();
    Mask now = mask;
    try (exchange) {
      if (now == Mask.LATE) {
        Waiter.system().await(LATE, closed);
      }
      HttpResponse<String> answer = ask(exchange, question);
      byte[] text = now.over(answer.body()).getBytes(StandardCharsets.UTF_8);
      exchange.sendResponseHeaders(answer.statusCode(), text.length);
      exchange.getResponseBody().write(text);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private HttpResponse<String> ask(HttpExchange exchange, byte[] question)
      throws IOException, InterruptedException {
    var body =
        question.length == 0
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofByteArray(question);
    var request =
        HttpRequest.newBuilder(URI.create(upstream + exchange.getRequestURI()))
            .method(exchange.getRequestMethod(), body);
    var type = exchange.getRequestHeaders().getFirst("Content-Type");
    if (type != null) {
      request.header("Content-Type", type);
    }
    return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  @Override
  public void close() {
    closed.raise("closed");
    http.stop(0);
    client.close();
  }
}
