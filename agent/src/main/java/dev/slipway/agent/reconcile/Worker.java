package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Ending;
import dev.slipway.agent.journal.JournalBrokenException;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.SyncOption;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.reconcile.decision.Decision;
import dev.slipway.agent.reconcile.decision.Healing;
import dev.slipway.agent.reconcile.decision.Healing.Remedy;
import dev.slipway.agent.reconcile.past.Past;
import dev.slipway.agent.reconcile.tenancy.Departures;
import dev.slipway.agent.reconcile.tenancy.Neighbours;
import dev.slipway.agent.reconcile.tenancy.Tenancy;
import dev.slipway.agent.reconcile.turns.Beat;
import dev.slipway.agent.reconcile.turns.Gate;
import dev.slipway.agent.reconcile.turns.Remarks;
import dev.slipway.agent.reconcile.turns.Unity;
import dev.slipway.agent.rollout.Result;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.status.Condition;
import dev.slipway.agent.status.Phase;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
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
  private final Departures departures;
  private final Turning turning;
  private final Watch watch;
  private final Healing healing;
  private final Unity unity;
  private final Notes notes;
  private final Beat beat;
  private final Gate gate;
  private final Board board;
  private final Tenancy tenancy;
  private final Consumer<Worker> gone;
  private volatile Optional<Wanted> wanted = Optional.empty();
  private volatile Optional<Instant> retried = Optional.empty();
  private final AtomicReference<Optional<Delivery>> ordered =
      new AtomicReference<>(Optional.empty());
  private volatile Optional<Delivery> asked = Optional.empty();

  /** Makes a worker, which says when nothing is left of what nobody asks for any more. */
  Worker(
      Target target,
      Services services,
      Gate gate,
      Board board,
      Neighbours neighbours,
      Consumer<Worker> gone) {
    this.gone = gone;
    this.tenancy = new Tenancy(target, services.journal(), services.rollouts(), neighbours);
    this.target = target;
    this.services = services;
    this.past = new Past(services.journal(), target);
    this.preparation = new Preparation(services.artifacts(), services.keyring());
    this.unity = new Unity(services.rollouts()::unite, services.tempo(), services.clock());
    this.watch = new Watch(services, unity);
    this.departures = tenancy.departures(() -> watch.lastDeployment(target));
    this.turning = new Turning(target, services, preparation, past, departures::note);
    this.healing = new Healing(services.tempo());
    this.notes = new Notes(target, services, board, watch, departures, unity, this::deploy);
    this.beat = new Beat(services.waiter(), services.tempo().balancers());
    this.gate = gate;
    this.board = board;
  }

  /** Says what is wanted from now on; a rollout that is under way may turn to it. */
  void offer(Wanted next) {
    boolean changed = !wanted.equals(Optional.of(next));
    wanted = Optional.of(next);
    if (changed) {
      if (next instanceof Wanted.Deploy deploy) {
        turning.to(deploy);
      }
      beat.wake("something else is wanted");
    }
  }

  /** Lets failures that lie behind be forgotten. */
  void retry() {
    retried = Optional.of(services.clock().instant());
    beat.wake("a person asked for another try");
  }

  /** Goes to this release next, whatever is wanted. */
  void order(Delivery delivery) {
    ordered.set(Optional.of(delivery));
    beat.wake("a person asked for a rollback");
  }

  /** Lets go of a host that was taken out; returns whether it was. */
  boolean forget(String host, Person by) {
    return departures.forget(host, by.name(), by.why());
  }

  void close() {
    beat.stop("the agent stops");
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

  Optional<Wanted.Deploy> deploy() {
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
    beat.run(
        () -> guarded(this::turn),
        left -> guarded(() -> watch.isBalancerOther() ? Duration.ZERO : left));
  }

  /** An order that comes in between is the next turn's. */
  private Duration turn() {
    return ordered.getAndSet(Optional.empty()).map(this::rollBack).orElseGet(this::reconcile);
  }

  /** A worker never ends because of one bad step; only a broken journal stops the agent. */
  private Duration guarded(Supplier<Duration> step) {
    try {
      return step.get();
    } catch (JournalBrokenException e) {
      beat.stop("the journal is broken");
      board.broken(e);
      return Duration.ZERO;
    } catch (RuntimeException e) {
      LOG.error("{}: this is a defect of Slipway; the application is left as it is", target, e);
      notes.phase(Phase.UNKNOWN, new Condition("Defect", "Unexpected", String.valueOf(e)));
      return services.tempo().lastRetry();
    }
  }

  private Duration reconcile() {
    Duration watchAgain = services.tempo().watch();
    if (tenancy.isEnding()) {
      return leave(wanted.filter(Wanted.Absent.class::isInstance).map(Wanted.Absent.class::cast));
    }
    if (wanted.isEmpty()) {
      notes.instead(Phase.UNKNOWN, new Condition("Source", "NotReadYet", "nothing was read yet"));
      return watchAgain;
    }
    return switch (wanted.get()) {
      case Wanted.Deploy(var deployment, var _, var _, var _) -> deploy(deployment);
      case Wanted.Missing(var _, var reason) -> {
        notes.instead(Phase.SOURCE_MISSING, new Condition("SourceMissing", "Gone", reason));
        yield watchAgain;
      }
      case Wanted.Absent absent -> leave(Optional.of(absent));
      case Wanted.Invalid invalid -> {
        notes.instead(invalid.branch(), invalid.revision(), Phase.INVALID, Remarks.of(invalid));
        yield watchAgain;
      }
    };
  }

  private Duration deploy(Deployment deployment) {
    String branch = deployment.branch();
    String revision = deployment.revision();
    return switch (preparation.of(deployment)) {
      case Prepared.Ready(var delivery) -> decide(deployment, delivery);
      case Prepared.Refused(var reason) -> {
        notes.instead(
            branch, revision, Phase.INVALID, new Condition("Artifact", "Refused", reason));
        yield services.tempo().watch();
      }
      case Prepared.Unavailable(var reason) -> {
        notes.instead(
            branch, revision, Phase.DEGRADED, new Condition("Artifact", "Unavailable", reason));
        yield services.tempo().firstRetry();
      }
    };
  }

  private Duration decide(Deployment deployment, Delivery delivery) {
    asked = Optional.of(delivery);
    notes.wanted(delivery);
    past.unpin(delivery);
    return switch (Decision.of(
        watch.facts(deployment, delivery, past, retried, admission()), services.tempo())) {
      case Decision.Roll(var cause) -> roll(deployment, delivery, cause);
      case Decision.Later(var wait, var condition, var how) -> {
        Optional<Duration> repaired = meanwhile(deployment, delivery, how);
        notes.phase(Phase.DEGRADED, condition);
        yield repaired.orElse(wait);
      }
      case Decision.Hold(var condition, var how) -> {
        Optional<Duration> repaired = meanwhile(deployment, delivery, how);
        notes.phase(
            condition.type().equals("NeedsHelp") ? Phase.NEEDS_HELP : Phase.HELD, condition);
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
    verdict.sight().ifPresent(notes::seen);
    if (verdict instanceof Watch.Verdict.Split) {
      return Optional.of(unity.restore(deployment, stable)).filter(Duration::isZero);
    }
    return stable.id().equals(wanted.id())
        ? Optional.empty()
        : verdict.cause(this::remedy).map(cause -> roll(deployment, stable, cause));
  }

  private Remedy remedy(Condition drift) {
    retried.ifPresent(healing::retry);
    Set<SyncOption> options = deploy().map(Wanted.Deploy::options).orElse(Set.of());
    return healing.next(drift, options, verdict(), services.clock().instant());
  }

  private Duration watchOver(Deployment deployment, Delivery delivery) {
    Watch.Verdict verdict = watch.over(deployment, delivery);
    verdict.sight().ifPresent(notes::seen);
    return switch (verdict) {
      case Watch.Verdict.AsItShouldBe _ -> {
        healing.whole(services.clock().instant());
        deploy().ifPresent(wanted -> departures.settle(wanted, verdict()));
        notes.phase(Phase.HEALTHY);
        yield services.tempo().watch();
      }
      case Watch.Verdict.Split _ -> unite(deployment, delivery);
      case Watch.Verdict.Restarted restarted -> roll(deployment, delivery, restarted.cause());
      case Watch.Verdict.Drifted(var _, var how) -> heal(deployment, delivery, how);
      case Watch.Verdict.Impaired(var _, var how) -> {
        notes.phase(Phase.DEGRADED, how);
        yield services.tempo().watch();
      }
      case Watch.Verdict.CannotTell(var reason) -> {
        notes.phase(Phase.DEGRADED, new Condition("Observation", "CannotTell", reason));
        yield services.tempo().catchUp();
      }
    };
  }

  private Duration unite(Deployment deployment, Delivery stable) {
    notes.phase(Phase.DEGRADED);
    Duration wait = unity.restore(deployment, stable);
    notes.phase(Phase.DEGRADED);
    return wait;
  }

  private Duration heal(Deployment deployment, Delivery delivery, Condition drift) {
    return switch (remedy(drift)) {
      case Remedy.Roll(var cause) -> roll(deployment, delivery, cause);
      case Remedy.Report(var again, var why) -> {
        notes.phase(Phase.DEGRADED, why);
        yield again;
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
      notes.phase(Phase.DEGRADED, obstacle.get());
      return services.tempo().firstRetry();
    }
    try (var _ = gate.enter(deployment)) {
      departures.note(deployment);
      notes.phase(Phase.PROGRESSING);
      return ended(deployment, delivery, services.rollouts().start(deployment, delivery, cause));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      beat.stop("it was interrupted");
      return Duration.ZERO;
    }
  }

  /** What is wanted may stand on ports that are free again, so it is to be read anew. */
  private Duration leave(Optional<Wanted.Absent> absent) {
    absent.ifPresent(one -> notes.wanted(one.branch(), one.revision()));
    return switch (tenancy.end(absent, () -> watch.lastDeployment(target))) {
      case Tenancy.End.Stuck(var why) -> {
        notes.phase(Phase.DEGRADED, why);
        yield services.tempo().catchUp();
      }
      case Tenancy.End.Stays(var phase, var why) -> {
        notes.phase(phase, why);
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
    past.open()
        .ifPresent(open -> {
          LOG.info("{}: taking up rollout {} where it was left", target, open);
          notes.phase(Phase.PROGRESSING);
          services.rollouts().resume(open);
        });
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
        notes.phase(Phase.DEGRADED, new Condition("Plan", "Refused", String.join("\n", reasons)));
        yield services.tempo().watch();
      }
      case Result.NotNow(var reasons) -> {
        ordered.updateAndGet(
            order -> order.or(() -> past.owed().filter(one -> one.id().equals(delivery.id()))));
        Optional<Duration> united = meanwhile(deployment, delivery, Decision.Meanwhile.UNITE);
        notes.phase(Phase.DEGRADED, new Condition("Plan", "NotNow", String.join("\n", reasons)));
        yield united.orElse(services.tempo().catchUp());
      }
      case Result.Left _ -> {
        beat.stop("the agent stops");
        yield Duration.ZERO;
      }
    };
  }
}
