package dev.slipway.agent.balancer.edge;

import dev.slipway.agent.balancer.Compared;
import dev.slipway.agent.balancer.Tally;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.traffic.MemberState;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;

/** What the edge says over its control socket. */
public sealed interface Response {

  /**
   * This is so, as read back.
   *
   * @param generation changes when the process was restarted
   * @param epoch of the agent that it obeys; empty until the first one came
   */
  record Now(String generation, Optional<Epoch> epoch, List<PoolView> pools) implements Response {
    public Now {
      pools = List.copyOf(pools);
    }
  }

  /** Nothing was changed. */
  record Refused(Code code, String reason) implements Response {}

  /** Why something was refused. */
  enum Code {
    /** The line says nothing that this version understands. */
    BAD_REQUEST,
    /** A newer epoch of the same agent has been here. */
    STALE_EPOCH,
    /** The edge obeys another agent. */
    FOREIGN_STORE,
    UNKNOWN_POOL,
    /** It was understood and could not be done. */
    FAILED
  }

  /**
   * A pool as it is now.
   *
   * @param parked requests that wait for somebody to serve
   * @param mirrored what became of copies of requests since the process started
   * @param compared what came of comparing their answers since then
   */
  record PoolView(
      String name,
      List<MemberView> members,
      int parked,
      Optional<RoutingSpec> routing,
      Optional<MirrorView> mirrored,
      Optional<ComparedView> compared) {
    public PoolView {
      members = List.copyOf(members);
    }
  }

  /**
   * Copies of requests.
   *
   * @param sent those that went to a member
   * @param dropped those that were let go, because too many were under way or there was nobody
   * @param failed those of the sent ones that got no answer
   */
  record MirrorView(long sent, long dropped, long failed) {}

  /**
   * Answers to copies, beside those that users got.
   *
   * @param compared requests whose answers were compared
   * @param differing those of them whose answer differs in what the noise does not
   * @param noiseCompared requests of which the stable track answered a copy too
   * @param noiseDiffering those of them in which that answer differs where the candidate's does not
   * @param uncompared requests that were to be compared and could not be, since too many were under
   *     way, the user's answer was not whole, or the noise was not known
   * @param fields the first that were seen to differ: never what stands in them
   */
  record ComparedView(
      long compared,
      long differing,
      long noiseCompared,
      long noiseDiffering,
      long uncompared,
      List<FieldView> fields) {
    public ComparedView {
      fields = List.copyOf(fields);
      new Compared(compared, differing, noiseCompared, noiseDiffering);
    }

    /** Returns it in the words that all balancers share. */
    Compared counts() {
      return new Compared(compared, differing, noiseCompared, noiseDiffering);
    }
  }

  /**
   * A part of an answer that differed: {@code status}, {@code body}, {@code no answer}, {@code
   * header} with its name, or a JSON pointer in which {@code *} stands for an element of an array.
   *
   * @param differing how often it did in the candidate's answers alone
   * @param noise how often it did in the second answers of the stable track
   */
  record FieldView(String field, long differing, long noise) {}

  /**
   * A member as it is now.
   *
   * @param sessions requests in flight, upgraded connections among them
   */
  record MemberView(
      String name,
      String address,
      int port,
      int weight,
      MemberState state,
      Witness witness,
      int sessions,
      TallyView tally) {}

  /**
   * What a member has answered since the process started.
   *
   * @param classes answers by the first digit of their status, from 1xx to 5xx
   * @param failures requests that it did not answer at all
   * @param latency answers by time: slot {@code n} counts those below 2^n milliseconds and not
   *     below 2^(n-1); the last one counts the rest
   */
  record TallyView(long requests, List<Long> classes, long failures, List<Long> latency) {
    public TallyView {
      classes = List.copyOf(classes);
      latency = List.copyOf(latency);
      var counts = LongStream.concat(longs(classes), longs(latency));
      if (failures < 0 || counts.anyMatch(count -> count < 0)) {
        throw new IllegalArgumentException("a member has answered fewer than no requests");
      }
    }

    private static LongStream longs(List<Long> counts) {
      return counts.stream().mapToLong(Long::longValue);
    }

    /** Returns it in the words that all balancers share. */
    Tally tally() {
      long answered = longs(classes).sum();
      long errors = classes.isEmpty() ? 0 : classes.getLast();
      return new Tally(answered + failures, errors + failures, latency);
    }
  }
}
