package dev.slipway.agent.balancer.haproxy;

import dev.slipway.agent.balancer.Spent;
import java.util.HashMap;
import java.util.Map;

/**
 * How long the servers of one process took to answer, reckoned from the averages that it shows.
 *
 * <p>HAProxy's average is that of all answers of a server until there are {@value #WINDOW} of them;
 * from then on each one takes the place of as much of the average as one of {@value #WINDOW} has
 * ({@code swrate_add_dynamic} in its {@code freq_ctr.h}). What it was before, and how many answers
 * came since, therefore say how long these took.
 */
final class Averages {
  private static final int WINDOW = 512;
  private static final double KEPT = 1 - 1.0 / WINDOW;

  private final Map<String, Sum> sums = new HashMap<>();
  private String generation = "";

  /** What was last shown, and all that was spent since the first time. */
  private record Sum(Average last, Spent spent) {}

  /**
   * What is shown of a server.
   *
   * @param answers so many it has given
   * @param millis the average
   */
  record Average(long answers, long millis) {
    private double weighed() {
      return (double) millis * Math.min(answers, WINDOW);
    }

    /** Returns how long the answers since an earlier average took. */
    private Spent since(Average earlier) {
      long more = answers - earlier.answers;
      long whole = Math.clamp(WINDOW - earlier.answers, 0, more);
      long fading = more - whole;
      double kept = Math.pow(KEPT, (double) fading);
      // How much of a time of one millisecond for each of them would be in the average now.
      double one = whole * kept + (1 - kept) * WINDOW;
      double millis = (weighed() - kept * earlier.weighed()) / one * more;
      return new Spent(more, millis);
    }
  }

  /** Returns what a server has spent since it was first shown; a process begins with nothing. */
  synchronized Spent spent(String process, String server, Average shown) {
    if (!generation.equals(process)) {
      generation = process;
      sums.clear();
    }
    return sums.merge(server, new Sum(shown, Spent.NONE), (before, _) -> later(before, shown))
        .spent();
  }

  /** Fewer answers than before are those of somebody who has cleared the counters. */
  private static Sum later(Sum before, Average shown) {
    return shown.answers() > before.last().answers()
        ? new Sum(shown, before.spent().plus(shown.since(before.last())))
        : new Sum(shown, before.spent());
  }
}
