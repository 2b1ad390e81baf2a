package dev.slipway.agent.probe;

import dev.slipway.agent.host.Machine;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** Asks an instance how it does. Safe for use by several threads. */
public interface Prober {

  /**
   * Asks one health question and waits for the answer, no longer than the check's time-out.
   *
   * @param variables what templates in the question are filled with
   */
  Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables);

  /** Asks a smoke test's question once and waits for the answer, no longer than its time-out. */
  Checked smoke(SmokeTest test, Addressee to);

  /**
   * Sends the requests of a warm-up and waits for their answers.
   *
   * @param isOver asked before each request; from then on no more are sent
   */
  Warmed warm(Warmup warmup, Addressee to, BooleanSupplier isOver);
}
