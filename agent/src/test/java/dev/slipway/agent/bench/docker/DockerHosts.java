package dev.slipway.agent.bench.docker;

import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.model.Capability;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.SshKeys;
import dev.slipway.agent.host.SshSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.testcontainers.containers.BindMode;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.images.builder.ImageFromDockerfile;
import org.testcontainers.images.builder.Transferable;
import org.testcontainers.lifecycle.Startables;

/**
 * Machines with a real systemd and a real sshd, one container for each.
 *
 * <p>Each has a loopback address of its own, and all have the same ports, as in a manifest: the SSH
 * port, and the ports of the application, which have the same numbers inside. Among themselves they
 * have a network that no other set of machines is in. The user {@code deploy} may do everything
 * with {@code sudo -n}; {@code java} is there.
 */
public final class DockerHosts implements AutoCloseable {
  private static final String IMAGE = "slipway-bench-host";
  private static final Duration BOOT_DEADLINE = Duration.ofMinutes(2);
  private static final Duration LOGIN_DEADLINE = Duration.ofSeconds(20);
  private static final int SSH_PORT_INSIDE = 22;
  private static final int HOSTS_MAX = 200;

  private final SshKeys keys;
  private final InnerNetwork network;
  private final List<DockerHost> hosts;
  private final int sshPort;
  private final List<Integer> appPorts;

  private DockerHosts(
      SshKeys keys,
      InnerNetwork network,
      List<String> names,
      int appPortCount,
      String... capabilities) {
    this.keys = keys;
    this.network = network;
    var addresses = addresses(names.size());
    this.sshPort = Loopback.freePort(addresses);
    this.appPorts =
        Stream.generate(() -> Loopback.freePort(addresses)).distinct().limit(appPortCount).toList();
    var image = image();
    this.hosts =
        IntStream.range(0, names.size())
            .mapToObj(i ->
                describe(image, names.get(i), addresses.get(i), network.address(i), capabilities))
            .toList();
  }

  /** Boots machines of these names, each with so many ports for applications. */
  public static DockerHosts boot(
      Path directory, List<String> names, int appPortCount, String... capabilities) {
    ContainerEngine.require();
    if (names.isEmpty() || names.size() > HOSTS_MAX) {
      throw new IllegalArgumentException(names.size() + " hosts are not 1.." + HOSTS_MAX);
    }
    var keys = keysIn(directory);
    var network = InnerNetwork.open();
    boolean booted = false;
    try {
      var hosts = new DockerHosts(keys, network, names, appPortCount, capabilities);
      hosts.boot();
      booted = true;
      return hosts;
    } finally {
      if (!booted) {
        network.close();
      }
    }
  }

  private void boot() {
    boolean booted = false;
    try {
      Startables.deepStart(hosts.stream().map(DockerHost::container)).join();
      booted = true;
    } finally {
      if (!booted) {
        removeAll();
      }
    }
  }

  public List<DockerHost> all() {
    return hosts;
  }

  public DockerHost host(String name) {
    return hosts.stream().filter(host -> host.name().equals(name)).findFirst().orElseThrow();
  }

  /** The account that may log in with {@link #userKey}. */
  public String user() {
    return "deploy";
  }

  public Path userKey() {
    return keys.key("deploy", "ed25519");
  }

  /** How an agent logs in, and becomes root with sudo. */
  public SshSettings login() {
    return new SshSettings(
        user(),
        sshPort,
        Optional.empty(),
        knownHosts(),
        userKey(),
        SshSettings.Become.SUDO,
        LOGIN_DEADLINE);
  }

  /** The port on which every machine is reached by SSH, at its own address. */
  public int sshPort() {
    return sshPort;
  }

  /** The ports of applications, with the same numbers inside and outside of every machine. */
  public List<Integer> appPorts() {
    return appPorts;
  }

  /** The addresses, as {@code address/bits}, from which the machines see this one connect. */
  public String callers() {
    return network.subnet();
  }

  /** A {@code known_hosts} with the key of every machine. */
  public Path knownHosts() {
    var lines =
        hosts.stream()
            .map(host -> "[%s]:%d %s%n".formatted(host.address(), sshPort, hostKey(host.name())))
            .collect(Collectors.joining());
    try {
      return Files.writeString(keys.directory().resolve("known_hosts"), lines);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    removeAll();
    network.close();
  }

  private void removeAll() {
    hosts.parallelStream().forEach(DockerHost::remove);
  }

  private DockerHost describe(
      ImageFromDockerfile image,
      String name,
      String address,
      String innerAddress,
      String... capabilities) {
    var key = keys.key("host_" + name, "ed25519");
    var container = new GenericContainer<>(image);
    container
        .withNetwork(network.network())
        .withCreateContainerCmdModifier(create -> create.withIpv4Address(innerAddress))
        .withCreateContainerCmdModifier(create -> configure(create, name, address, capabilities))
        .withFileSystemBind("/sys/fs/cgroup", "/sys/fs/cgroup", BindMode.READ_WRITE)
        .withFileSystemBind(JavaRuntime.directory().toString(), "/opt/java", BindMode.READ_ONLY)
        .withTmpFs(Map.of("/run", "exec", "/run/lock", "", "/tmp", "exec"))
        .withCopyToContainer(file(key, 0600), "/etc/ssh/ssh_host_ed25519_key")
        .withCopyToContainer(
            file(SshKeys.publicFile(key), 0644), "/etc/ssh/ssh_host_ed25519_key.pub")
        .withCopyToContainer(
            file(SshKeys.publicFile(userKey()), 0644), "/home/deploy/.ssh/authorized_keys")
        .waitingFor(
            Wait.forSuccessfulCommand("systemctl is-system-running && systemctl is-active ssh")
                .withStartupTimeout(BOOT_DEADLINE));
    return new DockerHost(name, address, innerAddress, container);
  }

  private void configure(
      CreateContainerCmd create, String name, String address, String... capabilities) {
    var bindings = new ArrayList<PortBinding>();
    bindings.add(binding(address, sshPort, SSH_PORT_INSIDE));
    appPorts.forEach(port -> bindings.add(binding(address, port, port)));
    var added = Stream.concat(Stream.of("NET_ADMIN"), Stream.of(capabilities));
    var host =
        Objects.requireNonNull(create.getHostConfig(), "Testcontainers gives a host config")
            .withPortBindings(bindings)
            .withSecurityOpts(List.of("seccomp=unconfined", "apparmor=unconfined"))
            .withCapAdd(added.map(Capability::valueOf).toArray(Capability[]::new));
    create
        .withHostName(name)
        .withExposedPorts(bindings.stream().map(PortBinding::getExposedPort).toList())
        .withHostConfig(shareCgroups(host));
  }

  // The bound tree of version 2 is that of the machine, so the container must not see a part of it.
  private static HostConfig shareCgroups(HostConfig host) {
    return ContainerEngine.hasUnifiedCgroups() ? host.withCgroupnsMode("host") : host;
  }

  private String hostKey(String name) {
    return SshKeys.publicLine(keys.key("host_" + name, "ed25519"));
  }

  /** A network of its own for each set of machines, so that test runs do not meet. */
  private static List<String> addresses(int count) {
    var random = ThreadLocalRandom.current();
    var network = "127.%d.%d.".formatted(random.nextInt(16, 255), random.nextInt(256));
    return IntStream.rangeClosed(1, count).mapToObj(number -> network + number).toList();
  }

  private static ImageFromDockerfile image() {
    // Kept under a fixed name: the engine builds it once, and finds all its layers again later.
    return new ImageFromDockerfile(IMAGE, false)
        .withFileFromClasspath("Dockerfile", "dev/slipway/agent/bench/docker/Dockerfile")
        .withBuildImageCmdModifier(build -> build.withNetworkMode("host"));
  }

  private static PortBinding binding(String address, int outside, int inside) {
    return new PortBinding(Binding.bindIpAndPort(address, outside), ExposedPort.tcp(inside));
  }

  private static Transferable file(Path file, int mode) {
    try {
      return Transferable.of(Files.readAllBytes(file), mode);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SshKeys keysIn(Path directory) {
    try {
      return new SshKeys(Files.createDirectories(directory));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
