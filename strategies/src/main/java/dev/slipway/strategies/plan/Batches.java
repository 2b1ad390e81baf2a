package dev.slipway.strategies.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Cuts a fleet into batches, and checks that each leaves enough serving. */
public final class Batches {
  private Batches() {}

  /**
   * Returns the sizes of the batches that cover so many hosts; the last amount repeats, as in
   * Ansible's {@code serial}.
   *
   * @param amounts of the whole fleet, not of what is left; not empty
   */
  public static List<Integer> sizes(List<Amount> amounts, int fleetSize, int hosts) {
    var sizes = new ArrayList<Integer>();
    int left = hosts;
    for (int i = 0; left > 0; i++) {
      int size = Math.max(1, amounts.get(Math.min(i, amounts.size() - 1)).of(fleetSize));
      sizes.add(Math.min(size, left));
      left -= Math.min(size, left);
    }
    return sizes;
  }

  /** Returns the hosts cut into batches of these sizes. */
  public static List<List<HostView>> cut(List<HostView> hosts, List<Integer> sizes) {
    var batches = new ArrayList<List<HostView>>();
    int from = 0;
    for (int size : sizes) {
      batches.add(hosts.subList(from, from + size));
      from += size;
    }
    return batches;
  }

  /**
   * Returns why the batches would leave fewer serving than allowed at some moment; empty if they
   * never do. Each batch is taken to succeed before the next begins.
   *
   * @param surge how many of each batch start their release beside the former one
   */
  public static Optional<String> shortage(
      List<List<HostView>> batches, int serving, int minServing, int surge) {
    int now = serving;
    for (int i = 0; i < batches.size(); i++) {
      List<HostView> batch = batches.get(i);
      long out = batch.stream().skip(surge).filter(HostView::serves).count();
      if (now - out < minServing && out > 0) {
        return Optional.of(
            "batch %d of %d would leave %d of %d serving, and at least %d must"
                .formatted(i + 1, batches.size(), now - out, now, minServing));
      }
      now += (int) batch.stream().filter(host -> !host.serves()).count();
    }
    return Optional.empty();
  }
}
