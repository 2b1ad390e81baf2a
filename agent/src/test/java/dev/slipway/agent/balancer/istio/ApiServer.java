package dev.slipway.agent.balancer.istio;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.bench.Loopback;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A stand-in for the API server of Kubernetes: it keeps Istio's objects, gives each write a new
 * version, refuses one that depends on another version than there is, and can be told to fail.
 *
 * <p>It answers as the real one does to a client that gets and updates objects of a custom
 * resource; it knows no other verbs, and of Istio's own checks only those of weights and of routes
 * that answer by themselves.
 */
final class ApiServer implements AutoCloseable {
  static final String TOKEN = "a-token-of-a-service-account";
  static final String VIRTUAL_SERVICE = "virtualservices/shop";
  static final String DESTINATION_RULE = "destinationrules/shop";
  private static final String BASE = "/apis/networking.istio.io/v1beta1/namespaces/shops/";
  private static final String ADDRESS = "127.1.30.1";
  private static final JsonMapper JSON = JsonMapper.shared();

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final Map<String, ObjectNode> objects = new TreeMap<>();
  private final List<Integer> failures = new ArrayList<>();
  private final List<Runnable> others = new ArrayList<>();
  private final List<Runnable> rivals = new ArrayList<>();
  private final int port = Loopback.freePort(List.of(ADDRESS));
  private HttpServer server;
  private long version = 50_000;
  private int writes;

  ApiServer() {
    objects.put(VIRTUAL_SERVICE, recorded("virtual-service.json"));
    objects.put(DESTINATION_RULE, recorded("destination-rule.json"));
    server = started();
  }

  static ObjectNode recorded(String name) {
    try (InputStream in = Objects.requireNonNull(ApiServer.class.getResourceAsStream(name))) {
      return (ObjectNode) JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private HttpServer started() {
    try {
      var made = HttpServer.create(Loopback.at(ADDRESS, port), 0);
      made.setExecutor(threads);
      made.createContext("/", this::answer);
      made.start();
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  String url() {
    return "http://%s:%d".formatted(ADDRESS, port);
  }

  String kubeconfig() {
    return """
    apiVersion: v1
    kind: Config
    current-context: here
    contexts: [{name: here, context: {cluster: stand-in, user: slipway}}]
    clusters: [{name: stand-in, cluster: {server: "%s"}}]
    users: [{name: slipway, user: {token: %s}}]
    """
        .formatted(url(), TOKEN);
  }

  /** Returns a copy of an object as it is. */
  synchronized ObjectNode object(String name) {
    return Objects.requireNonNull(objects.get(name)).deepCopy();
  }

  /** Writes an object as its owner would, whatever is there. */
  synchronized void apply(String name, ObjectNode object) {
    keep(name, object.deepCopy());
  }

  synchronized void delete(String name) {
    objects.remove(name);
  }

  /** Returns how many writes of clients were taken. */
  synchronized int writes() {
    return writes;
  }

  /** Answers the next requests with these statuses, and then as usual. */
  synchronized void fail(Integer... statuses) {
    failures.addAll(List.of(statuses));
  }

  /** Lets somebody else do this right before the next write of a client is looked at. */
  synchronized void beforeTheNextWrite(Runnable other) {
    others.add(other);
  }

  /** Lets somebody else do this right before each write of a client. */
  synchronized void beforeEveryWrite(Runnable other) {
    rivals.add(other);
  }

  void goesAway() {
    server.stop(0);
  }

  /** The cluster is another one with the objects of this one, as after a restored backup. */
  synchronized void restarts() {
    server.stop(0);
    objects.values().forEach(object -> metadata(object).put("uid", UUID.randomUUID().toString()));
    server = started();
  }

  private static ObjectNode metadata(ObjectNode object) {
    return (ObjectNode) object.get("metadata");
  }

  private void keep(String name, ObjectNode object) {
    version++;
    metadata(object).put("resourceVersion", String.valueOf(version));
    objects.put(name, object);
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      byte[] body = exchange.getRequestBody().readAllBytes();
      Said said = said(exchange, body);
      byte[] text = JSON.writeValueAsBytes(said.body());
      exchange.getResponseHeaders().add("Content-Type", "application/json");
      exchange.sendResponseHeaders(said.status(), text.length);
      exchange.getResponseBody().write(text);
    }
  }

  private record Said(int status, ObjectNode body) {}

  private static Said status(int code, String reason, String message) {
    var status = JSON.createObjectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    return new Said(code, status.put("message", message).put("reason", reason).put("code", code));
  }

  private Said said(HttpExchange exchange, byte[] body) {
    String path = exchange.getRequestURI().getPath();
    String login = exchange.getRequestHeaders().getFirst("Authorization");
    if (exchange.getRequestMethod().equals("PUT")) {
      others().forEach(Runnable::run);
    }
    synchronized (this) {
      if (!failures.isEmpty()) {
        return status(failures.removeFirst(), "Told", "it was told to fail");
      }
      if (!("Bearer " + TOKEN).equals(login)) {
        return status(401, "Unauthorized", "Unauthorized");
      }
      ObjectNode now = path.startsWith(BASE) ? objects.get(path.substring(BASE.length())) : null;
      if (now == null) {
        return status(404, "NotFound", path + " not found");
      }
      return switch (exchange.getRequestMethod()) {
        case "GET" -> new Said(200, now);
        case "PUT" -> put(path.substring(BASE.length()), now, (ObjectNode) JSON.readTree(body));
        default -> status(405, "MethodNotAllowed", exchange.getRequestMethod());
      };
    }
  }

  private synchronized List<Runnable> others() {
    var now = new ArrayList<>(rivals);
    now.addAll(others);
    others.clear();
    return now;
  }

  private Said put(String name, ObjectNode now, ObjectNode wanted) {
    String depends = metadata(wanted).path("resourceVersion").asString("");
    if (depends.isEmpty()) {
      return status(422, "Invalid", "metadata.resourceVersion: must be specified for an update");
    }
    if (!depends.equals(metadata(now).path("resourceVersion").asString())
        || !metadata(wanted).path("uid").equals(metadata(now).path("uid"))) {
      return status(409, "Conflict", "the object has been modified; apply your changes anew");
    }
    var objection = Webhook.objection(wanted);
    if (objection.isPresent()) {
      return status(400, "BadRequest", objection.get());
    }
    keep(name, wanted);
    writes++;
    return new Said(200, wanted);
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
