package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Machine.Input;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** Holds the script's lock for as long as its input is open. */
final class ScriptedFence implements Fence {
  private static final Duration WAIT = Duration.ofSeconds(60);
  private static final Duration MARGIN = Duration.ofSeconds(30);

  private final ScriptSession session;
  private final Call anyCall;

  ScriptedFence(ScriptSession session, Call anyCall) {
    this.session = session;
    this.anyCall = anyCall;
  }

  @Override
  public <T> Fenced<T> within(Duration time, Supplier<T> work) {
    var token = UUID.randomUUID().toString();
    var held = new Held<>(token, work);
    var hold =
        anyCall
            .of("hold")
            .with("token", token)
            .with("timeout", String.valueOf(Math.max(1, time.toSeconds())))
            .reading(held)
            .within(time.plus(MARGIN));
    var reply = session.answer(hold);
    return held.result().<Fenced<T>>map(Fenced.Done::new).orElseGet(() -> notBegun(reply));
  }

  private static <T> Fenced<T> notBegun(ScriptReply reply) {
    return switch (reply) {
      case ScriptReply.Ended(var outcome, var detail, var _)
          when outcome == ScriptReply.Outcome.REFUSED ->
          new Fenced.Refused<>(detail);
      case ScriptReply.Ended _, ScriptReply.Absent _ ->
          new Fenced.Unreachable<>("the lock was not had in time");
      case ScriptReply.Silent(var reason) -> new Fenced.Unreachable<>(reason);
      case ScriptReply.Unreachable(var reason) -> new Fenced.Unreachable<>(reason);
      case ScriptReply.IdentityRefused(var reason) -> new Fenced.Refused<>(reason);
    };
  }

  /** The input of the call that holds the lock: nothing, for as long as the work takes. */
  private final class Held<T> implements Input {
    private final String token;
    private final Supplier<T> work;
    private volatile Optional<T> result = Optional.empty();

    Held(String token, Supplier<T> work) {
      this.token = token;
      this.work = work;
    }

    Optional<T> result() {
      return result;
    }

    @Override
    public void writeTo(OutputStream out) {
      if (result.isEmpty() && isHeld()) {
        result = Optional.of(work.get());
      }
    }

    /** Where the script does not lie yet, nobody waits for the lock: it is sent first. */
    private boolean isHeld() {
      var asked =
          session.run(
              anyCall
                  .of("held")
                  .with("token", token)
                  .with("timeout", String.valueOf(WAIT.toSeconds())));
      return asked instanceof ScriptReply.Ended(var outcome, var _, var _)
          && outcome == ScriptReply.Outcome.DONE;
    }
  }
}
