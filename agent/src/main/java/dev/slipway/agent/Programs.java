package dev.slipway.agent;

import dev.slipway.agent.balancer.edge.proxy.EdgeOptions;
import dev.slipway.agent.balancer.edge.proxy.EdgeProcess;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Starts;
import dev.slipway.agent.demo.Demo;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How the command line starts what runs. */
final class Programs implements Starts {
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  @Override
  public int agent(AgentConfig config, PrintWriter errors) {
    return switch (Agent.start(config)) {
      case Agent.Started.Refused(var reason) -> {
        errors.println("slipway: " + reason);
        yield ExitCode.FAILED;
      }
      case Agent.Started.Running(var agent) -> {
        atEnd("stop the agent", agent::close);
        yield agent.await();
      }
    };
  }

  @Override
  public int edge(
      List<InetSocketAddress> listen,
      Path control,
      Path state,
      Damaged damaged,
      PrintWriter errors) {
    var options =
        EdgeOptions.of(listen, control, state)
            .with(
                switch (damaged) {
                  case REFUSE -> EdgeOptions.Damaged.REFUSE;
                  case START_EMPTY -> EdgeOptions.Damaged.START_EMPTY;
                });
    return switch (EdgeProcess.start(options)) {
      case EdgeProcess.Started.Failed(var reason) -> {
        errors.println("slipway: " + reason);
        yield ExitCode.FAILED;
      }
      case EdgeProcess.Started.Running(var edge) -> {
        atEnd("stop the edge", edge::close);
        Systemd.ready("takes requests on " + listen);
        Waiter.system().await(FOR_EVER, new Signal());
        yield ExitCode.OK;
      }
    };
  }

  @Override
  public int doctor(AgentConfig config, PrintWriter out) {
    return new Doctor(config, out).examine();
  }

  @Override
  public int bootstrap(HostRequest request, PrintWriter out, PrintWriter errors) {
    return new HostSetup(request, out, errors).run();
  }

  @Override
  public int demo(Ending ending, PrintWriter out) {
    try (var demo = new Demo(out, Waiter.wallClock(), Waiter.system())) {
      atEnd("end the demo", demo::close);
      Demo.Verdict verdict = demo.play();
      if (ending == Ending.STAY && verdict == Demo.Verdict.GOOD) {
        demo.stay();
      }
      return verdict == Demo.Verdict.GOOD ? ExitCode.OK : ExitCode.FAILED;
    } catch (IOException e) {
      out.println("slipway: the demo cannot be set up: " + e.getMessage());
      return ExitCode.FAILED;
    }
  }

  @Override
  public int init(Path directory, PrintWriter out, PrintWriter errors) {
    return Beginning.in(directory, out, errors);
  }

  private static void atEnd(String name, Runnable act) {
    Runtime.getRuntime().addShutdownHook(new Thread(act, name));
  }
}
