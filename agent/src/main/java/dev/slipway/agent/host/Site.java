package dev.slipway.agent.host;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/**
 * One application's place on one host: its releases, links, environment and services.
 *
 * <p>Every verb says what is true afterwards, may be repeated, and takes the lock of the host.
 */
public interface Site {

  /** The release lies complete and verified on the host; its files are sent only if they do not. */
  Act stage(Release release, Artifact artifact);

  /**
   * The release's task ended well just now; what was left of a former run was ended before. The
   * release is staged.
   */
  Act run(Release release, Task task);

  /**
   * The commands that the release has for a moment of its life in a slot ended well just now; what
   * was left of a former run for this slot was ended before. The release is staged.
   */
  Act run(Slot slot, Release release, Lifecycle moment);

  /**
   * Returns the same place, at which commands are told for which step of which rollout they run.
   */
  Site during(Occasion occasion);

  /**
   * The step of a rollout that something is done for: the same one when it is done again, because
   * the agent or the host died.
   */
  record Occasion(String rollout, String step) {}

  /** Looks whether the last run here was of this task, and how it ended; changes nothing. */
  Ran ran(Release release, Task task);

  /** What is known of a task's run. */
  enum Ran {
    /** It ended well. */
    WELL,
    /** Something of the last run, of this task or another, still runs. */
    RUNNING,
    /** It failed, was cut off or never began. */
    NOT,
    /** The host cannot be asked. */
    UNKNOWN
  }

  /** The slot's link points at the release, which is staged, and its environment is written. */
  Act activate(Slot slot, Release release);

  /** The slot's link points where others had pointed it. */
  Act relink(Slot slot, String target);

  /** The slot has no link. */
  Act clear(Slot slot);

  /**
   * The slot's service runs, in a process that began after the link was last set to this release,
   * or back to what others had put there.
   */
  Act start(Slot slot, Release release);

  /** The slot's service does not run; after the time it is killed with all that belongs to it. */
  Act stop(Slot slot, Release release, Duration timeout);

  /** Removes releases beyond those to keep; never one that a link or the caller names. */
  Act prune(Set<String> neededDirectories, int keepReleases);

  /**
   * Nothing of the application is there any more, and its directory neither; what runs has to be
   * stopped before.
   */
  Act remove();

  /** Looks at everything of the application on the host; changes nothing. */
  Sighting look();

  /** Returns how many bytes have room where the application lies; nothing if nobody can tell. */
  OptionalLong freeBytes();

  /** Returns whether a directory is there, below the application's own or absolute. */
  boolean lies(String path);

  /** Looks at one slot's process, to tell one process from the next; changes nothing. */
  ProcessSighting process(Slot slot, Release release);

  /**
   * Returns the process in a slot as it was seen. Where others had put something, only the release
   * that takes its place says which service is meant, so the host is asked again.
   */
  default ProcessSighting process(Slot slot, Sighting.SlotSeen seen, Release release) {
    return seen.occupant() instanceof Occupant.Foreign ? process(slot, release) : seen.process();
  }

  /** Returns the last lines that the slot's service wrote, for people; empty if none can be had. */
  default String log(Slot slot, Release release) {
    return "";
  }
}
