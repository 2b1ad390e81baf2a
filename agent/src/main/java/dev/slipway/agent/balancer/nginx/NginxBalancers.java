package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Route;
import dev.slipway.agent.balancer.machine.Guard;
import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.agent.balancer.machine.Post;
import dev.slipway.agent.balancer.machine.Stillness;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import dev.slipway.strategies.traffic.FlatTraffic;
import dev.slipway.strategies.traffic.Nobody;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Where nginx balancers come from. */
public final class NginxBalancers {
  private NginxBalancers() {}

  /**
   * Returns one balancer for each machine of the specification, or one for this machine if it names
   * none. Nothing is connected before the first use.
   *
   * @throws IllegalArgumentException if the file, the address or a name would be misread by nginx
   */
  public static List<Balancer> open(
      BalancerSpec.Nginx spec, Route route, Machines machines, Become become) {
    Names.check(route);
    Names.checkPath(spec.file());
    spec.config().ifPresent(Names::checkPath);
    spec.accessLog().ifPresent(Names::checkPath);
    return Post.all(spec.name(), spec.hosts(), machines, become).stream()
        .map(post -> open(spec, route, post))
        .toList();
  }

  private static Balancer open(BalancerSpec.Nginx spec, Route route, Post post) {
    var hand = new Hand(post.machine(), spec, post.become());
    return new NginxBalancer(
        post.name(),
        spec,
        route,
        sights(spec, route, post, hand),
        hand,
        Guard.beside(spec.file(), post.machine(), post.become()),
        spec.accessLog()
            .filter(_ -> AccessLog.tells(route))
            .map(file -> new AccessLog(post.machine(), file, route)));
  }

  private static Sights sights(BalancerSpec.Nginx spec, Route route, Post post, Hand hand) {
    var address = URI.create("tcp://" + spec.status());
    if (address.getHost() == null || address.getPort() < 1) {
      throw new IllegalArgumentException(
          "balancer %s: '%s' is not of the form address:port"
              .formatted(post.name(), spec.status()));
    }
    return new Sights(
        spec,
        route.backend(),
        Line.tcp(post.machine(), address.getHost(), address.getPort()),
        hand,
        Stillness.of(post.machine(), "nginx", "nginx"));
  }

  /** Makes the files obey this agent and no other; returns what came of it, by machine. */
  public static Map<String, Act> takeOver(
      BalancerSpec.Nginx spec, Machines machines, Become become, Epoch epoch) {
    var acts = new TreeMap<String, Act>();
    for (Post post : Post.all(spec.name(), spec.hosts(), machines, become)) {
      acts.put(
          post.name(),
          Fence.takeOver(post.machine(), Guard.directory(spec.file()), post.become(), epoch));
    }
    return acts;
  }

  /** Returns, by machine, the lines that the configuration of nginx lacks for a route. */
  public static Map<String, List<String>> lacking(
      BalancerSpec.Nginx spec, Route route, Machines machines) {
    Names.check(route);
    Names.checkPath(spec.file());
    var lacking = new TreeMap<String, List<String>>();
    for (Post post : Post.all(spec.name(), spec.hosts(), machines, Become.NONE)) {
      var hand = new Hand(post.machine(), spec, post.become());
      lacking.put(
          post.name(),
          sights(spec, route, post, hand).look() instanceof View.Running running
                  && running.section().isPresent()
              ? List.of()
              : missing(spec, route, hand));
    }
    return lacking;
  }

  private static List<String> missing(BalancerSpec.Nginx spec, Route route, Hand hand) {
    return switch (hand.look(0)) {
      case Hand.Done.Not<Hand.Sight> _ -> List.of();
      case Hand.Done.With<Hand.Sight>(var sight) -> {
        var lines = new ArrayList<String>();
        if (sight.file().flatMap(file -> file.section(route.backend())).isEmpty()) {
          lines.add(spec.file());
          first(spec, route).lines().forEach(line -> lines.add("  " + line));
        }
        lines.addAll(List.of("http", "  include %s;".formatted(spec.file())));
        yield List.copyOf(lines);
      }
    };
  }

  /** Returns what is put into the file before Slipway changes it: everybody is out. */
  private static String first(BalancerSpec.Nginx spec, Route route) {
    var nobody = Upstream.of(route, new FlatTraffic(Map.of(), new Nobody.Refuse()));
    return new OwnedFile("")
        .with(route.backend(), Section.of(nobody, spec, Optional.empty()))
        .text();
  }
}
