package dev.slipway.agent.bench.docker;

import static org.awaitility.Awaitility.await;

import com.github.dockerjava.api.DockerClient;
import dev.slipway.agent.bench.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.MountableFile;

/**
 * One machine of {@link DockerHosts}, and everything that can happen to it.
 *
 * <p>Its disk survives a power cut; its addresses and ports stay the same over any number of boots.
 */
public final class DockerHost {
  private static final Duration BOOT_DEADLINE = Duration.ofMinutes(2);

  private final String name;
  private final String address;
  private final String innerAddress;
  private final GenericContainer<?> container;

  DockerHost(String name, String address, String innerAddress, GenericContainer<?> container) {
    this.name = name;
    this.address = address;
    this.innerAddress = innerAddress;
    this.container = container;
  }

  public String name() {
    return name;
  }

  /** The loopback address at which the machine's ports are reached. */
  public String address() {
    return address;
  }

  /** The address at which the other machines of its set reach it. */
  public String innerAddress() {
    return innerAddress;
  }

  /** Runs a shell script as root, on the machine's console: no network is needed for it. */
  public Program.Ended run(String script) {
    try {
      var ended = container.execInContainer("sh", "-c", script);
      return new Program.Ended(ended.getExitCode(), ended.getStdout() + ended.getStderr());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new AssertionError("interrupted while " + name + " was running " + script, e);
    }
  }

  /** Copies a file or a directory of the tests to the machine, with its modes, owned by root. */
  public void copy(Path source, String target) {
    container.copyFileToContainer(MountableFile.forHostPath(source), target);
  }

  /** Freezes every process: connections are accepted, and nobody answers. */
  public void hang() {
    docker().pauseContainerCmd(container.getContainerId()).exec();
  }

  public void goOn() {
    docker().unpauseContainerCmd(container.getContainerId()).exec();
  }

  /** Cuts the power. */
  public void powerOff() {
    docker().killContainerCmd(container.getContainerId()).exec();
  }

  /** Shuts the machine down in order. */
  public void shutDown() {
    docker().stopContainerCmd(container.getContainerId()).exec();
  }

  /** Boots the machine again, and waits until all its units have started. */
  public void boot() {
    docker().startContainerCmd(container.getContainerId()).exec();
    await("boot of " + name)
        .atMost(BOOT_DEADLINE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> run("systemctl is-system-running && systemctl is-active ssh").status() == 0);
  }

  /** Drops every packet that comes in: open connections get silent, and new ones get no answer. */
  public void dropPackets() {
    mustRun("iptables -I INPUT -j DROP");
  }

  /** Drops every packet for one port that comes in. */
  public void dropPackets(int port) {
    mustRun("iptables -I INPUT -p tcp --dport %d -j DROP".formatted(port));
  }

  /** Lets all packets in again. */
  public void letPacketsIn() {
    mustRun("iptables -F INPUT");
  }

  GenericContainer<?> container() {
    return container;
  }

  void remove() {
    container.stop();
  }

  private void mustRun(String script) {
    var ended = run(script);
    if (ended.status() != 0) {
      throw new AssertionError("%s on %s: %s".formatted(script, name, ended));
    }
  }

  private DockerClient docker() {
    return container.getDockerClient();
  }
}
