package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.host.site.Fence;
import java.time.Duration;
import java.util.function.Supplier;

/** Keeps an older agent from steering: changes are made inside it. */
interface Guard {

  /** After this the machine gives the lock away, whatever becomes of us. */
  Duration HELD_MAX = Duration.ofMinutes(1);

  /** Makes a change unless a newer agent has been there. */
  Answer within(Epoch epoch, Supplier<Answer> change);

  /** Returns a guard that lets everybody in, for sockets that cannot be fenced. */
  static Guard none() {
    return (_, change) -> change.get();
  }

  /** Returns the directory that the lock and the epoch of a socket lie in. */
  static String directory(String socket) {
    return socket + ".slipway";
  }

  /** Returns a guard whose lock and epoch lie beside the socket, in {@code <socket>.slipway}. */
  static Guard beside(String socket, Machine machine, Become become) {
    return (epoch, change) ->
        switch (Fence.on(machine, directory(socket), become, epoch).within(HELD_MAX, change)) {
          case Fence.Fenced.Done<Answer>(var answer) -> answer;
          case Fence.Fenced.Refused<Answer>(var reason) -> new Answer.Refused(reason);
          case Fence.Fenced.Unreachable<Answer>(var reason) -> new Answer.Unreachable(reason);
        };
  }
}
