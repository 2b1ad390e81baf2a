package dev.slipway.agent.e2e.world;

import dev.slipway.agent.bench.Loopback;
import dev.slipway.agent.bench.SshdFixture;
import dev.slipway.agent.bench.Strays;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/**
 * Two local hosts and a third one, {@code web3}, that is reached over SSH and so can be down.
 *
 * <p>What runs on it goes on meanwhile, as behind a network that is broken. It has the address at
 * which a machine reaches itself, because that is where its health is asked for.
 */
public final class MixedFleet implements Fleet {
  private static final String THIRD = "127.0.0.1";

  private final Path srv;
  private final LocalFleet local;
  private final SshdFixture third;
  private final List<String> addresses;
  private final int appPort;
  private boolean suspended;

  private MixedFleet(Path srv, LocalFleet local, SshdFixture third, List<String> addresses) {
    this.srv = srv;
    this.local = local;
    this.third = third;
    this.addresses = addresses;
    this.appPort = Loopback.freePort(addresses);
  }

  /** Makes the hosts in the directory of a {@link World}, on a loopback network of their own. */
  public static MixedFleet in(Path directory, String network) {
    Path srv = directory.resolve("srv");
    SshdFixture third = SshdFixture.in(directory.resolve("web3")).listenOn(THIRD).start();
    try {
      Path secrets = Files.createDirectories(directory.resolve("secrets/test"));
      Files.copy(
          third.userKey(), secrets.resolve("deploy-key"), StandardCopyOption.COPY_ATTRIBUTES);
      Files.copy(third.knownHosts(), directory.resolve("known_hosts"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    LocalFleet local = LocalFleet.of(srv, 2, network);
    return new MixedFleet(srv, local, third, List.of(network + ".1", network + ".2", THIRD));
  }

  /** The third host cannot be reached from now on. */
  public void thirdGoesDown() {
    third.kill();
  }

  public void thirdReturns() {
    third.start();
  }

  /** Whether the third host is marked as in repair when the environment is described next. */
  public void suspendThird(boolean suspend) {
    suspended = suspend;
  }

  @Override
  public List<String> addresses() {
    return addresses;
  }

  @Override
  public int appPort() {
    return appPort;
  }

  @Override
  public String hosts() {
    return "ssh: {user: %s, port: %d, secretRef: {name: deploy-key}}\n"
            .formatted(third.user(), third.port())
        + local.hosts()
        + "  - {name: web3, address: %s, groups: [web], suspend: %s}\n"
            .formatted(addresses.getLast(), suspended);
  }

  @Override
  public String service() {
    return local.service();
  }

  @Override
  public String variables() {
    return local.variables();
  }

  @Override
  public String bounds() {
    return local.bounds();
  }

  @Override
  public void clear() {
    third.close();
    Strays.end(srv);
  }
}
