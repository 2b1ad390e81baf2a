package dev.slipway.agent.balancer.edge.proxy.requests;

import io.undertow.server.ServerConnection;
import io.undertow.util.AttachmentKey;
import java.util.Optional;

/** Tells the passage that a client's connection is busy with when that connection is closed. */
final class ClientWatch {
  private static final AttachmentKey<ClientWatch> KEY = AttachmentKey.create(ClientWatch.class);

  private Optional<Passage> passage = Optional.empty();

  private ClientWatch() {}

  /** Returns the one watch of a connection, so that its listeners do not pile up. */
  static ClientWatch of(ServerConnection connection) {
    var known = connection.getAttachment(KEY);
    if (known != null) {
      return known;
    }
    var watch = new ClientWatch();
    connection.putAttachment(KEY, watch);
    connection.addCloseListener(_ -> watch.closed());
    return watch;
  }

  void follow(Passage next) {
    passage = Optional.of(next);
  }

  private void closed() {
    passage.ifPresent(Passage::clientGone);
    passage = Optional.empty();
  }
}
