package dev.slipway.agent.ssh;

import java.io.Closeable;
import java.io.IOException;
import net.schmizz.sshj.common.SSHRuntimeException;

/** Ends things whose end nobody has to hear of. */
final class Quietly {
  private Quietly() {}

  /** Something that may fail without consequence. */
  interface Act {
    void run() throws IOException;
  }

  static void close(Closeable closeable) {
    run(closeable::close);
  }

  static void run(Act act) {
    try {
      act.run();
    } catch (IOException | SSHRuntimeException | IllegalStateException e) {
      // It was being ended anyway, and whoever uses it next learns that it is gone.
    }
  }
}
