package dev.slipway.strategies;

import dev.slipway.strategies.analysis.Analysis;
import dev.slipway.strategies.analysis.arms.Contest;
import dev.slipway.strategies.plan.Amount;
import dev.slipway.strategies.plan.Planning;
import dev.slipway.strategies.plan.Situation;
import dev.slipway.strategies.traffic.Audience;
import dev.slipway.strategies.traffic.Routing;
import dev.slipway.strategies.traffic.Share;
import dev.slipway.strategies.traffic.Sticky;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Divides users between the release and the stable one, and lets the numbers of both decide; then
 * the rest of the fleet is converted, or the release is taken back.
 *
 * @param audience who meets the release
 * @param contest what decides, and when
 * @param analysis takes the release back before that if its numbers are bad
 * @param instances how many candidates there are; empty means as many as can carry the share that
 *     is drawn, or one where only rules send requests
 * @param maxUnavailable as in a {@link Canary}
 * @param progressDeadline how long nothing may move before the rollout counts as failed
 */
public record AbTest(
    Audience audience,
    Contest contest,
    Optional<Analysis> analysis,
    Optional<Integer> instances,
    Amount maxUnavailable,
    Duration progressDeadline)
    implements Strategy {
  /** Half of the users. */
  public static final int USUAL_WEIGHT = 50;

  /** A cookie that the balancer gives, for as long as Flagger does. */
  public static final Sticky.Key.Issued USUAL_KEY =
      new Sticky.Key.Issued("slipway-user", Duration.ofDays(1));

  /** What {@code strategy: abTest} means without a file. */
  public static final AbTest DEFAULT =
      new AbTest(
          new Audience(List.of(), Share.percent(USUAL_WEIGHT), Optional.of(USUAL_KEY)),
          Contest.DEFAULT,
          Optional.of(Analysis.DEFAULT),
          Optional.empty(),
          new Amount.Count(1),
          Duration.ofMinutes(10));

  private static final int POINT = Share.ALL.basisPoints() / 100;

  public AbTest {
    if (instances.filter(count -> count < 1).isPresent() || !progressDeadline.isPositive()) {
      throw new IllegalArgumentException(
          "canaryScale %s and progressDeadline %s must be above zero"
              .formatted(instances, progressDeadline));
    }
  }

  @Override
  public String name() {
    return "abTest";
  }

  /** Returns a conversion without a test, for a release that was trusted before. */
  @Override
  public Canary unattended() {
    return asCanary().unattended();
  }

  @Override
  public Planning plan(Situation situation) {
    var planner = new CanaryPlanner(asCanary(), situation);
    int candidates = planner.count(percent());
    return planner.plan(
        this, lacking(situation), conversion -> test(conversion, candidates, situation));
  }

  private List<String> lacking(Situation situation) {
    return audience.lacking(situation.capabilities()).stream()
        .map(what ->
            "not every balancer of role '%s' can %s, which this abTest needs"
                .formatted(situation.role().name(), what))
        .toList();
  }

  /** Whoever met the release keeps it while the others come to it. */
  private void test(Conversion conversion, int candidates, Situation situation) {
    Routing routing = audience.routing(situation.target().digest().abbreviated());
    conversion.keeping(routing);
    conversion.grow(candidates);
    conversion.stage(
        "A/B test", audience.share(), routing, List.of(conversion.decided(contest, analysis)));
    conversion.bringAllBeside();
  }

  /** The conversion before and after the test is that of a canary with one stage. */
  private Canary asCanary() {
    return new Canary(
        List.of(new Canary.Stage.SetWeight(percent())),
        Optional.empty(),
        instances,
        maxUnavailable,
        progressDeadline);
  }

  private int percent() {
    return Math.max(1, audience.share().basisPoints() / POINT);
  }
}
