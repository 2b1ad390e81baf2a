package dev.slipway.agent.bench.docker;

import com.github.dockerjava.api.command.CreateNetworkCmd;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Network.Ipam;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.testcontainers.containers.Network;

/**
 * The network that one set of machines has to itself, in which each keeps the address it is given.
 *
 * <p>On the engine's own network, a machine that is off loses its address to whatever boots next.
 * The addresses are from 198.18.0.0/15, which RFC 2544 keeps for benchmarks, so that they are not
 * likely to be in use where the tests run.
 */
final class InnerNetwork implements AutoCloseable {
  private static final int ATTEMPTS = 100;

  /** The first address is the engine's own, as the gateway. */
  private static final int FIRST = 2;

  private final String prefix;
  private final Network network;

  private InnerNetwork(String prefix) {
    this.prefix = prefix;
    this.network =
        Network.builder().createNetworkCmdModifier(create -> configure(create, subnet())).build();
  }

  /** Makes a network that overlaps with no other one of the engine. */
  static InnerNetwork open() {
    return open(InnerNetwork::anyPrefix);
  }

  /** Makes the first network that overlaps with no other one; a prefix lacks the last number. */
  static InnerNetwork open(Supplier<String> prefixes) {
    for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
      var network = new InnerNetwork(prefixes.get());
      if (network.isMade()) {
        return network;
      }
    }
    throw new IllegalStateException("every network overlaps with one that the engine has");
  }

  Network network() {
    return network;
  }

  /** What all addresses have in common. */
  String prefix() {
    return prefix;
  }

  /** All addresses, as {@code address/bits}. */
  String subnet() {
    return prefix + "0/24";
  }

  /** The address of a machine; they are counted from 0. */
  String address(int machine) {
    return prefix + (FIRST + machine);
  }

  /** Removes the network, which no machine may use any more. */
  @Override
  public void close() {
    network.close();
  }

  /** Testcontainers makes a network when it is first asked for its id. */
  private boolean isMade() {
    try {
      return !network.getId().isEmpty();
    } catch (DockerException e) {
      if (String.valueOf(e.getMessage()).contains("overlap")) {
        return false;
      }
      throw e;
    }
  }

  private static void configure(CreateNetworkCmd create, String subnet) {
    create.withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(subnet)));
  }

  private static String anyPrefix() {
    var random = ThreadLocalRandom.current();
    return "198.%d.%d.".formatted(random.nextInt(18, 20), random.nextInt(256));
  }
}
