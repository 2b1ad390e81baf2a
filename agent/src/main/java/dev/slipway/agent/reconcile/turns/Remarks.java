package dev.slipway.agent.reconcile.turns;

import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.schedule.windows.Admission.Verdict;
import dev.slipway.agent.status.Condition;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What people should know of what is asked for, whatever has become of it. */
public final class Remarks {
  private Remarks() {}

  /** Returns that windows are overridden, and which hosts are in repair. */
  public static List<Condition> of(Wanted.Deploy deploy, Instant now) {
    var remarks = new ArrayList<Condition>();
    if (deploy.admission().at(now) instanceof Verdict.Overridden(var windows, var reason)) {
      remarks.add(new Condition("Window", "Overridden", "%s: %s".formatted(reason, windows)));
    }
    deploy.suspended().stream().map(Remarks::suspended).forEach(remarks::add);
    return remarks;
  }

  /** Returns what is wrong with what is asked for. */
  public static Condition of(Wanted.Invalid invalid) {
    List<String> lines = invalid.problems().stream().map(String::valueOf).toList();
    return new Condition("Invalid", "Manifest", String.join("\n", lines));
  }

  private static Condition suspended(String host) {
    return new Condition(
        "Suspended",
        "InRepair",
        host + " is suspended and left alone; it catches up when that is taken back");
  }
}
