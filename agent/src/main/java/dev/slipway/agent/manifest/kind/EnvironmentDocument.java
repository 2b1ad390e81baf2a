package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.manifest.PrometheusSpec;
import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.schedule.windows.SyncWindow;
import dev.slipway.strategies.fleet.Reach;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Hosts, balancers and what runs where: all that differs between environments. */
public record EnvironmentDocument(
    String name,
    Optional<Ssh> ssh,
    List<HostEntry> hosts,
    Optional<Integer> unreachableMax,
    int maxConcurrentRollouts,
    List<BalancerEntry> balancers,
    List<ApplicationEntry> applications,
    List<SyncWindow> syncWindows,
    List<ReceiverEntry> receivers,
    Set<SyncOption> syncOptions,
    Optional<PrometheusSpec> prometheus,
    Optional<PreviewDocument> preview) {
  private static final int ROLLOUTS = 4;
  private static final int SSH_PORT = 22;
  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(10);

  public EnvironmentDocument {
    hosts = List.copyOf(hosts);
    balancers = List.copyOf(balancers);
    applications = List.copyOf(applications);
    syncWindows = List.copyOf(syncWindows);
    receivers = List.copyOf(receivers);
    syncOptions = Set.copyOf(syncOptions);
  }

  /** How hosts are reached. */
  public record Ssh(
      String user,
      int port,
      Optional<Located> proxyJump,
      String knownHosts,
      String secret,
      Become become,
      Duration connectTimeout) {}

  /** A host, or a range of hosts. */
  public record HostEntry(
      Located name,
      Optional<Located> address,
      List<Located> groups,
      Optional<String> region,
      Reach reach,
      Map<String, String> env,
      Duty duty) {}

  /** Whether a host takes part. */
  public enum Duty {
    ACTIVE,
    /** In repair: left alone. */
    SUSPENDED
  }

  /** A balancer by name. */
  public sealed interface BalancerEntry {
    /** Returns the name that applications refer to. */
    Located name();

    /** HAProxy on a group of hosts, or on the agent's own machine. */
    record Haproxy(
        Located name,
        Optional<Located> group,
        Located socket,
        Optional<String> master,
        Optional<String> stateDirectory)
        implements BalancerEntry {}

    /** Nginx on a group of hosts, or on the agent's own machine. */
    record Nginx(
        Located name,
        Optional<Located> group,
        Located file,
        Optional<String> config,
        String status,
        int maxFails,
        Optional<String> accessLog)
        implements BalancerEntry {}

    /** Slipway's own proxy. */
    record Edge(Located name, String control, Optional<String> listen) implements BalancerEntry {}

    /** The link on each host that a static site is served from. */
    record Symlink(Located name, Located link) implements BalancerEntry {}

    /**
     * A route of Istio.
     *
     * @param route the http route of a role whose placement names none
     * @param destinationRule empty for the one that is called as the VirtualService
     * @param secret the name of the secret that is a kubeconfig
     */
    record Istio(
        Located name,
        String namespace,
        String virtualService,
        Optional<String> destinationRule,
        Optional<String> route,
        String secret)
        implements BalancerEntry {
      /** Returns it with the file that the secret is in. */
      public BalancerSpec.Istio spec(Path kubeconfig) {
        return new BalancerSpec.Istio(
            name.text(),
            kubeconfig,
            namespace,
            virtualService,
            destinationRule.orElse(virtualService));
      }
    }
  }

  /**
   * An application that runs here.
   *
   * @param tree the entry as it is written
   */
  public record ApplicationEntry(
      Node.Mapping tree,
      Located name,
      List<Placement> placements,
      Optional<Located> strategy,
      Variables env) {
    /** Returns where it stands. */
    public Place place() {
      return tree.place();
    }

    /** Returns what is changed here in the application's spec. */
    public Optional<Node.Mapping> patch() {
      return tree.get("patch").filter(Node.Mapping.class::isInstance).map(Node.Mapping.class::cast);
    }
  }

  /**
   * Where a role runs.
   *
   * @param role empty for the one role of an application that names none
   */
  public record Placement(
      Place place, Optional<String> role, Located group, List<Front> balancers) {}

  /** Where a role stands in a balancer. */
  public record Front(Located name, Optional<Located> backend, Optional<Located> server) {}

  /** Reads a document that passed its schema. */
  public static EnvironmentDocument read(Fields document, String name) {
    Envelope.named(document, name);
    Fields spec = Envelope.spec(document);
    return new EnvironmentDocument(
        name,
        spec.child("ssh").map(EnvironmentDocument::ssh),
        spec.children("hosts").stream().map(EnvironmentDocument::host).toList(),
        spec.child("onUnreachable").flatMap(EnvironmentDocument::unreachableMax),
        spec.integer("maxConcurrentRollouts", ROLLOUTS),
        spec.children("balancers").stream().map(EnvironmentDocument::balancer).toList(),
        spec.children("applications").stream().map(EnvironmentDocument::application).toList(),
        WindowsDocument.read(spec.children("syncWindows")),
        ReceiverEntry.all(spec),
        spec.child("syncPolicy").map(EnvironmentDocument::syncOptions).orElse(Set.of()),
        spec.child("metrics")
            .flatMap(metrics -> metrics.child("prometheus"))
            .map(EnvironmentDocument::prometheus),
        spec.child("preview").map(PreviewDocument::read));
  }

  private static PrometheusSpec prometheus(Fields fields) {
    return new PrometheusSpec(fields.required("url").text(), Envelope.secret(fields));
  }

  private static Set<SyncOption> syncOptions(Fields fields) {
    var options = EnumSet.noneOf(SyncOption.class);
    if (fields.isTrue("prune")) {
      options.add(SyncOption.PRUNE);
    }
    if (fields.isTrue("selfHeal")) {
      options.add(SyncOption.SELF_HEAL);
    }
    return options;
  }

  private static Ssh ssh(Fields fields) {
    return new Ssh(
        fields.required("user").text(),
        fields.integer("port", SSH_PORT),
        fields.located("proxyJump"),
        fields.text("knownHosts").orElse("known_hosts"),
        Envelope.secret(fields).orElse(""),
        fields.text("become").orElse("none").equals("sudo") ? Become.SUDO : Become.NONE,
        fields.positive("connectTimeout", CONNECT_TIMEOUT));
  }

  private static HostEntry host(Fields fields) {
    return new HostEntry(
        fields.required("name"),
        fields.located("address"),
        fields.texts("groups"),
        fields.text("region"),
        fields.isTrue("local") ? Reach.LOCAL : Reach.SSH,
        env(fields),
        fields.isTrue("suspend") ? Duty.SUSPENDED : Duty.ACTIVE);
  }

  private static Map<String, String> env(Fields fields) {
    return fields.child("env").map(env -> env.variables("clear")).orElse(Map.of());
  }

  private static Optional<Integer> unreachableMax(Fields fields) {
    boolean fail = fields.text("action").orElse("skip").equals("fail");
    var most = fields.integer("maxHosts");
    if (fail && most.orElse(0) > 0) {
      fields.report("maxHosts", "goes with skip, and the action is fail", "remove one of them");
    }
    if (fail) {
      return Optional.of(0);
    }
    return most.isPresent() ? Optional.of(most.getAsInt()) : Optional.empty();
  }

  private static BalancerEntry balancer(Fields fields) {
    Located name = fields.required("name");
    return fields
        .child("haproxy")
        .<BalancerEntry>map(haproxy ->
            new BalancerEntry.Haproxy(
                name,
                haproxy.located("group"),
                haproxy.required("socket"),
                haproxy.text("master"),
                haproxy.text("stateDirectory")))
        .or(() -> fields.child("nginx").map(nginx -> nginx(name, nginx)))
        .or(() -> fields.child("edge").map(edge -> edge(name, edge)))
        .or(() -> fields.child("istio").map(istio -> istio(name, istio)))
        .or(() ->
            fields
                .child("symlink")
                .map(symlink -> new BalancerEntry.Symlink(name, symlink.required("link"))))
        .orElseThrow(() -> new IllegalStateException(name.place() + " is no balancer"));
  }

  private static BalancerEntry nginx(Located name, Fields nginx) {
    return new BalancerEntry.Nginx(
        name,
        nginx.located("group"),
        nginx.required("file"),
        nginx.text("config"),
        nginx.text("status").orElse(BalancerSpec.Nginx.STATUS),
        nginx.integer("maxFails", BalancerSpec.Nginx.MAX_FAILS),
        nginx.text("accessLog"));
  }

  private static BalancerEntry edge(Located name, Fields edge) {
    return new BalancerEntry.Edge(name, edge.required("control").text(), edge.text("listen"));
  }

  private static BalancerEntry istio(Located name, Fields istio) {
    return new BalancerEntry.Istio(
        name,
        istio.required("namespace").text(),
        istio.required("virtualService").text(),
        istio.text("destinationRule"),
        istio.text("route"),
        Envelope.secret(istio).orElse(""));
  }

  private static ApplicationEntry application(Fields fields) {
    fields.node("patch");
    return new ApplicationEntry(
        fields.tree(),
        fields.required("name"),
        placements(fields),
        fields.located("strategy"),
        Variables.under(fields));
  }

  private static List<Placement> placements(Fields fields) {
    Optional<Located> group = fields.located("group");
    List<Front> fronts = fronts(fields);
    Optional<Fields> roles = fields.child("roles");
    if (roles.isPresent() == group.isPresent()) {
      fields
          .reading()
          .report(
              fields.place(),
              roles.isPresent()
                  ? "gives both a group and roles"
                  : "does not say where '%s' runs".formatted(fields.required("name")),
              "write either group, for one role, or roles");
    }
    return roles
        .map(EnvironmentDocument::byRole)
        .orElseGet(() ->
            group.stream()
                .map(hosts -> new Placement(fields.place(), Optional.empty(), hosts, fronts))
                .toList());
  }

  private static List<Placement> byRole(Fields roles) {
    return roles.keys().stream()
        .flatMap(role ->
            roles.child(role).stream()
                .map(at ->
                    new Placement(at.place(), Optional.of(role), at.required("group"), fronts(at))))
        .toList();
  }

  private static List<Front> fronts(Fields fields) {
    return fields.children("balancers").stream()
        .map(front ->
            new Front(front.required("name"), front.located("backend"), front.located("server")))
        .toList();
  }
}
