import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Greets, and says which release does it. */
public final class Api {
  private static final int GRACE_SECONDS = 10;

  private final String version;
  private final String greeting;

  private Api(String version, String greeting) {
    this.version = version;
    this.greeting = greeting;
  }

  public static void main(String[] args) throws IOException {
    String version = Files.readString(Path.of("VERSION")).strip();
    var api = new Api(version, System.getenv().getOrDefault("GREETING", "hello"));
    int port = Integer.parseInt(System.getenv("PORT"));
    HttpServer server = HttpServer.create(new InetSocketAddress(port), 0);
    ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(workers);
    server.createContext("/", exchange -> api.answer(exchange, 200, api.greeting));
    server.createContext("/health", exchange -> api.answer(exchange, api.health(), "well"));
    // Told to end, it takes nothing new and finishes what it has begun.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> server.stop(GRACE_SECONDS)));
    server.start();
    System.out.println("api " + version + " listens on port " + port);
  }

  private int health() {
    return 200;
  }

  private void answer(HttpExchange exchange, int status, String text) throws IOException {
    try (exchange) {
      byte[] body =
          "{\"says\": \"%s\", \"version\": \"%s\"}\n".formatted(text, version).getBytes();
      exchange.getRequestBody().readAllBytes();
      exchange.getResponseHeaders().set("Content-Type", "application/json");
      exchange.getResponseHeaders().set("X-Slipway-Version", version);
      exchange.sendResponseHeaders(status, body.length);
      exchange.getResponseBody().write(body);
    }
  }
}
