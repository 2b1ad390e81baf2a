package dev.slipway.agent.e2e.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.Agent;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.git.GitHttpServer;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.cli.Typed;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A small world of real parts: a Git repository, an agent, hosts with the demo application, and a
 * balancer.
 */
public final class World implements AutoCloseable {
  public static final Target SHOP = new Target("config", "test", "shop");

  /** A canary behind nginx loads a dozen configurations, each in seconds on a busy machine. */
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  private static final int HISTORY = 20;

  private final Path directory;
  private final Fleet fleet;
  private final Origin origin;
  private final int apiPort = Loopback.freePort();
  private final GitRepository clone;
  private final ShopFiles files;
  private Optional<Front> front = Optional.empty();
  private String login = "";
  private Optional<GitHttpServer> http = Optional.empty();
  private Optional<Agent> agent = Optional.empty();

  /** Makes a world of local hosts in a directory; nothing runs yet. */
  public World(Path directory, int hosts, String network) {
    this(
        directory,
        LocalFleet.of(directory.resolve("srv"), hosts, network),
        Origin.byFile(directory.resolve("git")));
  }

  /** Makes a world of local hosts whose repository is reached in some other way. */
  public static World local(Path directory, int hosts, String network, Origin origin) {
    return new World(directory, LocalFleet.of(directory.resolve("srv"), hosts, network), origin);
  }

  /** Makes a world in a directory; no agent runs yet. */
  public World(Path directory, Fleet fleet, Origin origin) {
    this.directory = directory;
    this.fleet = fleet;
    this.origin = origin;
    this.clone = origin.checkout();
    this.files = new ShopFiles(clone, fleet);
  }

  public List<String> addresses() {
    return fleet.addresses();
  }

  public int appPort() {
    return fleet.appPort();
  }

  public GitRepository checkout() {
    return clone;
  }

  public GitServerFixture git() {
    return origin.git();
  }

  public Path srv() {
    return directory.resolve("srv");
  }

  public Path state() {
    return directory.resolve("state");
  }

  /** Lets the agent reach Git over HTTP, where the server's hooks run. */
  public World overHttp() {
    http = Optional.of(origin.git().serveOverHttp());
    return this;
  }

  /** Lets the agent reach Git over HTTP with what its own secret of this name holds. */
  public World overHttp(String user, String password, String secret) {
    http = Optional.of(origin.git().serveOverHttp().requireLogin(user, password));
    login = ", secretRef: {name: %s}".formatted(secret);
    return this;
  }

  public World behind(Front other) {
    front = Optional.of(other);
    return this;
  }

  /** The text of a strategy file, as it stands under {@code spec}. */
  public World strategy(String spec) {
    files.strategy(spec);
    return this;
  }

  public World health(String yaml) {
    files.health(yaml);
    return this;
  }

  /** What a newer commit does to a rollout that runs. */
  public World onNewRevision(String policy) {
    files.onNewRevision(policy);
    return this;
  }

  /** More of the environment's file, as it stands under {@code spec}. */
  public World environment(String spec) {
    files.environment(spec);
    return this;
  }

  public World procedures(String spec) {
    files.procedures(spec);
    return this;
  }

  /** Where releases come from, as it stands in the application; not the config repository then. */
  public World source(String yaml) {
    files.source(yaml);
    return this;
  }

  /** Which variables are secret, as a list; they are in no release's digest but by name. */
  public World secrets(String names) {
    files.secrets(names);
    return this;
  }

  /** Who is told, as it stands in the environment. */
  public World receivers(String yaml) {
    files.receivers(yaml);
    return this;
  }

  /** How long an instance may take to end before it is killed. */
  public World stopTimeout(String duration) {
    files.stopTimeout(duration);
    return this;
  }

  /** Pushes everything but the application. */
  public World describe() {
    files.describe(front.map(Front::lines).orElse(new Front.Lines("", "")));
    return this;
  }

  /** Pushes the environment as it is described now; returns the commit. */
  public String redescribe(String message) {
    files.describe(front.map(Front::lines).orElse(new Front.Lines("", "")));
    return clone.commitAndPush(message);
  }

  /** Pushes a release with a message of its own; returns the commit. */
  public String push(String version, Behaviour behaviour, String message) {
    files.release(version, behaviour);
    return clone.commitAndPush(message);
  }

  /** Lets nobody reach the Git server any more. */
  public void loseGit() {
    http.ifPresent(GitHttpServer::close);
    origin.server().run();
    try {
      Files.move(origin.git().repository(), directory.resolve("away"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Writes a release into the checkout, and pushes nothing. */
  public World write(String version, Behaviour behaviour) {
    files.release(version, behaviour);
    return this;
  }

  /** Pushes a release; returns the commit. */
  public String push(String version, Behaviour behaviour) {
    files.release(version, behaviour);
    return clone.commitAndPush("Release shop " + version);
  }

  /** Starts the agent, or starts it again. */
  public World start() {
    agent =
        switch (Agent.start(config())) {
          case Agent.Started.Running(var running) -> Optional.of(running);
          case Agent.Started.Refused(var reason) -> throw new AssertionError(reason);
        };
    return this;
  }

  public void stopAgent() {
    agent.ifPresent(Agent::close);
    agent = Optional.empty();
  }

  /** Writes the agent's own file, and returns what it means. */
  public AgentConfig config() {
    try {
      Path file = configFile();
      Files.createDirectories(directory.resolve("state"));
      Files.writeString(
          file,
          """
          apiVersion: slipway.dev/v1alpha1
          kind: Agent
          spec:
            repositories:
              - {name: config, %s, trunk: main, interval: 1s}
            environments:
              - {name: test, repository: config, refs: [main], %s}
            stateDirectory: "%s"
            listen: "127.0.0.1:%d"
          """
              .formatted(
                  http.map(server -> "url: \"%s\"%s".formatted(server.url(), login))
                      .orElseGet(origin::remote),
                  fleet.bounds(),
                  directory.resolve("state"),
                  apiPort));
      return switch (AgentFile.parse(Files.readAllBytes(file), file, Map.of())) {
        case Parsed.Valid<AgentConfig>(var config) -> config;
        case Parsed.Invalid<AgentConfig>(var problems) ->
            throw new AssertionError(problems.toString());
      };
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public Path configFile() {
    return directory.resolve("agent.yaml");
  }

  public ApiClient client() {
    try {
      return ApiClient.of("127.0.0.1:" + apiPort, ApiToken.read(directory.resolve("state")));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Types a command that talks to the agent of this world. */
  public Typed type(String command, String... words) {
    var line = new ArrayList<>(List.of(command, "--config", configFile().toString()));
    line.addAll(List.of(words));
    return Typed.slipway(line.toArray(String[]::new));
  }

  public Typed typeInColour(String command, String... words) {
    var line = new ArrayList<>(List.of(command, "--config", configFile().toString()));
    line.addAll(List.of(words));
    return Typed.inColour(line.toArray(String[]::new));
  }

  public ApplicationStatus status() {
    return switch (client().status()) {
      case ApiClient.Reply.Ok<List<ApplicationStatus>>(var all) ->
          all.stream().filter(one -> one.name().equals(SHOP.toString())).findFirst().orElseThrow();
      case ApiClient.Reply<List<ApplicationStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Returns the rollouts of the application, the newest first. */
  public List<RolloutStatus> history() {
    return switch (client().history(SHOP, HISTORY)) {
      case ApiClient.Reply.Ok<List<RolloutStatus>>(var rollouts) -> rollouts;
      case ApiClient.Reply<List<RolloutStatus>> other -> throw new AssertionError(other);
    };
  }

  /** Runs the command line, as a person does on the agent's machine. */
  public Program.Ended slipway(String command, String... arguments) {
    var words =
        new ArrayList<Object>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java"),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                "dev.slipway.agent.Main",
                command,
                "--config",
                configFile()));
    words.addAll(List.of(arguments));
    return Program.of(words.toArray()).run();
  }

  public void awaitPhase(Phase phase) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> status().phase() == phase);
  }

  /** Waits until the rollout of a commit ended and the agent looked once more. */
  public RolloutStatus ended(String commit) {
    await().atMost(PATIENCE).ignoreExceptions().until(() -> hasEnded(commit));
    return rolloutOf(commit).orElseThrow();
  }

  public boolean isAnswered() {
    return client().status() instanceof ApiClient.Reply.Ok<?>;
  }

  public boolean hasEnded(String commit) {
    return isAnswered() && status().phase() != Phase.PROGRESSING && rolloutOf(commit).isPresent();
  }

  private Optional<RolloutStatus> rolloutOf(String commit) {
    return status()
        .rollout()
        .filter(rollout -> rollout.revision().equals(commit))
        .filter(rollout -> rollout.ended().isPresent());
  }

  /** Pushes a release and waits for its rollout. */
  public RolloutStatus release(String version, Behaviour behaviour) {
    return ended(push(version, behaviour));
  }

  /** Starts clients that leave most of the machine to what they are to notice. */
  public LoadClient load() {
    return load(Duration.ofMillis(8));
  }

  /** Starts clients that wait so long after each answer. */
  public LoadClient load(Duration pause) {
    return LoadClient.start(
        LoadPlan.against(front.orElseThrow().address()).withPause(pause), Waiter.system());
  }

  /** Returns the version that each instance itself says it is. */
  public List<String> answers() {
    return addresses().stream().map(address -> answer(Loopback.at(address, appPort()))).toList();
  }

  private static String answer(InetSocketAddress instance) {
    var one = LoadPlan.against(instance).withClients(0, 1);
    try (var client = LoadClient.start(one, Waiter.system())) {
      await().atMost(PATIENCE).until(() -> client.report().sent() > 0);
      return String.join("+", client.stop().byVersion().keySet());
    }
  }

  /** Returns the version that each instance's link points at, by host. */
  public List<String> versions() {
    return status().instances().stream()
        .map(instance -> instance.release().replaceAll("@.*", ""))
        .toList();
  }

  public void assertEverywhere(String version) {
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(versions()).hasSameSizeAs(addresses()).containsOnly(version));
  }

  @Override
  public void close() {
    stopAgent();
    front.ifPresent(Front::close);
    http.ifPresent(GitHttpServer::close);
    fleet.clear();
    origin.server().run();
  }
}
