package dev.slipway.agent.balancer.edge.proxy.comparing;

import dev.slipway.strategies.traffic.Comparison;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.HeaderMap;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One request whose answers are to be compared: its user's, that to its copy, and perhaps one of
 * noise. It has a place among all that wait, which {@link #conclude} or {@link #over} gives back.
 */
public final class Pending {
  private static final Duration USER_MAX = Duration.ofSeconds(30);

  private final Comparisons all;
  private final Comparison comparison;
  private final boolean isHead;
  private final CompletableFuture<Optional<Reply>> users = new CompletableFuture<>();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private volatile boolean sent;

  Pending(Comparisons all, Comparison comparison, boolean isHead) {
    this.all = all;
    this.comparison = comparison;
    this.isHead = isHead;
  }

  /** An answer to a copy, or none. */
  public static final class Copied {
    private final Optional<Reply> reply;

    private Copied(Optional<Reply> reply) {
      this.reply = reply;
    }

    /** Returns whether all of it was read, so that the member has nothing more to say. */
    public boolean isWhole() {
      return reply.filter(one -> !one.isTooLong()).isPresent();
    }

    /** Returns that nobody answered. */
    public static Copied none() {
      return new Copied(Optional.empty());
    }
  }

  /** Reads an answer to a copy after its status. */
  public Copied read(int status, InputStream in) throws IOException {
    return new Copied(Optional.of(new AnswerReader(comparison, isHead).read(status, in)));
  }

  /** Returns whether the stable track is to answer a copy, too. */
  public boolean wantsNoise() {
    return comparison.noiseBaseline();
  }

  /** Follows the answer of a member on its way to the user, before its first byte. */
  public void follow(HttpServerExchange exchange, int status, HeaderMap head) {
    exchange.addResponseWrapper((factory, _) ->
        new AnswerTap(
            factory.create(),
            body ->
                users.complete(
                    Optional.of(Reply.of(status, name -> values(head, name), body, comparison)))));
  }

  private static List<String> values(HeaderMap head, String name) {
    var values = head.get(name);
    return values == null ? List.of() : List.copyOf(values);
  }

  /** The user gets no answer of a member. */
  public void unanswered() {
    users.complete(Optional.empty());
  }

  /** The copy is under way, so that {@link #conclude} is called in the end. */
  public void sent() {
    sent = true;
  }

  /** The user's request is over, whatever became of it. */
  public void over() {
    unanswered();
    if (!sent && isOver.compareAndSet(false, true)) {
      all.uncompared();
    }
  }

  /** Waits for the user's answer, elsewhere than where users are served, and compares. */
  public void conclude(Copied copied, Optional<Copied> noise) {
    Optional<Reply> user = user();
    Optional<Reply> second = noise.flatMap(one -> one.reply);
    if (!isOver.compareAndSet(false, true)) {
      return;
    }
    if (user.isEmpty() || (wantsNoise() && second.isEmpty())) {
      all.uncompared();
    } else {
      all.compared(comparison, user.get(), copied.reply, second);
    }
  }

  private Optional<Reply> user() {
    try {
      return users.get(USER_MAX.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException | ExecutionException e) {
      return Optional.empty();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
