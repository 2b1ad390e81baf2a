package dev.slipway.agent.e2e.comparison;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.e2e.world.Front;
import dev.slipway.agent.e2e.world.LocalFleet;
import dev.slipway.agent.e2e.world.Origin;
import dev.slipway.agent.e2e.world.World;
import dev.slipway.agent.status.RolloutStatus;
import dev.slipway.agent.time.Waiter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * One deployment and one way back of one contender: a real agent and pushes, two local hosts with
 * two slots behind a real balancer, and requests without end.
 */
final class Race {
  static final int HOSTS = 2;
  private static final Behaviour SOUND = new Behaviour.Sound();

  private final Contender contender;
  private final World world;
  private final Lookout lookout;
  private final Chronicle chronicle;

  private Race(Contender contender, World world, Lookout lookout, Chronicle chronicle) {
    this.contender = contender;
    this.world = world;
    this.lookout = lookout;
    this.chronicle = chronicle;
  }

  /** Runs it in a directory of its own, on the hosts of a network like {@code 127.1.55}. */
  static Measured run(Contender contender, Path directory, String network) {
    var fleet = LocalFleet.withSlots(directory.resolve("srv"), HOSTS, network);
    Front front = contender.kind().front(directory, fleet);
    try (var numbers = new Numbers(network + ".100");
        var world =
            new World(directory, fleet, Origin.byFile(directory.resolve("git")))
                .behind(front)
                .strategy(contender.spec(numbers.url()))
                .describe()
                .start()) {
      release(world, "1");
      try (var lookout = Lookout.at(front.address(), contender.scheme().hasTesters());
          var chronicle = Chronicle.of(world.srv())) {
        return new Race(contender, world, lookout, chronicle).run();
      }
    }
  }

  static void release(World world, String version) {
    RolloutStatus ended = world.release(version, SOUND);
    assertThat(ended.ending()).as(ended.toString()).contains("succeeded");
  }

  private Measured run() {
    Instant begun = Waiter.wallClock().instant();
    lookout.awaitMany();
    release(world, "2");
    lookout.awaitMany();
    boolean isAborted = takeBack();
    lookout.awaitMany();
    Annals annals = Annals.of(world);
    Span there = annals.rollout("2");
    var quiet = new Span(begun, there.begun());
    Instant wish = isAborted ? annals.abort().orElseThrow() : annals.lastBegun();
    return new Measured(
        contender,
        there.took(),
        lookout.requests(there),
        lookout.longestSilence(there),
        lookout.longestSilence(quiet),
        chronicle.extra(there, HOSTS),
        together(there),
        back(wish),
        Yardstick.of(annals));
  }

  /**
   * Goes back as soon as the first user has met a release; returns whether it was still under way,
   * so that it could be aborted. Else its commit is reverted.
   */
  private boolean takeBack() {
    String push = world.push("3", SOUND);
    if (contender.scheme().isUnseen()) {
      chronicle.awaitRunning(2L * HOSTS);
      lookout.awaitMany();
    } else {
      lookout.awaitMet("3");
    }
    boolean isAborted = world.type("abort", "shop").exitCode() == ExitCode.OK;
    if (!isAborted) {
      world.ended(push);
      String revert = world.checkout().revert(push);
      world.checkout().push();
      push = revert;
    }
    RolloutStatus ended = world.ended(push);
    assertThat(ended.ending()).as(ended.toString()).contains(isAborted ? "aborted" : "succeeded");
    return isAborted;
  }

  /** From the first answer of the new release to the last one of the former. */
  private Duration together(Span there) {
    Duration both =
        lookout
            .first("2", there)
            .flatMap(first -> lookout.last("1", there).map(last -> Duration.between(first, last)))
            .orElse(Duration.ZERO);
    return both.isNegative() ? Duration.ZERO : both;
  }

  /** Until the release that is taken back has answered for the last time, and the former does. */
  private Optional<Duration> back(Instant wish) {
    var after = new Span(wish, Waiter.wallClock().instant());
    return lookout
        .last("3", new Span(Instant.EPOCH, after.ended()))
        .flatMap(last ->
            lookout
                .first("2", after)
                .map(first -> Duration.between(wish, first.isAfter(last) ? first : last)));
  }
}
