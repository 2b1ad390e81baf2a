package dev.slipway.strategies;

import dev.slipway.strategies.plan.HostView;
import dev.slipway.strategies.plan.Situation;
import java.util.ArrayList;
import java.util.List;

/** The roles that are replaced with another one, because they use its link, and what they spare. */
final class Company {
  /** As a role that is not judged rolls by itself. */
  private static final int UNAVAILABLE = 1;

  private final List<Other> others;

  Company(Situation situation) {
    others = situation.beside().stream().map(Other::new).toList();
  }

  /** Returns how many of a role that is not judged must serve at every moment. */
  static int minServing(Situation situation) {
    return new Hosts(situation).minServing(UNAVAILABLE);
  }

  /** One of those roles, and how many of it may be out at once. */
  private record Other(Situation situation, int serving, int room) {
    private Other(Situation situation) {
      this(situation, new Hosts(situation).serving());
    }

    private Other(Situation situation, int serving) {
      this(situation, serving, serving - minServing(situation));
    }

    private int servingOn(List<HostView> hosts) {
      return (int)
          hosts.stream()
              .filter(host -> host.on(situation).stream().anyMatch(HostView::serves))
              .count();
    }
  }

  /** Returns why not even one of these hosts can be replaced; the stricter role wins. */
  List<String> refusals(List<HostView> replaced) {
    return others.stream()
        .filter(other -> other.room() < 1 && other.servingOn(replaced) > 0)
        .map(other ->
            "role '%s' uses the same link and would stop with it, and at least %d of %d must serve"
                .formatted(
                    other.situation().role().name(),
                    other.serving() - other.room(),
                    other.serving()))
        .toList();
  }

  /** Returns the batches cut so small that every role keeps enough. */
  List<List<HostView>> split(List<List<HostView>> batches) {
    return batches.stream().flatMap(batch -> cut(batch).stream()).toList();
  }

  private List<List<HostView>> cut(List<HostView> batch) {
    var parts = new ArrayList<List<HostView>>();
    int from = 0;
    for (int to = 1; to <= batch.size(); to++) {
      if (to - from > 1 && isTooWide(batch.subList(from, to))) {
        parts.add(batch.subList(from, to - 1));
        from = to - 1;
      }
    }
    parts.add(batch.subList(from, batch.size()));
    return parts;
  }

  private boolean isTooWide(List<HostView> hosts) {
    return others.stream().anyMatch(other -> other.servingOn(hosts) > Math.max(1, other.room()));
  }
}
