package dev.slipway.agent.e2e.world;

import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** An agent that runs in the test's own process, and what one asks it about its applications. */
public final class Helm implements AutoCloseable {
  private final Path file;
  private final Agent agent;
  private final ApiClient client;

  private Helm(Path file, Agent agent, ApiClient client) {
    this.file = file;
    this.agent = agent;
    this.client = client;
  }

  /**
   * Starts an agent whose own file and state lie in a directory.
   *
   * @param environment the bounds of its only environment, as they stand in its file
   */
  public static Helm start(Path directory, String url, String environment) {
    int port = Loopback.freePort();
    Path state = directory.resolve("state");
    String text =
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Agent
        spec:
          repositories: [{name: config, url: "%s", trunk: main, interval: 1s}]
          environments: [%s]
          stateDirectory: "%s"
          listen: "127.0.0.1:%d"
        """
            .formatted(url, environment, state, port);
    try {
      Files.createDirectories(state);
      Path file = Files.writeString(directory.resolve("agent.yaml"), text);
      return switch (Agent.start(config(file))) {
        case Agent.Started.Running(var agent) ->
            new Helm(file, agent, ApiClient.of("127.0.0.1:" + port, ApiToken.read(state)));
        case Agent.Started.Refused(var reason) -> throw new AssertionError(reason);
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static AgentConfig config(Path file) throws IOException {
    return switch (AgentFile.parse(Files.readAllBytes(file), file, Map.of())) {
      case Parsed.Valid<AgentConfig>(var config) -> config;
      case Parsed.Invalid<AgentConfig>(var problems) ->
          throw new AssertionError(problems.toString());
    };
  }

  /** Returns what {@code slipway doctor} says, run as a person does on the agent's machine. */
  public String doctor() {
    return Program.of(AgentProcess.slipway("doctor", "--config", file.toString()).toArray())
        .run()
        .output();
  }

  public ApplicationStatus status(String application) {
    return switch (client.status()) {
      case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) ->
          all.stream()
              .filter(one -> one.application().equals(application))
              .findFirst()
              .orElseThrow();
      case ApiClient.Reply<List<ApplicationStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Waits until an application's rollout of a commit ended and the agent looked once more. */
  public RolloutStatus ended(String application, String commit, Duration patience) {
    await("the rollout of " + application)
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .ignoreExceptions()
        .until(() -> hasEnded(status(application), commit));
    return status(application).rollout().orElseThrow();
  }

  private static boolean hasEnded(ApplicationStatus status, String commit) {
    return status.phase() != Phase.PROGRESSING
        && status
            .rollout()
            .filter(rollout -> rollout.revision().equals(commit))
            .filter(rollout -> rollout.ended().isPresent())
            .isPresent();
  }

  @Override
  public void close() {
    agent.close();
  }
}
