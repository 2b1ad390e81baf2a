package dev.slipway.agent.probe;

/** Where probers come from. */
public final class Probers {
  private Probers() {}

  /** Returns a prober that asks over the network and through machines. */
  public static Prober open() {
    return new NetworkProber();
  }
}
