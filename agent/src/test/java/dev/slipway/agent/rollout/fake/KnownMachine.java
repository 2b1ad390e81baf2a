package dev.slipway.agent.rollout.fake;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/** A machine that only tells which one it is, whatever it is asked. */
public record KnownMachine(FakeFleet fleet, String name) implements Machine {
  @Override
  public Reply run(Command command, Input input, Duration timeout) {
    return fleet.ask(
        name,
        () -> new Reply.Exited(0, name, "", Reply.Truncated.NO),
        () -> new Reply.Unreachable(name + " is down"));
  }

  @Override
  public Tunnel tunnel(InetSocketAddress target) throws IOException {
    throw new IOException("there is no tunnel here");
  }

  @Override
  public ByteChannel unixSocket(String path, Duration timeout) throws IOException {
    throw new IOException("there is no socket here");
  }

  @Override
  public void close() {}
}
