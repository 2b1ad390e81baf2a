package dev.slipway.agent.balancer.edge.proxy;

import dev.slipway.agent.bench.Loopback;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** An edge as a process of its own: port and directory are its arguments. */
final class EdgeProgram {
  private EdgeProgram() {}

  public static void main(String[] arguments) throws InterruptedException {
    var directory = Path.of(arguments[1]);
    var options =
        EdgeOptions.of(
            List.of(Loopback.at("127.0.0.1", Integer.parseInt(arguments[0]))),
            directory.resolve("edge.sock"),
            directory.resolve("edge.json"));
    switch (EdgeProcess.start(options)) {
      case EdgeProcess.Started.Running(var edge) -> {
        Runtime.getRuntime().addShutdownHook(new Thread(edge::close));
        new CountDownLatch(1).await();
      }
      case EdgeProcess.Started.Failed(var reason) -> throw new IllegalStateException(reason);
    }
  }
}
