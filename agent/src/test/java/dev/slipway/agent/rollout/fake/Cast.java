package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.FakeArtifact;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Trials;
import java.time.Duration;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** The applications of the tests: which roles they have, and on which hosts. */
public final class Cast {
  public static final List<Slot> ONE_SLOT = List.of(new Slot(Slot.CURRENT, OptionalInt.of(8000)));
  public static final List<Slot> TWO_SLOTS =
      List.of(new Slot("blue", OptionalInt.of(8001)), new Slot("green", OptionalInt.of(8002)));
  private static final List<Slot> NO_PORT = List.of(new Slot(Slot.CURRENT, OptionalInt.empty()));

  private Cast() {}

  /** Returns an application with one role. */
  public static Fleet web(int hosts, List<Slot> slots) {
    return fleet(List.of(role("web", slots)), List.of(named("web", hosts)));
  }

  /** Returns an application with one role, which asks more of a release than its health. */
  public static Fleet web(int hosts, List<Slot> slots, Trials trials) {
    return fleet(List.of(role("web", slots).with(trials)), List.of(named("web", hosts)));
  }

  /** Returns one with workers on hosts of their own. */
  public static Fleet webAndWorkers(int hosts, int workers) {
    return fleet(
        List.of(role("web", ONE_SLOT), role("worker", NO_PORT)),
        List.of(named("web", hosts), named("job", workers)));
  }

  /** Returns one with a worker on every host, which uses the same link. */
  public static Fleet webWithWorkers(int hosts) {
    return fleet(
        List.of(role("web", ONE_SLOT), role("worker", NO_PORT)),
        List.of(named("web", hosts), named("web", hosts)));
  }

  private static Fleet fleet(List<Role> roles, List<List<Host>> hosts) {
    var application = new Application("shop", "/srv/shop", Optional.empty(), roles, 5);
    var placed = new LinkedHashMap<String, List<Host>>();
    for (int i = 0; i < roles.size(); i++) {
      placed.put(roles.get(i).name(), hosts.get(i));
    }
    return new Fleet("production", application, placed);
  }

  private static Role role(String name, List<Slot> slots) {
    var timing =
        new Health.Timing(
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            3,
            Duration.ofSeconds(5),
            Duration.ofSeconds(30));
    return new Role(
        name,
        slots,
        new Health.Tcp(Health.From.HOST, timing),
        new DrainPolicy(Duration.ofSeconds(10), DrainPolicy.OnTimeout.PROCEED),
        Duration.ofSeconds(9));
  }

  private static List<Host> named(String name, int hosts) {
    return IntStream.rangeClosed(1, hosts)
        .mapToObj(i -> new Host(name + i, "127.0.0." + i, Optional.empty(), Reach.SSH, Map.of()))
        .toList();
  }

  /** Returns a release with hooks at every moment on hosts, of which those of some moments fail. */
  public static Delivery hooked(String version, Lifecycle... failing) {
    var commands = new EnumMap<Lifecycle, List<List<String>>>(Lifecycle.class);
    for (Lifecycle moment : Lifecycle.values()) {
      boolean fails = List.of(failing).contains(moment);
      commands.put(moment, List.of(List.of(fails ? "false" : "true")));
    }
    var hooks = new Hooks(commands, Duration.ofMinutes(1));
    Delivery plain = delivery(version, "web");
    return new Delivery(
        plain.release().with(new Procedures(hooks, List.of())),
        plain.source(),
        plain.branch(),
        plain.revision());
  }

  /** Returns a release that knows these roles. */
  public static Delivery delivery(String version, String... roles) {
    var services = new LinkedHashMap<String, Service>();
    for (String role : roles) {
      services.put(role, new Service.Systemd(role.equals("web") ? "shop.service" : role));
    }
    var release =
        new Release(
            "shop",
            version,
            new FakeArtifact(version).content(),
            Map.of(),
            services,
            List.of(),
            List.of());
    return new Delivery(
        release, new ArtifactSource.Tree("config", version, "releases/shop"), "main", version);
  }
}
