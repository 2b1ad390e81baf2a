package dev.slipway.agent.probe;

import dev.slipway.strategies.fleet.trial.Warmup;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** Sends the requests of one warm-up, several at once, and counts what comes back. */
final class WarmupRun {
  /** So many requests without any answer are enough to know. */
  private static final int IN_VAIN = 10;

  private static final int ERROR = 400;

  private final Warmup warmup;
  private final Supplier<Answered> ask;
  private final BooleanSupplier isOver;
  private final AtomicReference<Count> count = new AtomicReference<>(Count.NOTHING);

  WarmupRun(Warmup warmup, Supplier<Answered> ask, BooleanSupplier isOver) {
    this.warmup = warmup;
    this.ask = ask;
    this.isOver = isOver;
  }

  /** What was sent and came back so far. */
  private record Count(int sent, int answered, int errors, int silent, Optional<String> last) {
    private static final Count NOTHING = new Count(0, 0, 0, 0, Optional.empty());

    private Count begun() {
      return new Count(sent + 1, answered, errors, silent, last);
    }

    private Count with(Warmup warmup, Answered answer) {
      return switch (answer) {
        case Answered.Got(int status, _, _) when status >= ERROR ->
            new Count(
                sent,
                answered + 1,
                errors + 1,
                silent,
                Optional.of("%s answers %d".formatted(warmup.inquiry().text(), status)));
        case Answered.Got _ -> new Count(sent, answered + 1, errors, silent, last);
        case Answered.Silent(var reason) ->
            new Count(sent, answered, errors, silent + 1, Optional.of(reason));
        case Answered.Unknown(var reason) ->
            new Count(sent, answered, errors, silent + 1, Optional.of(reason));
      };
    }
  }

  Warmed.Sent all() {
    int atOnce = Math.min(warmup.concurrency(), warmup.requests());
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletableFuture.allOf(
              Stream.generate(() -> CompletableFuture.runAsync(this::work, threads))
                  .limit(atOnce)
                  .toArray(CompletableFuture<?>[]::new))
          .join();
    }
    Count end = count.get();
    return new Warmed.Sent(end.answered, end.errors, end.silent, end.last);
  }

  private void work() {
    while (!isOver.getAsBoolean() && mayAskAgain()) {
      Answered answer = ask.get();
      count.updateAndGet(before -> before.with(warmup, answer));
    }
  }

  private boolean mayAskAgain() {
    Count before = count.getAndUpdate(now -> isEnough(now) ? now : now.begun());
    return !isEnough(before);
  }

  private boolean isEnough(Count now) {
    boolean isInVain = now.answered == 0 && now.silent >= IN_VAIN;
    return isInVain || now.sent >= warmup.requests();
  }
}
