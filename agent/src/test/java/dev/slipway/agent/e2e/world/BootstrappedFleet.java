package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Machines on which the user who deploys is one that only {@code slipway bootstrap} has made. */
public final class BootstrappedFleet implements Fleet {
  private static final String USER = "pilot";

  private final DockerHosts hosts;
  private final MachineFleet machines;

  private BootstrappedFleet(DockerHosts hosts, MachineFleet machines) {
    this.hosts = hosts;
    this.machines = machines;
  }

  /** Prepares machines as an administrator does who leaves the rest to Slipway. */
  public static BootstrappedFleet on(DockerHosts hosts) {
    return new BootstrappedFleet(hosts, MachineFleet.on(hosts));
  }

  /** Puts the key and the host keys where an agent looks whose own file lies in a directory. */
  public void letIn(Path directory) {
    machines.letIn(directory);
  }

  /** Runs a command as whoever holds the agent's key. */
  public Program.Ended ssh(DockerHost host, List<String> options, String script) {
    var words =
        new ArrayList<Object>(
            List.of(
                Server.SSH.require(),
                "-F",
                "none",
                "-p",
                String.valueOf(hosts.sshPort()),
                "-i",
                hosts.userKey(),
                "-o",
                "BatchMode=yes",
                "-o",
                "UserKnownHostsFile=" + hosts.knownHosts()));
    words.addAll(options);
    words.add(USER + "@" + host.address());
    if (!script.isEmpty()) {
      words.add(script);
    }
    return Program.of(words.toArray()).run();
  }

  @Override
  public List<String> addresses() {
    return machines.addresses();
  }

  @Override
  public int appPort() {
    return machines.appPort();
  }

  @Override
  public String hosts() {
    return machines.hosts().replace("user: " + hosts.user(), "user: " + USER);
  }

  @Override
  public String service() {
    return machines.service() + "linkedDirs: [log]\n";
  }

  @Override
  public String variables() {
    return machines.variables();
  }

  @Override
  public String bounds() {
    return machines.bounds();
  }

  @Override
  public void clear() {
    machines.clear();
  }
}
