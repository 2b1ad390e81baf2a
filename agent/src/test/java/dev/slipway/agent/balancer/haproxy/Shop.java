package dev.slipway.agent.balancer.haproxy;

import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.bench.HaproxyFixture;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.traffic.Observed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;

/** An HAProxy with the servers {@code a} and {@code b} of a shop, which answer with their name. */
final class Shop implements AutoCloseable {
  static final Instance A = new Instance("a", "web", "current");
  static final Instance B = new Instance("b", "web", "current");
  static final Epoch EPOCH = new Epoch("store", 1);
  static final Route ROUTE =
      new Route(
          "be_shop",
          Map.of(
              A, new Route.Server("a", "127.0.0.1", 1), B, new Route.Server("b", "127.0.0.1", 2)));

  final HaproxyFixture haproxy;
  final CountDownLatch slow = new CountDownLatch(1);
  private final Map<String, HttpServer> servers = new HashMap<>();
  private final Machines machines = Machines.open(Optional.empty());

  Shop(Path directory) {
    haproxy = HaproxyFixture.in(directory);
  }

  /** Starts with the options behind each server's address. */
  Shop start(String optionsOfA, String optionsOfB, String... more) {
    var lines =
        new ArrayList<>(
            List.of(
                "server a " + address("a") + optionsOfA, "server b " + address("b") + optionsOfB));
    lines.addAll(List.of(more));
    haproxy.backend("be_shop", lines).start();
    return this;
  }

  Balancer balancer() {
    return balancer(ROUTE, haproxy.socket().toString(), List.of(), machines);
  }

  static Balancer balancer(Route route, String socket, List<Host> hosts, Machines machines) {
    var spec = new BalancerSpec.Haproxy("front", hosts, socket);
    return HaproxyBalancers.open(spec, route, machines, Become.NONE).getFirst();
  }

  Machines machines() {
    return machines;
  }

  /** Sends requests, each on a connection of its own, and counts who answered. */
  Map<String, Integer> ask(int requests) {
    var answers = new HashMap<String, Integer>();
    for (int i = 0; i < requests; i++) {
      answers.merge(ask("/"), 1, Integer::sum);
    }
    return answers;
  }

  String ask(String path) {
    try (var socket = Loopback.connect("127.0.0.1", haproxy.port("be_shop"))) {
      var request = "GET %s HTTP/1.0\r\n\r\n".formatted(path);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      var answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return answer.startsWith("HTTP/1.1 200")
          ? answer.substring(answer.indexOf("\r\n\r\n") + 4)
          : answer.lines().findFirst().orElse("");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Observed.Seen seen(Answer answer, Instance instance) {
    if (answer instanceof Answer.Now(var observed, var _)) {
      return Objects.requireNonNull(observed.members().get(instance), "not seen");
    }
    throw new AssertionError(answer);
  }

  static String generation(Answer answer) {
    if (answer instanceof Answer.Now(var _, var generation)) {
      return generation;
    }
    throw new AssertionError(answer);
  }

  void stop(String server) {
    var stopped = servers.remove(server);
    if (stopped != null) {
      stopped.stop(0);
    }
  }

  private String address(String name) {
    try {
      var server = HttpServer.create(Loopback.at("127.0.0.1", 0), 0);
      server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
      server.createContext(
          "/",
          exchange -> {
            if (exchange.getRequestURI().getPath().equals("/slow")) {
              awaitSlow();
            }
            exchange.sendResponseHeaders(200, name.length());
            exchange.getResponseBody().write(name.getBytes(StandardCharsets.UTF_8));
            exchange.close();
          });
      server.start();
      servers.put(name, server);
      return "127.0.0.1:" + server.getAddress().getPort() + " ";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitSlow() {
    try {
      slow.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    slow.countDown();
    machines.close();
    haproxy.close();
    servers.values().forEach(server -> server.stop(0));
  }
}
