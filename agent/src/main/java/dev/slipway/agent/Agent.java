package dev.slipway.agent;

import dev.slipway.agent.artifact.ArtifactLimits;
import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.http.Posts;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.journal.Journals;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.reading.Desired;
import dev.slipway.agent.notify.Notices;
import dev.slipway.agent.notify.Patience;
import dev.slipway.agent.probe.Probers;
import dev.slipway.agent.reconcile.Reader;
import dev.slipway.agent.reconcile.Reconciler;
import dev.slipway.agent.reconcile.Services;
import dev.slipway.agent.reconcile.adoption.Adoption;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.schedule.Schedule;
import dev.slipway.agent.schedule.Schedules;
import dev.slipway.agent.secret.Keyring;
import dev.slipway.agent.source.ConfigRepositories;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.StatusWriter;
import dev.slipway.agent.telemetry.Telemetry;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiServer;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The daemon: the only place that wires its parts together. */
public final class Agent implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration PRUNE = Duration.ofHours(1);

  private final List<Runnable> parts = new ArrayList<>();
  private final CompletableFuture<Integer> end = new CompletableFuture<>();
  private final AgentConfig config;
  private final Journal journal;
  private final Reconciler reconciler;
  private final Schedule schedule;
  private final Telemetry telemetry;
  private final Notices notices;
  private final Keyring keyring;
  private final Queries queries = Queries.over(Queries.Limits.DEFAULT);
  private final Calls calls = Calls.over(Duration.ofSeconds(3));
  private final Map<String, ConfigRepository> repositories = new ConcurrentHashMap<>();

  private Agent(AgentConfig config, Journal journal) throws IOException {
    this.config = config;
    this.journal = journal;
    InstantSource clock = Waiter.wallClock();
    Waiter waiter = Waiter.system();
    this.keyring = Keyring.in(config.stateDirectory(), config.secrets());
    this.telemetry = new Telemetry(journal);
    this.notices =
        new Notices(
            journal,
            config.secrets(),
            Posts.over(Posts.Limits.DEFAULT),
            clock,
            waiter,
            Patience.DEFAULT);
    this.schedule = Schedules.inMemory(clock, RandomGenerator.getDefault(), PATIENCE);
    openRepositories(clock, waiter);
    ArtifactStore artifacts =
        ArtifactStore.in(
            config.stateDirectory().resolve("artifacts"),
            Downloads.over(Downloads.Limits.DEFAULT),
            config.secrets(),
            new RepositoryTrees(repositories),
            ArtifactLimits.DEFAULT);
    Sites sites = Sites.scripted();
    Rollouts rollouts =
        Rollouts.of(
            journal,
            (deployment, epoch) -> ground(deployment, epoch, sites),
            artifacts,
            Probers.open(),
            waiter,
            clock,
            Limits.DEFAULT);
    var services =
        new Services(journal, rollouts, artifacts, keyring, clock, waiter, Tempo.DEFAULT);
    this.reconciler =
        new Reconciler(services, deployment -> takeOver(deployment, sites), this::broken);
  }

  private Map<String, Act> takeOver(Deployment deployment, Sites sites) {
    try (var ground = ground(deployment, journal.epoch(), sites)) {
      return ground.takeOver();
    }
  }

  private DeploymentGround ground(Deployment deployment, Epoch epoch, Sites sites) {
    return new DeploymentGround(
        deployment,
        epoch,
        sites,
        journal.adopted(deployment.target()).flatMap(Adoption::asAdopted),
        keyring.vault(deployment.target().environment()),
        queries,
        calls,
        config.commands(deployment.target()),
        telemetry::counted);
  }

  /** What came of starting. */
  public sealed interface Started {
    /** It runs. */
    record Running(Agent agent) implements Started {}

    /** It does not, and this is why and what to do. */
    record Refused(String reason) implements Started {}
  }

  /** Starts an agent; what an earlier one left open is taken up at once. */
  public static Started start(AgentConfig config) {
    return switch (Journals.open(config.stateDirectory(), Waiter.wallClock())) {
      case Journals.Opened.Refused(var reason) -> new Started.Refused(reason);
      case Journals.Opened.Ready(var journal) -> start(config, journal);
    };
  }

  private static Started start(AgentConfig config, Journal journal) {
    try {
      var agent = new Agent(config, journal);
      agent.begin();
      return new Started.Running(agent);
    } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
      journal.close();
      return new Started.Refused("the agent does not start: " + e.getMessage());
    }
  }

  /** Waits until the agent is closed or its journal breaks; returns the exit code. */
  int await() {
    return end.join();
  }

  @Override
  public synchronized void close() {
    end.complete(ExitCode.OK);
    Systemd.stopping();
    parts.reversed().forEach(Runnable::run);
    parts.clear();
  }

  private void openRepositories(InstantSource clock, Waiter waiter) {
    var writer = StatusWriter.of(journal.epoch().store(), "localhost");
    var factory = new ConfigRepositories(writer, clock, waiter, RandomGenerator.getDefault());
    for (Repository repository : config.repositories()) {
      String name = repository.remote().name();
      Path clone = config.stateDirectory().resolve("repositories").resolve(name);
      repositories.put(name, factory.open(repository.remote(), clone));
    }
  }

  private void begin() throws IOException {
    parts.add(journal::close);
    parts.add(telemetry::close);
    parts.add(notices::close);
    repositories.values().forEach(repository -> parts.add(repository::close));
    parts.add(reconciler::close);
    parts.add(schedule::close);
    reconciler.start();
    config.repositories().forEach(this::follow);
    schedule.every("prune", PRUNE, Duration.ZERO, this::prune);
    var server =
        new ApiServer(
            address(config.listen()),
            reconciler,
            ApiToken.in(config.stateDirectory()),
            telemetry::scrape);
    parts.add(server::close);
    keepSystemdInformed(server.address());
  }

  private void follow(Repository repository) {
    String name = repository.remote().name();
    Reconciler.Poll poll =
        reconciler.follow(
            repository,
            Objects.requireNonNull(repositories.get(name)),
            patterns(repository),
            (trunk, branches, known, standing) ->
                reading(Desired.of(config, name, trunk, branches, known, standing)));
    Duration jitter = repository.interval().dividedBy(10);
    schedule.every("poll " + name, repository.interval(), jitter, () -> poll(name, poll));
  }

  private static Reader.Reading reading(Desired desired) {
    return new Reader.Reading(
        desired.wanted(),
        desired.unheard().stream().map(Problem::toString).toList(),
        desired.allotted(),
        desired.previewed());
  }

  private Schedule.Result poll(String name, Reconciler.Poll poll) {
    boolean good = poll.run();
    telemetry.polled(name, good ? "good" : "failed");
    return good ? Schedule.Result.SUCCEEDED : Schedule.Result.FAILED;
  }

  private Schedule.Result prune() {
    int gone = journal.prune(Journal.Retention.DEFAULT);
    LOG.debug("{} events of old rollouts were summarised", gone);
    return Schedule.Result.SUCCEEDED;
  }

  private Set<String> patterns(Repository repository) {
    var patterns = new HashSet<String>();
    patterns.add(repository.trunk());
    for (Bound bound : config.environments()) {
      if (bound.repository().equals(repository.remote().name())) {
        patterns.addAll(bound.refs());
      }
    }
    return patterns;
  }

  private void keepSystemdInformed(InetSocketAddress address) {
    LOG.info("the agent listens on {}", address);
    Systemd.ready("follows %d repositories".formatted(repositories.size()));
    Systemd.watchdog()
        .ifPresent(often ->
            schedule.every(
                "watchdog",
                often,
                Duration.ZERO,
                () -> {
                  Systemd.alive();
                  return Schedule.Result.SUCCEEDED;
                }));
  }

  private void broken(RuntimeException broken) {
    LOG.error("the journal cannot be written any more; the agent stops", broken);
    end.complete(ExitCode.FAILED);
  }

  private static InetSocketAddress address(String listen) {
    URI uri = URI.create("tcp://" + listen);
    return new InetSocketAddress(uri.getHost(), uri.getPort());
  }
}
