package dev.slipway.agent.host.bootstrap;

import dev.slipway.agent.host.SshSettings;
import dev.slipway.strategies.fleet.Host;
import java.util.List;
import java.util.Optional;

/**
 * What everything that an environment places on one host needs there.
 *
 * @param ssh how the agent logs in; empty if all hosts of the environment are local
 * @param places one for each role of an application on this host
 * @param sockets of balancers on this host that the user must reach
 * @param nginxes that are steered on this host
 */
public record HostNeeds(
    String environment,
    Host host,
    Optional<SshSettings> ssh,
    List<PlaceNeeds> places,
    List<String> sockets,
    List<NginxNeeds> nginxes) {
  public HostNeeds {
    places = List.copyOf(places);
    sockets = List.copyOf(sockets);
    nginxes = List.copyOf(nginxes);
  }

  /** One on which no nginx is steered. */
  public HostNeeds(
      String environment,
      Host host,
      Optional<SshSettings> ssh,
      List<PlaceNeeds> places,
      List<String> sockets) {
    this(environment, host, ssh, places, sockets, List.of());
  }

  /** Returns who logs in and deploys. */
  String user() {
    return ssh.map(SshSettings::user).orElse("root");
  }

  /** Returns whether {@code sudo} is used at all. */
  boolean becomesRoot() {
    return ssh.filter(settings -> settings.become() == SshSettings.Become.SUDO).isPresent()
        && !user().equals("root");
  }
}
