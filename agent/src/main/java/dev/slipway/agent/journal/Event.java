package dev.slipway.agent.journal;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Receiver.Occasion;
import dev.slipway.agent.manifest.Target;
import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.Plan;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Something that happened or was decided, worth surviving a crash. */
public sealed interface Event {

  /** An event that is about one application in one environment. */
  sealed interface OfTarget extends Event {
    /** Returns what it is about. */
    Target target();
  }

  /** An event of one rollout. */
  sealed interface OfRollout extends OfTarget {
    /** Returns the rollout. */
    RolloutId rollout();

    @Override
    default Target target() {
      return rollout().target();
    }
  }

  /**
   * A rollout begins; written before anything is touched.
   *
   * @param stable what the way back leads to; empty before the first success
   * @param cause who or what asked for it, for people
   * @param supersedes the rollout that this one took over from
   */
  record RolloutStarted(
      RolloutId rollout,
      Deployment deployment,
      Delivery delivery,
      Optional<Delivery> stable,
      Plan plan,
      String cause,
      Optional<RolloutId> supersedes)
      implements OfRollout {}

  /** A step begins: from here on it is unknown until it ended. */
  record StepStarted(RolloutId rollout, Position position) implements OfRollout {}

  /** The traffic that is wanted now has this step applied; written before a balancer is told. */
  record TrafficWanted(RolloutId rollout, Position position) implements OfRollout {}

  /** A step ended. */
  record StepEnded(RolloutId rollout, Position position, Outcome outcome) implements OfRollout {}

  /** A person wants the rollout to go back. */
  record AbortAsked(RolloutId rollout, String who, String why) implements OfRollout {}

  /**
   * A person lets the rollout go on from a step at which it waits.
   *
   * @param how it was said: by which command, or in which commit
   */
  record Approved(RolloutId rollout, Position position, String who, String how, String why)
      implements OfRollout {}

  /**
   * What the former release had before the rollout is known, so that a restart need not ask again.
   */
  record FormerMeasured(RolloutId rollout, List<Gauge> gauges) implements OfRollout {
    public FormerMeasured {
      gauges = List.copyOf(gauges);
    }

    /**
     * One number of it.
     *
     * @param value in the unit of its metric; empty if it could not be had
     * @param requests how many it was made of, where that is known
     * @param reason why there is none
     */
    public record Gauge(
        String metric, OptionalDouble value, OptionalLong requests, String reason) {}
  }

  /**
   * The rollout goes back.
   *
   * @param leg the number of the plan that begins, see {@link Position}
   * @param reason what failed, or who aborted and why
   * @param log the last lines of the output of what failed
   * @param plan the way back
   */
  record Turned(RolloutId rollout, int leg, Why why, String reason, String log, Plan plan)
      implements OfRollout {}

  /** Why a rollout goes back. */
  enum Why {
    /** The release was judged bad. */
    BAD,
    /** It could not be done, which says nothing about the release. */
    ERRORED,
    /** A person aborted it. */
    ABORTED
  }

  /** A rollout is over. */
  record RolloutEnded(
      RolloutId rollout, Ending ending, String reason, List<String> incomplete, String log)
      implements OfRollout {
    public RolloutEnded {
      incomplete = List.copyOf(incomplete);
    }
  }

  /** A notice is about to be sent: from here on it may have arrived. */
  record NoticeTried(RolloutId rollout, Occasion occasion, String receiver) implements OfRollout {}

  /**
   * What came of sending a notice.
   *
   * @param detail for people, without the address
   */
  record NoticeAnswered(
      RolloutId rollout, Occasion occasion, String receiver, Receipt receipt, String detail)
      implements OfRollout {}

  /** What is known of a notice that was sent. */
  enum Receipt {
    DELIVERED,
    /** It did not arrive and is sent again. */
    FAILED,
    /** It is not sent any more, whether it arrived or not. */
    GIVEN_UP
  }

  /** All that is left of a rollout whose steps were pruned. */
  record RolloutSummarised(Summary summary) implements OfRollout {
    @Override
    public RolloutId rollout() {
      return summary.rollout();
    }
  }

  /** This release counts as stable, although no rollout of this journal brought it. */
  record StableDeclared(Target target, Delivery delivery, String how) implements OfTarget {}

  /** A release was judged bad, or aborted by a person. */
  record Quarantined(Target target, ReleaseId release, String reason) implements OfTarget {}

  /** A person lets a release be tried again. */
  record QuarantineLifted(Target target, ReleaseId release, String who) implements OfTarget {}

  /** A person holds the application on a release. */
  record Pinned(Target target, ReleaseId release, String who, String why) implements OfTarget {}

  /** The branch decides again. */
  record Unpinned(Target target, String who) implements OfTarget {}

  /**
   * Balancers showed what is wanted, in these lives of theirs: a later one has forgotten it.
   *
   * @param generations what each balancer called its life, by its name
   */
  record BalancersSettled(Target target, Map<String, String> generations) implements OfTarget {
    public BalancersSettled {
      generations = Map.copyOf(generations);
    }
  }

  /**
   * Several balancers in front of one role did not say the same; written before they are told what
   * follows from the release that is stable.
   *
   * @param differences of each from what it is to be
   */
  record BalancersSplit(Target target, ReleaseId stable, List<String> differences)
      implements OfTarget {
    public BalancersSplit {
      differences = List.copyOf(differences);
    }
  }

  /** Balancers that had not said the same were told, and showed that they do now. */
  record BalancersUnited(Target target, ReleaseId stable) implements OfTarget {}

  /**
   * Processes were started with secrets that have these marks; others have to be written anew.
   *
   * @param marks of each secret, by its name; they tell nothing of its value
   */
  record SecretsSettled(Target target, Map<String, String> marks) implements OfTarget {
    public SecretsSettled {
      marks = Map.copyOf(marks);
    }
  }

  /**
   * A person says that an application is no concern of the agent's any more; it is left as it is.
   */
  record Forgotten(Target target, String who, String why) implements OfTarget {}

  /**
   * A preview has these ports for itself, and a seat, from now on; written before anything is done
   * about it.
   *
   * @param ports by role and slot
   */
  record PreviewAllotted(Target target, String branch, Map<String, Integer> ports)
      implements OfTarget {
    public PreviewAllotted {
      ports = Map.copyOf(ports);
    }
  }

  /** A port of a preview turned out to be a program's that others had started. */
  record PortForeign(Target target, int port, String where) implements OfTarget {}

  /** A preview begins to be removed: from here on parts of it may be gone. */
  record RemovalStarted(Target target, Deployment deployment, String cause) implements OfTarget {}

  /**
   * Nothing is left of a preview; its ports and its seat are free.
   *
   * @param deleted the branch, if that is gone too: what comes under its name is another one
   */
  record PreviewRemoved(Target target, Optional<String> deleted) implements OfTarget {}

  /**
   * These hosts are part of it no more; what ran there runs on.
   *
   * @param deployment the last one that they were part of
   */
  record HostsLeft(Target target, Deployment deployment, List<String> hosts) implements OfTarget {
    public HostsLeft {
      hosts = List.copyOf(hosts);
    }
  }

  /** Nothing runs any more on hosts that had left, or it is no concern of the agent's. */
  record HostsCleared(Target target, List<String> hosts, String why) implements OfTarget {
    public HostsCleared {
      hosts = List.copyOf(hosts);
    }
  }

  /** Hosts that had left, or were cleared after that, are part of it again. */
  record HostsReturned(Target target, List<String> hosts) implements OfTarget {
    public HostsReturned {
      hosts = List.copyOf(hosts);
    }
  }

  /** The tip of a branch was accepted; the next one must descend from it. */
  record TipAccepted(String repository, String branch, String commit) implements Event {}

  /**
   * The journal was lost, and this is what a repository's status had seen of it.
   *
   * @param sequence every event from this one on has a higher number
   * @param rollout every rollout from now on has a higher number
   */
  record JournalLost(String repository, long sequence, long rollout) implements Event {}

  /** Status with this sequence number is on the server. */
  record StatusPublished(String repository, long sequence) implements Event {}
}
