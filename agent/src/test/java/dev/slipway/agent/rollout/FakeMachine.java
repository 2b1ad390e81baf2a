package dev.slipway.agent.rollout;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/** A machine that nobody may use: everything goes through the fake sites and balancers. */
record FakeMachine(String name) implements Machine {
  @Override
  public Reply run(Command command, Input input, Duration timeout) {
    throw new AssertionError("nobody runs commands here");
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
