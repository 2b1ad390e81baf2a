package dev.slipway.agent.balancer.edge.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.balancer.edge.EdgeBalancers;
import dev.slipway.agent.balancer.edge.EdgeBalancers.Answered;
import dev.slipway.agent.balancer.edge.PoolSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.MemberSpec;
import dev.slipway.agent.balancer.edge.PoolSpec.ParkSpec;
import dev.slipway.agent.balancer.edge.Request;
import dev.slipway.agent.balancer.edge.Response;
import dev.slipway.agent.balancer.edge.Response.MemberView;
import dev.slipway.agent.balancer.edge.Response.PoolView;
import dev.slipway.agent.balancer.edge.Wire;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.MemberState;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** An edge in this process, with one pool called {@code app}. */
final class EdgeFixture implements AutoCloseable {
  static final String POOL = "app";
  static final Epoch EPOCH = new Epoch("store", 7);

  private final EdgeOptions options;
  private final InetSocketAddress listen;
  private EdgeProcess edge;

  private EdgeFixture(EdgeOptions options, InetSocketAddress listen) {
    this.options = options;
    this.listen = listen;
    this.edge = started(options);
  }

  static EdgeFixture in(Path directory) {
    return in(directory, options -> options);
  }

  static EdgeFixture in(Path directory, UnaryOperator<EdgeOptions> changes) {
    var listen = Loopback.at("127.0.0.1", Loopback.freePort());
    var options =
        EdgeOptions.of(
            List.of(listen), directory.resolve("edge.sock"), directory.resolve("edge.json"));
    return new EdgeFixture(changes.apply(options), listen);
  }

  private static EdgeProcess started(EdgeOptions options) {
    return switch (EdgeProcess.start(options)) {
      case EdgeProcess.Started.Running(var edge) -> edge;
      case EdgeProcess.Started.Failed(var reason) -> throw new AssertionError(reason);
    };
  }

  InetSocketAddress listen() {
    return listen;
  }

  EdgeOptions options() {
    return options;
  }

  void restart() {
    edge.close();
    edge = started(options);
  }

  static MemberSpec member(String name, InetSocketAddress at, int weight, MemberState state) {
    return new MemberSpec(name, at.getAddress().getHostAddress(), at.getPort(), weight, state);
  }

  static MemberSpec serving(String name, InetSocketAddress at) {
    return member(name, at, PoolSpec.WEIGHT_MAX, MemberState.SERVING);
  }

  static MemberSpec draining(String name, InetSocketAddress at) {
    return member(name, at, 0, MemberState.DRAINING);
  }

  PoolView make(MemberSpec... members) {
    return make(Optional.empty(), members);
  }

  PoolView makeParking(int limit, long deadlineMillis, MemberSpec... members) {
    return make(Optional.of(new ParkSpec(limit, deadlineMillis)), members);
  }

  private PoolView make(Optional<ParkSpec> park, MemberSpec... members) {
    return make(new PoolSpec(POOL, Optional.empty(), List.of(members), park, Optional.empty()));
  }

  PoolView make(PoolSpec pool) {
    var response = ask(new Request.Make(EPOCH, pool));
    assertThat(response).isInstanceOf(Response.Now.class);
    return ((Response.Now) response).pools().getFirst();
  }

  Response ask(Request request) {
    return switch (Wire.response(raw(Wire.write(request)))) {
      case Wire.Read.Understood<Response>(var response) -> response;
      case Wire.Read.Garbled<Response>(var reason) -> throw new AssertionError(reason);
    };
  }

  /** Sends one line as it is and returns the line that comes back. */
  String raw(String line) {
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(options.control()));
      var bytes = ByteBuffer.wrap((line + "\n").getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      var in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.UTF_8));
      return String.valueOf(in.readLine());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Response.Now status() {
    return switch (EdgeBalancers.status(options.control().toString())) {
      case Answered.Said(var now) -> now;
      case Answered.Refused(var reason) -> throw new AssertionError(reason);
      case Answered.Unreachable(var reason) -> throw new AssertionError(reason);
    };
  }

  MemberView view(String member) {
    return status().pools().stream()
        .flatMap(pool -> pool.members().stream())
        .filter(view -> view.name().equals(member))
        .findFirst()
        .orElseThrow();
  }

  int parked() {
    return status().pools().getFirst().parked();
  }

  @Override
  public void close() {
    edge.close();
  }
}
