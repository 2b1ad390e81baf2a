package dev.slipway.agent.ssh;

/** What came of asking a server to run a command. */
public sealed interface Execution {

  /** The server began it. */
  record Begun(SshProcess process) implements Execution {}

  /** The server was never asked, or said no: nothing has happened. */
  record NotBegun(String reason) implements Execution {}

  /** The server was asked and has not answered: whether it began is unknown. */
  record Lost(String reason) implements Execution {}
}
