package dev.slipway.strategies.simulation;

import dev.slipway.strategies.fleet.ReleaseId;
import dev.slipway.strategies.plan.JudgeStep;
import dev.slipway.strategies.simulation.Account.Stretch;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * What a release cost the users of a role.
 *
 * @param requests how many it answered
 * @param failed how many of those it failed
 * @param noticed the step that took it back for its numbers; empty if none did
 * @param back since when no user meets it any more; empty if users still do at the end
 */
public record Toll(long requests, long failed, Optional<Stretch> noticed, Optional<Duration> back) {
  /** Returns what it cost by an account. */
  public static Toll of(Account account, String role, ReleaseId release, Demand demand) {
    double requests = 0;
    double failed = 0;
    List<Moment> moments = account.moments(role);
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      Duration until = i + 1 < moments.size() ? moments.get(i + 1).at() : account.end();
      requests += demand.requests(moment.share(release), moment.at(), until);
      failed += demand.failed(moment.share(release), moment.at(), until);
    }
    return new Toll(
        Math.round(requests), Math.round(failed), noticed(account, role), back(moments, release));
  }

  private static Optional<Stretch> noticed(Account account, String role) {
    return account.legs().stream()
        .flatMap(leg -> leg.stretches().stream())
        .filter(stretch ->
            stretch.step() instanceof JudgeStep.Analysis judged && judged.role().equals(role))
        .filter(stretch -> !stretch.failure().isEmpty())
        .findFirst();
  }

  private static Optional<Duration> back(List<Moment> moments, ReleaseId release) {
    int last = moments.size() - 1;
    while (last >= 0 && moments.get(last).share(release).basisPoints() == 0) {
      last--;
    }
    return last + 1 < moments.size() ? Optional.of(moments.get(last + 1).at()) : Optional.empty();
  }
}
