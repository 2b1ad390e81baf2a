package dev.slipway.agent.host;

import dev.slipway.agent.ssh.Ssh;
import dev.slipway.agent.ssh.SshEndpoint;
import dev.slipway.agent.ssh.SshLimits;
import dev.slipway.agent.ssh.SshTrust;
import dev.slipway.strategies.fleet.Host;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Machines by host, each with the one connection that is kept until the pool is closed. */
final class MachinePool implements Machines {
  private final Optional<SshSettings> settings;
  private final Optional<Ssh> ssh;
  private final Map<Host, Machine> machines = new ConcurrentHashMap<>();

  MachinePool(Optional<SshSettings> settings) {
    this.settings = settings;
    this.ssh = settings.map(MachinePool::ssh);
  }

  private static Ssh ssh(SshSettings settings) {
    return new Ssh(
        SshTrust.of(settings.privateKey(), settings.knownHosts()),
        SshLimits.DEFAULT.withDial(settings.connectTimeout()));
  }

  @Override
  public Machine machine(Host host) {
    return machines.computeIfAbsent(
        host,
        _ ->
            switch (host.reach()) {
              case LOCAL -> new LocalMachine(host.name());
              case SSH -> overSsh(host);
            });
  }

  private Machine overSsh(Host host) {
    var how =
        settings.orElseThrow(() ->
            new IllegalArgumentException(
                "host %s is reached over SSH, and its environment has no ssh settings"
                    .formatted(host)));
    var endpoint = SshEndpoint.of(how.user(), host.address(), how.port());
    var way =
        how.proxyJump()
            .map(jump -> endpoint.via(SshEndpoint.parse(jump, how.user())))
            .orElse(endpoint);
    return new SshMachine(host.name(), way, ssh.orElseThrow());
  }

  @Override
  public void close() {
    machines.values().forEach(Machine::close);
    machines.clear();
  }
}
