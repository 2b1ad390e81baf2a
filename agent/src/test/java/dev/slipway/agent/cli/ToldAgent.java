package dev.slipway.agent.cli;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.reconcile.Control;
import dev.slipway.agent.rollout.gate.Vote.Reach;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.CommitStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RepositoryStatus;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.web.ApiServer;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The API of an agent, over HTTP and with its token, that says what a test tells it to say. */
final class ToldAgent implements AutoCloseable {
  static final String COMMIT = "0123456789abcdef0123456789abcdef01234567";

  private final Path configFile;
  private final ApiServer server;
  private volatile Optional<String> ending = Optional.empty();

  ToldAgent(Path directory) {
    int port = Loopback.freePort();
    try {
      Path state = Files.createDirectories(directory.resolve("state"));
      configFile =
          Files.writeString(
              directory.resolve("agent.yaml"),
              """
              apiVersion: slipway.dev/v1alpha1
              kind: Agent
              spec:
                repositories: [{name: config, url: "file:///srv/git/shop.git", trunk: main}]
                environments: [{name: production, repository: config, refs: [main], hosts: ["*"]}]
                stateDirectory: "%s"
                listen: "127.0.0.1:%d"
              """
                  .formatted(state, port));
      server =
          new ApiServer(Loopback.at("127.0.0.1", port), new Told(), ApiToken.in(state), () -> "");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path configFile() {
    return configFile;
  }

  /** Lets the rollout, which was under way, have ended so. */
  void ends(String how) {
    ending = Optional.of(how);
  }

  Typed type(String command, String... words) {
    var line = new ArrayList<>(List.of(command, "--config", configFile.toString()));
    line.addAll(List.of(words));
    return Typed.slipway(line.toArray(String[]::new));
  }

  @Override
  public void close() {
    server.close();
  }

  private RolloutStatus rollout() {
    return new RolloutStatus(
        "config/production/shop#1",
        "rolling",
        COMMIT,
        Optional.empty(),
        "1@0123456789ab",
        Instant.EPOCH,
        ending.map(_ -> Instant.EPOCH),
        ending,
        "web1 is ill",
        List.of(),
        3,
        16,
        0,
        "",
        Optional.empty());
  }

  private ApplicationStatus application() {
    return new ApplicationStatus(
        "config",
        "production",
        "shop",
        ending.isEmpty() ? Phase.PROGRESSING : Phase.NEEDS_HELP,
        "main",
        COMMIT,
        Optional.of(COMMIT),
        Optional.empty(),
        Optional.empty(),
        List.of(),
        List.of(),
        Optional.of(rollout()));
  }

  private final class Told implements Control {
    @Override
    public List<ApplicationStatus> status() {
      return List.of(application());
    }

    @Override
    public List<RepositoryStatus> repositories() {
      return List.of(new RepositoryStatus("config", List.of()));
    }

    @Override
    public List<RolloutStatus> history(Target target, int limit) {
      return List.of(rollout());
    }

    @Override
    public Asked commit(Target target, String prefix) {
      return new Asked.Judged(new CommitStatus(COMMIT, ending, "web1 is ill"));
    }

    @Override
    public Asked plan(Target target) {
      return new Asked.Planned(Samples.started(Samples.ROLLOUT, Samples.NEW).plan(), "");
    }

    @Override
    public Asked rollback(Target target, Optional<String> to, Irreversible tasks, Person by) {
      return refused();
    }

    @Override
    public Asked revert(Target target, Person by) {
      return refused();
    }

    @Override
    public Asked abort(Target target, Person by) {
      return refused();
    }

    @Override
    public Asked vote(Target target, Reach reach, Person by) {
      return refused();
    }

    @Override
    public Asked adopt(Target target, Person by) {
      return refused();
    }

    @Override
    public Asked retry(Target target, Person by) {
      return refused();
    }

    @Override
    public Asked forget(Target target, Optional<String> host, Person by) {
      return refused();
    }

    @Override
    public Asked takeover(Target target, Person by) {
      return refused();
    }

    @Override
    public Asked accept(String repository, String branch, Person by) {
      return refused();
    }

    private Asked refused() {
      return new Asked.Conflict("it cannot be done now");
    }
  }
}
