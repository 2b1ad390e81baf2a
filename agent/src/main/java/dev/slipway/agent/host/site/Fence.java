package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import java.time.Duration;
import java.util.function.Supplier;

/**
 * Keeps an older agent away from something on a machine that knows no epochs, such as a balancer's
 * socket or file.
 *
 * <p>The lock and the epoch lie in a directory of their own beside it, in the same form as those of
 * an application's place.
 */
public interface Fence {

  /**
   * Runs the work while the lock is held and no newer agent has been there.
   *
   * @param time after which the machine gives the lock away, whatever the work does
   */
  <T> Fenced<T> within(Duration time, Supplier<T> work);

  /** Returns a fence in a directory, which is made when it is missing. */
  static Fence on(Machine machine, String directory, Become become, Epoch epoch) {
    return new ScriptedFence(
        new ScriptSession(HostScript.load(), machine, directory, become), Call.by(epoch));
  }

  /** The fence belongs to this store from now on, whatever store it belonged to before. */
  static Act takeOver(Machine machine, String directory, Become become, Epoch epoch) {
    return new ScriptSession(HostScript.load(), machine, directory, become)
        .change(Call.by(epoch).of("takeover"));
  }

  /** What came of it. */
  sealed interface Fenced<T> {
    /** The work was done under the lock. */
    record Done<T>(T result) implements Fenced<T> {}

    /**
     * A newer agent or a foreign store has been there, or the machine is not who it was; the work
     * was not begun, and asking again is no use.
     */
    record Refused<T>(String reason) implements Fenced<T> {}

    /** The machine cannot be asked; the work was not begun. */
    record Unreachable<T>(String reason) implements Fenced<T> {}
  }
}
