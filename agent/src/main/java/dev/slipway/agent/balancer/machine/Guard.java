package dev.slipway.agent.balancer.machine;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import java.time.Duration;
import java.util.function.Supplier;

/** The lock that keeps an older agent from steering: changes are made inside it. */
public interface Guard {

  /** After this the machine gives the lock away, whatever becomes of us. */
  Duration HELD_MAX = Duration.ofMinutes(1);

  /** Makes a change unless a newer agent has been there. */
  Answer within(Epoch epoch, Supplier<Answer> change);

  /** Returns a guard that lets everybody in, for sockets that cannot be fenced. */
  static Guard none() {
    return (_, change) -> change.get();
  }

  /** Returns the directory that the lock and the epoch of a socket or file lie in. */
  static String directory(String path) {
    return path + ".slipway";
  }

  /** Returns a guard whose lock and epoch lie beside a socket or file, in its directory. */
  static Guard beside(String path, Machine machine, Become become) {
    return (epoch, change) ->
        switch (Fence.on(machine, directory(path), become, epoch).within(HELD_MAX, change)) {
          case Fence.Fenced.Done<Answer>(var answer) -> answer;
          case Fence.Fenced.Refused<Answer>(var reason) -> new Answer.Refused(reason);
          case Fence.Fenced.Unreachable<Answer>(var reason) -> new Answer.Unreachable(reason);
        };
  }
}
