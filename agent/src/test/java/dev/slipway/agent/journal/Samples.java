package dev.slipway.agent.journal;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.ConfigFile;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Receiver;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.strategies.Recreate;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Owner;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.InstanceStep;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.plan.Lane;
import dev.slipway.strategies.plan.Move;
import dev.slipway.strategies.plan.Phase;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.plan.Step;
import dev.slipway.strategies.plan.TrafficStep;
import dev.slipway.strategies.plan.WaitStep;
import dev.slipway.strategies.traffic.Member;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Mirror;
import dev.slipway.strategies.traffic.Nobody;
import dev.slipway.strategies.traffic.Rule;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Traffic;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;

/** One of everything that a journal can hold, with every choice taken at least once. */
public final class Samples {
  private static final ArtifactSource.Tree TREE =
      new ArtifactSource.Tree("config", "c0ffee", "releases/shop");
  public static final Target SHOP = new Target("config", "production", "shop");
  public static final Target BLOG = new Target("config", "production", "blog");
  public static final RolloutId ROLLOUT = new RolloutId(SHOP, 7);
  public static final Delivery OLD = delivery("1", new Service.Systemd("shop.service"));
  public static final Delivery NEW = delivery("2", new Service.Detached(List.of("bin/shop")));

  private static final Instance BLUE = new Instance("web1", "web", "blue");
  private static final Instance GREEN = new Instance("web1", "web", "green");
  private static final Health.Timing TIMING =
      new Health.Timing(
          Duration.ofSeconds(1),
          Duration.ofSeconds(5),
          3,
          Duration.ofSeconds(10),
          Duration.ofMinutes(5));

  private Samples() {}

  /** Returns a release of a version, with files from one of the three kinds of sources. */
  public static Delivery delivery(String version, Service service) {
    var release =
        new Release(
            "shop",
            version,
            Digest.of("files of " + version),
            Map.of("LOG_LEVEL", "info"),
            Map.of("web", service),
            List.of("log"),
            List.of("config/master.key"));
    return new Delivery(release, TREE, "main", "c0ffee");
  }

  /** Returns the start of a rollout, small. */
  public static Event.RolloutStarted started(RolloutId rollout, Delivery delivery) {
    return started(rollout, delivery, List.of());
  }

  /** Returns the start of a rollout of which somebody is told. */
  public static Event.RolloutStarted started(
      RolloutId rollout, Delivery delivery, List<Receiver> receivers) {
    return new Event.RolloutStarted(
        rollout,
        deployment(Rolling.DEFAULT, receivers),
        delivery,
        Optional.empty(),
        plan(),
        "test",
        Optional.empty());
  }

  /** Returns the end of a rollout. */
  public static Event.RolloutEnded ended(RolloutId rollout, Ending ending) {
    return new Event.RolloutEnded(rollout, ending, "because", List.of("web9"), "last words");
  }

  /** Returns at least one event of every kind, which together hold every choice. */
  public static List<Event> events() {
    var events = new ArrayList<Event>();
    events.add(started(ROLLOUT, NEW));
    events.add(
        new Event.RolloutStarted(
            new RolloutId(SHOP, 8),
            deployment(Recreate.DEFAULT),
            delivery("3", new Service.Commands(List.of("a"), List.of("b"), List.of("c", "d"))),
            Optional.of(OLD),
            plan(),
            "commit c0ffee on main",
            Optional.of(ROLLOUT)));
    events.addAll(List.of(unusualStart(), behindNginx()));
    sources()
        .forEach(source ->
            events.add(
                new Event.StableDeclared(
                    SHOP, new Delivery(NEW.release(), source, "main", "c0ffee"), "adopted")));
    var position = new Position(0, "web1", Position.Part.STEPS, 2);
    events.add(new Event.StepStarted(ROLLOUT, position));
    events.add(new Event.TrafficWanted(ROLLOUT, position));
    outcomes().forEach(outcome -> events.add(new Event.StepEnded(ROLLOUT, position, outcome)));
    events.add(new Event.AbortAsked(ROLLOUT, "ada", "too slow"));
    events.add(new Event.Turned(ROLLOUT, 1, Event.Why.BAD, "web1 is ill", "last words", plan()));
    events.add(ended(ROLLOUT, Ending.ROLLED_BACK));
    events.add(new Event.RolloutSummarised(summary()));
    events.add(new Event.Quarantined(SHOP, NEW.id(), "web1 is ill"));
    events.add(new Event.QuarantineLifted(SHOP, NEW.id(), "ada"));
    events.add(new Event.Pinned(SHOP, OLD.id(), "ada", "the new one is slow"));
    events.add(new Event.Unpinned(SHOP, "ada"));
    events.add(new Event.BalancersSettled(SHOP, Map.of("front", "17:1700000000")));
    events.add(new Event.Forgotten(SHOP, "ada", "it moved"));
    events.add(new Event.TipAccepted("config", "main", "c0ffee"));
    events.add(new Event.JournalLost("config", 4, 2));
    events.add(new Event.StatusPublished("config", 12));
    events.addAll(withSecrets());
    events.addAll(ProcedureSamples.events(ROLLOUT, SHOP, NEW));
    events.addAll(TenancySamples.events());
    return GateSamples.after(events);
  }

  /** Names of secrets and who is told came later than all of the above. */
  private static List<Event> withSecrets() {
    var source =
        new ArtifactSource.Url(
            "https://builds.example.com/shop-3.tar.gz",
            Digest.of("archive"),
            Optional.of(new SecretName("production", "nexus")));
    var release =
        new Release(
            "shop",
            "3",
            Digest.of("files"),
            Map.of(),
            Set.of("DATABASE_URL"),
            NEW.release().services(),
            List.of(),
            List.of(),
            Procedures.NONE);
    var delivery = new Delivery(release, source, "main", "c0ffee");
    return List.of(
        new Event.SecretsSettled(SHOP, Map.of("DATABASE_URL", "5eb63bbbe01eeed0")),
        started(ROLLOUT, delivery, List.of(slack(Occasion.NEEDS_HELP))),
        new Event.NoticeTried(ROLLOUT, Occasion.NEEDS_HELP, "slack 'slack-url'"),
        new Event.NoticeAnswered(
            ROLLOUT,
            Occasion.NEEDS_HELP,
            "slack 'slack-url'",
            Event.Receipt.FAILED,
            "it answers 500"));
  }

  /** Returns somebody who is told of this. */
  public static Receiver slack(Occasion... on) {
    return new Receiver(Receiver.Kind.SLACK, new SecretName("production", "slack-url"), Set.of(on));
  }

  private static List<ArtifactSource> sources() {
    return List.of(
        new ArtifactSource.Url(
            "https://builds.example.com/shop-2.tar.gz", Digest.of("archive"), Optional.empty()),
        new ArtifactSource.File("/srv/shop.tar", Digest.of("archive")),
        new ArtifactSource.OnHosts("releases/20240101120000"),
        new ArtifactSource.Configured(
            TREE, List.of(new ConfigFile("config/site.yml", "640", "host: {{host.name}}\n"))));
  }

  private static List<Outcome> outcomes() {
    return List.of(
        new Outcome.Done("as wanted", 1234),
        new Outcome.Held("was so already"),
        new Outcome.PassedOver("it ended with status 1"),
        new Outcome.Bad("is ill", "line 1\nline 2"),
        new Outcome.Errored("no route to host", Outcome.Cause.UNREACHABLE),
        new Outcome.Cut("ada aborted"));
  }

  private static Summary summary() {
    return new Summary(
        new RolloutId(SHOP, 3),
        OLD,
        "commit c0ffee on main",
        Instant.parse("2026-11-01T10:00:00Z"),
        Instant.parse("2026-11-01T10:05:00.123Z"),
        Ending.SUCCEEDED,
        "",
        List.of(),
        4711);
  }

  /** Returns a deployment with every part that there is. */
  public static Deployment deployment(Strategy strategy) {
    return deployment(strategy, List.of());
  }

  private static Event.RolloutStarted behindNginx() {
    return new Event.RolloutStarted(
        new RolloutId(SHOP, 9),
        deployment(Rolling.DEFAULT, List.of(), FrontSamples.later()),
        NEW,
        Optional.empty(),
        plan(),
        "test",
        Optional.empty());
  }

  private static Deployment deployment(Strategy strategy, List<Receiver> receivers) {
    return deployment(strategy, receivers, FrontSamples.others());
  }

  private static Deployment deployment(
      Strategy strategy, List<Receiver> receivers, List<Deployment.Front> fronts) {
    return new Deployment(
        SHOP,
        "main",
        "c0ffee",
        fleet(),
        new ReleaseSpec(
            "shop",
            "2",
            TREE,
            Map.of("LOG_LEVEL", "info"),
            Map.of("web", new Service.Systemd("shop@{{slot}}.service")),
            List.of("log"),
            List.of()),
        strategy,
        Optional.of(
            new SshSettings(
                "deploy",
                22,
                Optional.of("bastion"),
                Path.of("/etc/slipway/known_hosts"),
                Path.of("/etc/slipway/key"),
                SshSettings.Become.SUDO,
                Duration.ofSeconds(10))),
        fronts,
        Optional.of(1),
        Deployment.OnNewRevision.SUPERSEDE,
        4,
        receivers,
        Optional.empty());
  }

  static Host host(String name) {
    return new Host(name, "10.0.0.9", Optional.of("eu"), Reach.SSH, Map.of("THREADS", "8"));
  }

  private static Fleet fleet() {
    var application =
        new Application(
            "shop",
            "/srv/shop",
            Optional.of(new Owner("shop", "shop")),
            List.of(
                role(
                    "web",
                    new Health.Http(
                        "/up",
                        "http",
                        Optional.of("shop.example.com"),
                        200,
                        Health.From.HOST,
                        TIMING)),
                role("tcp", new Health.Tcp(Health.From.AGENT, TIMING)),
                role("exec", new Health.Exec(List.of("bin/ok"), TIMING)),
                role("worker", new Health.Running(TIMING))),
            5);
    return new Fleet(
        "production",
        application,
        new TreeMap<>(
            Map.of(
                "web", List.of(host("web1")),
                "tcp", List.of(host("web1")),
                "exec", List.of(host("web1")),
                "worker", List.of(host("job1")))));
  }

  private static Role role(String name, Health health) {
    return new Role(
        name,
        List.of(new Slot("blue", OptionalInt.of(8001)), new Slot("green", OptionalInt.empty())),
        health,
        new DrainPolicy(Duration.ofSeconds(30), DrainPolicy.OnTimeout.PROCEED),
        Duration.ofSeconds(90));
  }

  private static Plan plan() {
    return new Plan(
        "rolling of shop in production",
        NEW.id(),
        Optional.of(OLD.id()),
        Map.of("web", new Plan.Serving(Optional.of(traffic()), 1)),
        List.of(Lane.of("stage web1", new InstanceStep.Stage(BLUE, NEW.id()))),
        List.of(new Phase("batch 1 of 1", List.of(new Lane("web1", moves())))),
        0,
        List.of("web7"),
        Duration.ofMinutes(10),
        List.of("one remark, with \"quotes\" and ü"));
  }

  private static List<Move> moves() {
    List<Step> steps =
        List.of(
            new WaitStep.Join("stage web1"),
            new TrafficStep.Drain(BLUE),
            new WaitStep.AwaitIdle(
                BLUE, new DrainPolicy(Duration.ofMillis(250), DrainPolicy.OnTimeout.ABORT)),
            new InstanceStep.Stop(BLUE),
            new InstanceStep.Activate(BLUE, NEW.id()),
            new InstanceStep.Relink(BLUE, "/srv/shop/old"),
            new InstanceStep.Clear(BLUE),
            new InstanceStep.Start(BLUE),
            new InstanceStep.Prove(BLUE),
            new TrafficStep.WhenNobody("web", new Nobody.Park(1000, Duration.ofSeconds(30))),
            new TrafficStep.WhenNobody("web", new Nobody.Refuse()),
            new TrafficStep.Retire(BLUE),
            new WaitStep.Pause(Duration.ofMinutes(5)),
            new JudgeStep.Capacity("web", 1));
    var moves = new ArrayList<Move>(steps.stream().map(Move::of).toList());
    moves.add(Move.of(new TrafficStep.Admit(BLUE), new TrafficStep.Drain(BLUE)));
    return moves;
  }

  private static Traffic traffic() {
    return new Traffic(
        Map.of(Traffic.STABLE, Share.percent(95), Traffic.CANDIDATE, Share.percent(5)),
        Map.of(
            BLUE, new Member(Traffic.STABLE, MemberState.SERVING),
            GREEN, new Member(Traffic.CANDIDATE, MemberState.DRAINING)),
        List.of(
            new Rule(new Rule.Match.Header("x-beta", "1"), Traffic.CANDIDATE),
            new Rule(new Rule.Match.Cookie("beta", "1"), Traffic.CANDIDATE)),
        Optional.of(new Mirror(Traffic.CANDIDATE, Share.percent(1))),
        new Nobody.Refuse());
  }

  /** Returns a rolling strategy in which every knob is set to something unusual. */
  public static Rolling unusual() {
    return new Rolling(
        List.of(new Amount.Count(1), new Amount.Percent(25)),
        Optional.of(new Amount.Count(2)),
        new Amount.Count(1),
        3,
        Rolling.Order.INVENTORY,
        Duration.ofMillis(1500),
        Duration.ofMinutes(3));
  }

  /** Returns the start of a rollout with the unusual strategy. */
  public static Event.RolloutStarted unusualStart() {
    return new Event.RolloutStarted(
        new RolloutId(BLOG, 9),
        deployment(unusual()),
        delivery("4", new Service.None()),
        Optional.empty(),
        plan(),
        "ada",
        Optional.empty());
  }
}
