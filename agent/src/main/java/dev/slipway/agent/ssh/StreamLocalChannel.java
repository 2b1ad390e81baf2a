package dev.slipway.agent.ssh;

import net.schmizz.sshj.common.SSHPacket;
import net.schmizz.sshj.connection.Connection;
import net.schmizz.sshj.connection.channel.direct.AbstractDirectChannel;

/** OpenSSH's channel to a Unix socket on the far side, which the library lacks. */
final class StreamLocalChannel extends AbstractDirectChannel {
  private final String path;

  StreamLocalChannel(Connection connection, String path) {
    super(connection, "direct-streamlocal@openssh.com");
    this.path = path;
  }

  /** After the path come a string and a number that OpenSSH reserves (PROTOCOL, section 2.4). */
  @Override
  protected SSHPacket buildOpenReq() {
    return super.buildOpenReq().putString(path).putString("").putUInt32(0);
  }
}
