package dev.slipway.agent.e2e.world;

import java.util.List;

/** The hosts on which the application of a {@link World} runs, and how manifests write them. */
public interface Fleet {

  /** Returns the address of each host; the first host is called {@code web1}. */
  List<String> addresses();

  /** Returns the application's port, the same on every host. */
  int appPort();

  /** Returns the port or the slots of the application, as they stand under {@code spec}. */
  default String ports() {
    return "port: %d".formatted(appPort());
  }

  /** Returns the environment's hosts and how they are reached, as it stands under {@code spec}. */
  String hosts();

  /** Returns the directory and the service of the application, as they stand under {@code spec}. */
  String service();

  /** Returns the application's variables, as a mapping. */
  String variables();

  /** Returns what the agent's own file lets the environment use. */
  String bounds();

  /** Ends every instance, and leaves nothing of it that a later test could find. */
  void clear();
}
