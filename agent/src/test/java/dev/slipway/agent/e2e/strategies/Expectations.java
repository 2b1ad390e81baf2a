package dev.slipway.agent.e2e.strategies;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.net.InetSocketAddress;
import java.time.Duration;

/** What every test of a strategy expects of releases, of requests, and of who serves. */
public final class Expectations {
  public static final Duration PATIENCE = Duration.ofSeconds(90);
  public static final Behaviour SOUND = new Behaviour.Sound();

  /** So many requests at least, so that one that is lost would be seen. */
  public static final int MANY = 500;

  private Expectations() {}

  /** Releases what is sound, which has to succeed. */
  public static void release(World world, String version) {
    RolloutStatus ended = world.release(version, SOUND);
    assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
  }

  /** Starts users who hardly rest, so that many are counted; their requests carry these lines. */
  static LoadClient users(InetSocketAddress address, String... headers) {
    return LoadClient.start(
        LoadPlan.against(address).withPause(Duration.ofMillis(2)).withHeaders(headers),
        Waiter.system());
  }

  /** Waits until users have sent many requests. */
  public static void awaitMany(LoadClient load) {
    long before = load.report().sent();
    await().atMost(PATIENCE).until(() -> load.report().sent() > before + MANY);
  }

  /** Lets users send many more, and stops them; none of all requests may be lost. */
  public static LoadReport stopped(LoadClient load) {
    awaitMany(load);
    LoadReport report = load.stop();
    assertThat(report.lost()).as(report.render()).isZero();
    return report;
  }

  /** Two instances serve, and both have the release. */
  public static void assertServes(World world, String version) {
    assertThat(world.status().instances())
        .filteredOn(instance -> instance.traffic().startsWith("serving"))
        .hasSize(2)
        .allSatisfy(instance -> assertThat(instance.release()).startsWith(version + "@"));
  }
}
