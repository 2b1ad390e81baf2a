package dev.slipway.agent.host;

/** What was seen of a slot's process. */
public sealed interface ProcessSighting {

  /**
   * It runs.
   *
   * @param mark tells this process from every other: boot id with systemd's InvocationID, or with
   *     pid and start time
   * @param restarts how often the service manager has restarted it by itself
   */
  record Running(String mark, int restarts, Origin origin) implements ProcessSighting {}

  /** It does not run. */
  record Stopped(String detail) implements ProcessSighting {}

  /** It cannot be told. */
  record Unknown(String reason) implements ProcessSighting {}

  /** It cannot be told: the host is not who it was, or does not accept us. Do not ask again. */
  record IdentityRefused(String reason) implements ProcessSighting {}

  /** Whose process it is. */
  enum Origin {
    /** The one that Slipway started after it had set the link. */
    RECORDED,
    /** Another one: restarted by the service manager, by a reboot or by a person. */
    OTHER,
    /**
     * One of a former release: it began before the link was set, or says so itself. Whatever it
     * answers says nothing about the release that the link points at.
     */
    FORMER
  }
}
