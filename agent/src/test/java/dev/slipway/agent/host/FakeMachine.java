package dev.slipway.agent.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.ByteChannel;
import java.time.Duration;

/** A machine that nobody may use: everything goes through the fake sites and balancers. */
public record FakeMachine(String name) implements Machine {
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
