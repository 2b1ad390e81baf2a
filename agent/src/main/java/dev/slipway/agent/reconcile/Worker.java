package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.journal.RolloutId;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.reconcile.preview.Tenancy;
import dev.slipway.agent.reconcile.turns.Gate;
import dev.slipway.agent.reconcile.turns.Remarks;
import dev.slipway.agent.rollout.Result;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one application in one environment: it compares what is wanted with what runs, and
 * starts one rollout after the other.
 */
final class Worker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(Worker.class);

  private final Target target;
  private final Services services;
  private final Past past;
  private final Preparation preparation;
  private final Watch watch;
  private final Gate gate;
  private final Board board;
  private final Tenancy tenancy;
  private final Consumer<Worker> gone;
  private volatile Optional<Wanted> wanted = Optional.empty();
  private volatile Optional<Instant> retried = Optional.empty();
  private final AtomicReference<Optional<Delivery>> ordered =
      new AtomicReference<>(Optional.empty());
  private volatile Signal wake = new Signal();
  private volatile Optional<Delivery> asked = Optional.empty();
  private volatile boolean closed;

  /** Makes a worker, which says when nothing is left of a preview whose branch was deleted. */
  Worker(Target target, Services services, Gate gate, Board board, Consumer<Worker> gone) {
    this.gone = gone;
    this.tenancy = new Tenancy(target, services.journal(), services.rollouts());
    this.target = target;
    this.services = services;
    this.past = new Past(services.journal(), target);
    this.preparation = new Preparation(services.artifacts(), services.keyring());
    this.watch = new Watch(services);
    this.gate = gate;
    this.board = board;
  }

  /** Says what is wanted from now on; a rollout that is under way may turn to it. */
  void offer(Wanted next) {
    boolean changed = !wanted.equals(Optional.of(next));
    wanted = Optional.of(next);
    if (changed) {
      if (next instanceof Wanted.Deploy deploy) {
        Thread.ofVirtual().name("turn " + target).start(() -> turnTo(deploy));
      }
      wake.raise("something else is wanted");
    }
  }

  /** Lets failures that lie behind be forgotten. */
  void retry() {
    retried = Optional.of(services.clock().instant());
    wake.raise("a person asked for another try");
  }

  /** Goes to this release next, whatever is wanted. */
  void order(Delivery delivery) {
    ordered.set(Optional.of(delivery));
    wake.raise("a person asked for a rollback");
  }

  void close() {
    closed = true;
    wake.raise("the agent stops");
  }

  Optional<Wanted> wanted() {
    return wanted;
  }

  ApplicationStatus status() {
    return board.status(target);
  }

  /** Returns what a rollout would be about now, if the manifest says so. */
  Optional<Prepared> prepared() {
    return deploy().map(deploy -> preparation.of(deploy.deployment()));
  }

  /** Returns what a rollback can use: the wanted one, else the last one. */
  Optional<Deployment> deployment() {
    return deploy().map(Wanted.Deploy::deployment).or(() -> watch.lastDeployment(target));
  }

  private Optional<Wanted.Deploy> deploy() {
    return wanted.filter(Wanted.Deploy.class::isInstance).map(Wanted.Deploy.class::cast);
  }

  /** Returns what the windows say now. */
  Verdict verdict() {
    return admission().at(services.clock().instant());
  }

  private Admission admission() {
    return deploy().map(Wanted.Deploy::admission).orElse(Admission.ALWAYS);
  }

  /** Returns what the branch asked for when it was last decided about. */
  Optional<Delivery> asked() {
    return asked;
  }

  @Override
  public void run() {
    resume();
    ordered.updateAndGet(order -> order.or(past::owed));
    while (!closed) {
      wake = new Signal();
      rest(guarded(this::turn));
    }
  }

  /** An order that comes in between is the next turn's. */
  private Duration turn() {
    return ordered.getAndSet(Optional.empty()).map(this::rollBack).orElseGet(this::reconcile);
  }

  /** Waits, unless something happens or a balancer turns out to have been restarted. */
  private void rest(Duration whole) {
    Duration left = whole;
    while (left.isPositive() && !closed) {
      Duration often = services.tempo().balancers();
      Duration part = left.compareTo(often) < 0 ? left : often;
      if (services.waiter().await(part, wake) == Waiter.End.SIGNALLED) {
        return;
      }
      Duration after = left.minus(part);
      left = guarded(() -> watch.isBalancerOther() ? Duration.ZERO : after);
    }
  }

  /** A worker never ends because of one bad step; only a broken journal stops the agent. */
  private Duration guarded(Supplier<Duration> step) {
    try {
      return step.get();
    } catch (JournalBrokenException e) {
      closed = true;
      board.broken(e);
      return Duration.ZERO;
    } catch (RuntimeException e) {
      LOG.error("{}: this is a defect of Slipway; the application is left as it is", target, e);
      note(Phase.UNKNOWN, new Condition("Defect", "Unexpected", String.valueOf(e)));
      return services.tempo().lastRetry();
    }
  }

  private Duration reconcile() {
    Duration watchAgain = services.tempo().watch();
    if (tenancy.isEnding()) {
      return leave(wanted.filter(Wanted.Absent.class::isInstance).map(Wanted.Absent.class::cast));
    }
    if (wanted.isEmpty()) {
      seeWhatRuns();
      note(Phase.UNKNOWN, new Condition("Source", "NotReadYet", "nothing was read yet"));
      return watchAgain;
    }
    return switch (wanted.get()) {
      case Wanted.Deploy(var deployment, var _, var _) -> deploy(deployment);
      case Wanted.Missing(var _, var reason) -> {
        seeWhatRuns();
        note(Phase.SOURCE_MISSING, new Condition("SourceMissing", "Gone", reason));
        yield watchAgain;
      }
      case Wanted.Absent absent -> leave(Optional.of(absent));
      case Wanted.Invalid invalid -> {
        without(invalid.branch(), invalid.revision(), Phase.INVALID, Remarks.of(invalid));
        yield watchAgain;
      }
    };
  }

  /** People ask what runs above all when nothing, or nothing sound, is asked for any more. */
  private void seeWhatRuns() {
    past.stable()
        .flatMap(stable -> watch.lookAtLast(target, stable))
        .ifPresent(seen -> board.seen(target, seen));
  }

  private Duration deploy(Deployment deployment) {
    String branch = deployment.branch();
    String revision = deployment.revision();
    return switch (preparation.of(deployment)) {
      case Prepared.Ready(var delivery) -> decide(deployment, delivery);
      case Prepared.Refused(var reason) -> {
        without(branch, revision, Phase.INVALID, new Condition("Artifact", "Refused", reason));
        yield services.tempo().watch();
      }
      case Prepared.Unavailable(var reason) -> {
        without(branch, revision, Phase.DEGRADED, new Condition("Artifact", "Unavailable", reason));
        yield services.tempo().firstRetry();
      }
    };
  }

  private void without(String branch, String revision, Phase phase, Condition why) {
    seeWhatRuns();
    board.wanted(target, branch, revision);
    note(phase, why);
  }

  private Duration decide(Deployment deployment, Delivery delivery) {
    asked = Optional.of(delivery);
    board.wanted(target, delivery);
    past.unpin(delivery);
    return switch (Decision.of(
        watch.facts(deployment, delivery, past, retried, admission()), services.tempo())) {
      case Decision.Roll(var cause) -> roll(deployment, delivery, cause);
      case Decision.Later(var wait, var condition, var how) -> {
        Optional<Duration> repaired = meanwhile(deployment, delivery, how);
        note(Phase.DEGRADED, condition);
        yield repaired.orElse(wait);
      }
      case Decision.Hold(var condition, var how) -> {
        Optional<Duration> repaired = meanwhile(deployment, delivery, how);
        note(condition.type().equals("NeedsHelp") ? Phase.NEEDS_HELP : Phase.HELD, condition);
        yield repaired.orElse(services.tempo().watch());
      }
      case Decision.Watch() -> watchOver(deployment, delivery);
    };
  }

  /** Returns nothing unless something had to be done about what is stable. */
  private Optional<Duration> meanwhile(
      Deployment deployment, Delivery wanted, Decision.Meanwhile how) {
    Delivery stable = past.stable().orElse(wanted);
    Watch.Verdict verdict = watch.meanwhile(deployment, stable, how);
    verdict.sight().ifPresent(seen -> board.seen(target, seen));
    return verdict instanceof Watch.Verdict.Restarted restarted && !stable.id().equals(wanted.id())
        ? Optional.of(roll(deployment, stable, restarted.cause()))
        : Optional.empty();
  }

  private Duration watchOver(Deployment deployment, Delivery delivery) {
    return switch (watch.over(deployment, delivery)) {
      case Watch.Verdict.AsItShouldBe(var seen) -> {
        board.seen(target, seen);
        note(Phase.HEALTHY);
        yield services.tempo().watch();
      }
      case Watch.Verdict.Restarted restarted -> {
        board.seen(target, restarted.seen());
        yield roll(deployment, delivery, restarted.cause());
      }
      case Watch.Verdict.Drifted(var seen, var how) -> {
        board.seen(target, seen);
        note(Phase.DEGRADED, how);
        yield services.tempo().watch();
      }
      case Watch.Verdict.CannotTell(var reason) -> {
        note(Phase.DEGRADED, new Condition("Observation", "CannotTell", reason));
        yield services.tempo().catchUp();
      }
    };
  }

  private Duration rollBack(Delivery former) {
    return deployment()
        .map(deployment -> roll(deployment, former, "a person asked for a rollback"))
        .orElse(services.tempo().watch());
  }

  private Duration roll(Deployment deployment, Delivery delivery, String cause) {
    Optional<Condition> obstacle = tenancy.obstacle(deployment);
    if (obstacle.isPresent()) {
      note(Phase.DEGRADED, obstacle.get());
      return services.tempo().firstRetry();
    }
    try (var _ = gate.enter(deployment)) {
      note(Phase.PROGRESSING);
      return ended(deployment, delivery, services.rollouts().start(deployment, delivery, cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      closed = true;
      return Duration.ZERO;
    }
  }

  /** What is wanted may stand on ports that are free again, so it is to be read anew. */
  private Duration leave(Optional<Wanted.Absent> absent) {
    absent.ifPresent(one -> board.wanted(target, one.branch(), one.revision()));
    return switch (tenancy.end(absent, () -> watch.lastDeployment(target))) {
      case Tenancy.End.Stuck(var why) -> {
        note(Phase.DEGRADED, why);
        yield services.tempo().catchUp();
      }
      case Tenancy.End.Stays(var phase, var why) -> {
        note(phase, why);
        yield services.tempo().watch();
      }
      case Tenancy.End.Anew() -> {
        wanted = Optional.empty();
        yield Duration.ZERO;
      }
      case Tenancy.End.Gone() -> {
        gone.accept(this);
        yield Duration.ZERO;
      }
    };
  }

  private void resume() {
    Optional<RolloutId> open =
        services.journal().open().stream().filter(one -> one.target().equals(target)).findFirst();
    if (open.isPresent()) {
      LOG.info("{}: taking up rollout {} where it was left", target, open.get());
      note(Phase.PROGRESSING);
      services.rollouts().resume(open.get());
    }
  }

  private Duration ended(Deployment deployment, Delivery delivery, Result result) {
    return switch (result) {
      case Result.NothingToDo() -> {
        past.declareStable(delivery);
        watch.settled(deployment);
        yield Duration.ZERO;
      }
      case Result.Ended over -> {
        if (over.ending() == Ending.SUCCEEDED) {
          watch.settled(deployment);
        }
        LOG.info("{}: {} ({})", over.rollout(), Views.text(over.ending()), over.reason());
        yield Duration.ZERO;
      }
      case Result.Refused(var reasons) -> {
        note(Phase.DEGRADED, new Condition("Plan", "Refused", String.join("\n", reasons)));
        yield services.tempo().watch();
      }
      case Result.NotNow(var reasons) -> {
        ordered.updateAndGet(
            order -> order.or(() -> past.owed().filter(one -> one.id().equals(delivery.id()))));
        note(Phase.DEGRADED, new Condition("Plan", "NotNow", String.join("\n", reasons)));
        yield services.tempo().catchUp();
      }
      case Result.Left _ -> {
        closed = true;
        yield Duration.ZERO;
      }
    };
  }

  /** Runs beside the worker, which may be busy with the rollout that is to turn. */
  private void turnTo(Wanted.Deploy deploy) {
    Deployment deployment = deploy.deployment();
    if (!(preparation.of(deployment) instanceof Prepared.Ready(var delivery))) {
      return;
    }
    Verdict verdict = deploy.admission().at(services.clock().instant());
    if (!past.waits(delivery, deployment.onNewRevision(), verdict)
        && past.crossed(delivery, deploy.admission()).isEmpty()) {
      String cause = "commit " + deployment.revision();
      Rollouts rollouts = services.rollouts();
      LOG.debug("{}: {}", target, rollouts.supersede(deployment, delivery, cause));
    }
  }

  private void note(Phase phase, Condition... conditions) {
    var all = new ArrayList<>(List.of(conditions));
    deploy().ifPresent(deploy -> all.addAll(Remarks.of(deploy, services.clock().instant())));
    board.note(target, phase, all);
  }
}
