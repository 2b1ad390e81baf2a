package dev.slipway.agent.reconcile;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lets a rollout that is under way turn to what is wanted by now. */
final class Turning {
  private static final Logger LOG = LoggerFactory.getLogger(Turning.class);

  private final Target target;
  private final Services services;
  private final Preparation preparation;
  private final Past past;
  private final Consumer<Deployment> before;

  /**
   * Makes one.
   *
   * @param before is told what a rollout turns to
   */
  Turning(
      Target target,
      Services services,
      Preparation preparation,
      Past past,
      Consumer<Deployment> before) {
    this.before = before;
    this.target = target;
    this.services = services;
    this.preparation = preparation;
    this.past = past;
  }

  /** Runs beside the worker, which may be busy with the rollout that is to turn. */
  void to(Wanted.Deploy deploy) {
    Thread.ofVirtual().name("turn " + target).start(() -> turn(deploy));
  }

  private void turn(Wanted.Deploy deploy) {
    Deployment deployment = deploy.deployment();
    if (!(preparation.of(deployment) instanceof Prepared.Ready(var delivery))) {
      return;
    }
    Verdict verdict = deploy.admission().at(services.clock().instant());
    if (!past.waits(delivery, deployment.onNewRevision(), verdict)
        && past.crossed(delivery, deploy.admission()).isEmpty()) {
      String cause = "commit " + deployment.revision();
      Rollouts rollouts = services.rollouts();
      before.accept(deployment);
      LOG.debug("{}: {}", target, rollouts.supersede(deployment, delivery, cause));
    }
  }
}
