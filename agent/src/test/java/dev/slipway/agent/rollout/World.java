package dev.slipway.agent.rollout;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.artifact.FakeArtifact;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Place;
import dev.slipway.agent.host.site.SiteEnvironment;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.FakeJournal;
import dev.slipway.agent.journal.Fuse;
import dev.slipway.agent.journal.Position;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.rollout.act.Crew;
import dev.slipway.agent.rollout.act.Ground;
import dev.slipway.agent.rollout.act.Limits;
import dev.slipway.agent.rollout.fake.Cast;
import dev.slipway.agent.rollout.fake.FakeBalancer;
import dev.slipway.agent.rollout.fake.FakeFleet;
import dev.slipway.agent.rollout.fake.FakeHost;
import dev.slipway.agent.rollout.fake.KnownMachine;
import dev.slipway.agent.rollout.fake.Strangers;
import dev.slipway.agent.rollout.gate.Webhooks;
import dev.slipway.agent.rollout.judge.Sources;
import dev.slipway.agent.time.SimTime;
import dev.slipway.strategies.Strategy;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.traffic.MemberState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A fleet behind balancers with an agent that can be killed and started again, and a watch over
 * what must never happen.
 */
final class World {
  static final Target SHOP = new Target("config", "production", "shop");
  static final Delivery OLD = delivery("1");
  static final Delivery NEW = delivery("2");
  static final Delivery NEWER = delivery("3");

  final Fleet fleet;
  final Role role;
  final FakeFleet hosts;
  final Strangers strangers = new Strangers();
  final List<FakeBalancer> balancers = new ArrayList<>();
  final FakeJournal.Disk disk = new FakeJournal.Disk();

  private final Strategy strategy;
  private final List<String> wrongs = new ArrayList<>();
  private int leastServing = Integer.MAX_VALUE;

  World(Fleet fleet, int balancers, Strategy strategy) {
    this.strategy = strategy;
    this.fleet = fleet;
    this.role = fleet.application().judged();
    this.hosts = new FakeFleet(fleet);
    for (int i = 1; i <= balancers; i++) {
      this.balancers.add(
          new FakeBalancer(
              "front" + i, this.hosts, this.hosts::isHealthy, members(MemberState.OUT)));
    }
  }

  /** Returns a world in which the old release serves everywhere. */
  static World serving(int hosts, Strategy strategy) {
    return serving(hosts, 1, strategy);
  }

  static World serving(int hosts, int balancers, Strategy strategy) {
    var world = fresh(hosts, balancers, strategy);
    world.settle(OLD);
    return world;
  }

  /** Returns a world in which nothing was ever deployed. */
  static World fresh(int hosts, int balancers, Strategy strategy) {
    return new World(Cast.web(hosts, Cast.ONE_SLOT), balancers, strategy);
  }

  /** Returns a world of several roles in which the old release serves everywhere. */
  static World playing(Fleet fleet, Strategy strategy) {
    var world = new World(fleet, 1, strategy);
    world.settle(world.version("1"));
    return world;
  }

  /** Returns a release that knows every role of this world. */
  Delivery version(String version) {
    return Cast.delivery(
        version, fleet.application().roles().stream().map(Role::name).toArray(String[]::new));
  }

  static World withSpareSlots(int hosts, Strategy strategy) {
    return serving(Cast.web(hosts, Cast.TWO_SLOTS), strategy);
  }

  /** Returns a world of one role in which the old release serves everywhere. */
  static World serving(Fleet fleet, Strategy strategy) {
    var world = new World(fleet, 1, strategy);
    world.settle(OLD);
    return world;
  }

  /** Returns a world in which something serves everywhere that others have put there by hand. */
  static World foreign(int hosts, int balancers, Strategy strategy) {
    var world = fresh(hosts, balancers, strategy);
    world.serve(first -> world.hosts.runsForeign(first, "/srv/by-hand", OLD.release()));
    return world;
  }

  void settle(Delivery delivery) {
    serve(first -> hosts.runs(first, delivery.release()));
    new FakeJournal(disk, Fuse.endless(), () -> java.time.Instant.EPOCH)
        .append(new Event.StableDeclared(SHOP, delivery, "the test says so"));
  }

  private void serve(Consumer<Instance> settle) {
    var members = members(MemberState.OUT);
    for (Role each : fleet.application().roles()) {
      for (Host host : fleet.hosts(each)) {
        var first = new Instance(host.name(), each.name(), each.slots().getFirst().name());
        settle.accept(first);
        members.computeIfPresent(first, (_, _) -> MemberState.SERVING);
      }
    }
    int count = balancers.size();
    balancers.clear();
    for (int i = 1; i <= count; i++) {
      balancers.add(new FakeBalancer("front" + i, hosts, hosts::isHealthy, members));
    }
  }

  private Map<Instance, MemberState> members(MemberState state) {
    var members = new TreeMap<Instance, MemberState>();
    fleet.instances(role).forEach(instance -> members.put(instance, state));
    return members;
  }

  static Delivery delivery(String version) {
    return Cast.delivery(version, "web");
  }

  Instance web(int number) {
    return new Instance("web" + number, "web", role.slots().getFirst().name());
  }

  Deployment deployment(Delivery delivery) {
    Release release = delivery.release();
    return new Deployment(
        SHOP,
        "main",
        delivery.revision(),
        fleet,
        new ReleaseSpec(
            "shop",
            release.version(),
            delivery.source(),
            release.env(),
            release.secrets(),
            release.services(),
            List.of(),
            List.of(),
            release.procedures()),
        strategy,
        Optional.empty(),
        List.of(),
        Optional.empty(),
        Deployment.OnNewRevision.SUPERSEDE,
        1,
        List.of(),
        Optional.empty());
  }

  /** Starts an agent that dies when the fuse has burnt down. */
  Agent agent(Fuse fuse) {
    return new Agent(fuse);
  }

  Agent agent() {
    return agent(Fuse.endless());
  }

  void look() {
    synchronized (hosts) {
      int serving = 0;
      for (Instance instance : fleet.instances(role)) {
        boolean gets = balancers.stream().allMatch(balancer -> balancer.gets(instance));
        serving += gets && hosts.isHealthy(instance) ? 1 : 0;
      }
      leastServing = Math.min(leastServing, serving);
    }
  }

  private void beforeStop(Instance instance) {
    synchronized (hosts) {
      if (balancers.stream().anyMatch(balancer -> balancer.sends(instance))) {
        wrongs.add(instance + " was stopped while it might get requests");
      }
    }
  }

  /** Returns everything that must never happen and did. */
  List<String> wrongs() {
    synchronized (hosts) {
      var all = new ArrayList<>(wrongs);
      balancers.forEach(balancer -> all.addAll(balancer.wrongs()));
      return all;
    }
  }

  int leastServing() {
    synchronized (hosts) {
      return leastServing;
    }
  }

  /** Returns whether exactly this release runs, serves and lies everywhere in every role. */
  boolean isAll(Delivery delivery) {
    return fleet.application().roles().stream().allMatch(each -> isAll(each, delivery));
  }

  private boolean isAll(Role each, Delivery delivery) {
    return fleet.hosts(each).stream()
        .allMatch(host ->
            fleet.instances(each).stream()
                .filter(instance -> instance.host().equals(host.name()))
                .anyMatch(instance -> serves(instance, delivery)));
  }

  private boolean serves(Instance instance, Delivery delivery) {
    return hosts.running(instance).equals(Optional.of(delivery.id()))
        && new Occupant.Known(delivery.id()).equals(hosts.occupants().get(instance))
        && (!isJudged(instance)
            || balancers.stream().allMatch(balancer -> balancer.gets(instance)));
  }

  private boolean isJudged(Instance instance) {
    return instance.role().equals(role.name());
  }

  /** One life of the agent. */
  final class Agent {
    final FakeJournal journal;
    final Rollouts rollouts;
    final SimTime time;

    private Agent(Fuse fuse) {
      time = new SimTime(fuse::check);
      hosts.agentStarts(
          fuse,
          time::uptime,
          new FakeHost.Watcher() {
            @Override
            public void beforeStop(Instance instance) {
              World.this.beforeStop(instance);
            }

            @Override
            public void underARunningOne(Instance instance) {
              wrongs.add("the link of %s was set while it ran".formatted(instance));
            }

            @Override
            public void changed() {
              look();
            }
          });
      balancers.forEach(balancer -> balancer.agentStarts(fuse, World.this::look));
      journal = new FakeJournal(disk, fuse, time);
      rollouts =
          new JournalledRollouts(
              new Workshop(
                  journal,
                  (_, epoch) -> new FakeGround(epoch),
                  World::fetch,
                  hosts,
                  time,
                  time,
                  new Crew(time, Limits.DEFAULT.hostsAtOnce(), time::whileWaiting),
                  Limits.DEFAULT));
    }

    Result start(Delivery delivery) {
      return rollouts.start(deployment(delivery), delivery, "test");
    }

    /** Does something once, when the first such event is durable. */
    void when(Predicate<Event> event, Runnable work) {
      var once = new AtomicBoolean();
      journal.subscribe(entry -> {
        if (event.test(entry.event()) && once.compareAndSet(false, true)) {
          work.run();
        }
      });
    }

    /** Does something once, when a step of a lane of the first plan begins. */
    void whenBegins(String lane, int index, Runnable work) {
      when(
          event ->
              event instanceof Event.StepStarted(_, var at)
                  && at.leg() == 0
                  && at.lane().equals(lane)
                  && at.part() == Position.Part.STEPS
                  && at.index() == index,
          work);
    }

    /** Does what an agent does after its start: takes up what is open. */
    Optional<Result> resume() {
      List<RolloutId> open = journal.open();
      return open.isEmpty() ? Optional.empty() : Optional.of(rollouts.resume(open.getFirst()));
    }
  }

  private static ArtifactStore.Fetched fetch(ArtifactSource source) {
    return source instanceof ArtifactSource.Tree(_, var version, _)
        ? new ArtifactStore.Fetched.Got(new FakeArtifact(version))
        : new ArtifactStore.Fetched.Refused("only trees are made up here");
  }

  private final class FakeGround implements Ground {
    private final Epoch epoch;

    private FakeGround(Epoch epoch) {
      this.epoch = epoch;
    }

    @Override
    public Site site(Instance instance) {
      Host host = fleet.host(instance);
      return strangers.site(host.name(), hosts.open(machine(host), place(instance), epoch));
    }

    private Place place(Instance instance) {
      Host host = fleet.host(instance);
      var roles = fleet.rolesOn(host);
      return new Place(
          fleet.application(), fleet.role(instance), roles, host, Map.of(), Become.NONE);
    }

    @Override
    public Machine machine(Host host) {
      return new KnownMachine(hosts, host.name());
    }

    @Override
    public List<Balancer> balancers(Role of) {
      return of.name().equals(role.name()) ? List.copyOf(balancers) : List.of();
    }

    @Override
    public Sources metrics() {
      return hosts.numbers;
    }

    @Override
    public Webhooks webhooks() {
      return hosts.services;
    }

    @Override
    public Map<String, String> variables(Instance instance, Release release) {
      return Map.of("role", instance.role());
    }

    @Override
    public Digest environment(Instance instance, Release release) {
      return SiteEnvironment.of(release, place(instance).host(), fleet.slot(instance), Map.of())
          .digest();
    }

    @Override
    public void close() {}
  }
}
