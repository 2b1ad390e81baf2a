package dev.slipway.agent.demo;

import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The demo application as a program of its own: {@code --address 127.0.0.11 --port 8080 --release
 * DIR}.
 *
 * <p>It reads its version and its {@link Behaviour} from the release directory when it starts, and
 * finishes open requests when it is asked to end. It knows nothing of Slipway.
 */
public final class DemoApp {
  private static final Logger LOG = System.getLogger(DemoApp.class.getName());
  private static final int CRASHED = 1;
  private static final int MISUSED = 2;

  private DemoApp() {}

  /** Serves until the process is ended. */
  public static void main(String[] arguments) {
    try {
      run(List.of(arguments));
    } catch (IOException | IllegalArgumentException e) {
      LOG.log(Level.ERROR, "cannot start: {0}", e.getMessage());
      System.exit(MISUSED);
    }
  }

  private static void run(List<String> arguments) throws IOException {
    var release = Path.of(value(arguments, "--release"));
    var address = InetAddress.ofLiteral(value(arguments, "--address"));
    int port = Integer.parseInt(value(arguments, "--port"));
    var version = Files.readString(release.resolve(DemoRelease.VERSION_FILE)).strip();
    start(new InetSocketAddress(address, port), version, behaviour(release));
  }

  private static void start(InetSocketAddress address, String version, Behaviour behaviour)
      throws IOException {
    switch (behaviour) {
      case Behaviour.Sound() -> serve(address, version);
      case Behaviour.Unhealthy() -> serve(address, version).fallIll();
      case Behaviour.FailsSmokeTests() -> serve(address, version).breakDown();
      case Behaviour.FailsOneIn(var requests) -> serve(address, version).failOneIn(requests);
      case Behaviour.FailsUnderLoad(var most) -> serve(address, version).failAbove(most);
      case Behaviour.AnswersSlowly(var delay) -> serve(address, version).slowDown(delay);
      case Behaviour.StartsSlowly(var delay) -> {
        pause(delay);
        serve(address, version);
      }
      case Behaviour.CrashesAfter(var uptime) -> {
        serve(address, version);
        pause(uptime);
        LOG.log(Level.ERROR, "version {0} crashes, as its release says", version);
        Runtime.getRuntime().halt(CRASHED);
      }
      case Behaviour.WillNotStart() -> {
        LOG.log(Level.ERROR, "version {0} does not start, as its release says", version);
        System.exit(CRASHED);
      }
    }
  }

  private static DemoServer serve(InetSocketAddress address, String version) throws IOException {
    var server = DemoServer.start(address, version);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> end(server), "end"));
    LOG.log(Level.INFO, "version {0} listens on {1}", version, address);
    return server;
  }

  private static void end(DemoServer server) {
    server.close();
    // A JVM that was asked to end reports 143, which systemd takes for a failure.
    Runtime.getRuntime().halt(0);
  }

  private static void pause(Duration time) {
    Waiter.system().await(time, new Signal());
  }

  private static Behaviour behaviour(Path release) throws IOException {
    try {
      var line = Files.readString(release.resolve(DemoRelease.BEHAVIOUR_FILE)).strip();
      return Behaviour.parse(line)
          .orElseThrow(() -> new IllegalArgumentException("no behaviour '" + line + "'"));
    } catch (NoSuchFileException e) {
      return new Behaviour.Sound();
    }
  }

  private static String value(List<String> arguments, String name) {
    int index = arguments.indexOf(name);
    if (index < 0 || index + 1 >= arguments.size()) {
      throw new IllegalArgumentException(name + " is missing; give --address, --port, --release");
    }
    return arguments.get(index + 1);
  }
}
