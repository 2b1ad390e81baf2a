package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.proxy.comparing.Pending;
import dev.slipway.agent.balancer.edge.proxy.routing.Steering.Course;
import io.undertow.server.HttpServerExchange;
import io.undertow.util.Headers;
import io.undertow.util.HttpString;
import io.undertow.util.Methods;
import io.undertow.util.StatusCodes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.xnio.IoUtils;

/**
 * One request's way from a client to a member and back.
 *
 * <p>Safe methods without a body may reuse a connection, and are sent once more if the member hung
 * up before it answered (RFC 9110, 9.2.2). All others go over a fresh connection, so that no
 * hang-up of an idle one can be mistaken for a failure. Where nothing could have been sent, because
 * no connection came about, every method goes on to the next member.
 */
final class Passage {
  private static final Set<HttpString> SAFE =
      Set.of(Methods.GET, Methods.HEAD, Methods.OPTIONS, Methods.TRACE);
  private static final int MEMBERS_TRIED_MAX = 10;
  private static final String RETRY_AFTER_SECONDS = "1";

  private final HttpServerExchange exchange;
  private final Pool pool;
  private final Surroundings surroundings;
  private final boolean repeatable;
  private final List<Upstream> tried = new ArrayList<>();
  private Optional<Attempt> attempt = Optional.empty();
  private Course course = Course.FREE;
  private Optional<Mirrored> mirrored = Optional.empty();
  private boolean repeated;
  private boolean parked;
  private boolean ended;
  private volatile long deadlineNanos;
  private volatile boolean hasDeadline;

  Passage(HttpServerExchange exchange, Pool pool, Surroundings surroundings) {
    this.exchange = exchange;
    this.pool = pool;
    this.surroundings = surroundings;
    this.repeatable = SAFE.contains(exchange.getRequestMethod()) && exchange.isRequestComplete();
  }

  HttpServerExchange exchange() {
    return exchange;
  }

  /** Returns what the answer is to set, so that the user stays on a track. */
  Optional<String> cookie() {
    return course.cookie();
  }

  /** Returns what the answer is compared with; empty if it is not. */
  Optional<Pending> pending() {
    return mirrored.flatMap(Mirrored::pending);
  }

  Pool pool() {
    return pool;
  }

  Surroundings surroundings() {
    return surroundings;
  }

  /** Begins; the rest happens in answers to events on the same thread. */
  void start() {
    surroundings.inProgress().add(this);
    ClientWatch.of(exchange.getConnection()).follow(this);
    exchange.addExchangeCompleteListener((_, next) -> {
      attempt.ifPresent(Attempt::exchangeComplete);
      end();
      next.proceed();
    });
    seek();
  }

  /** Goes on after it waited in a pool; called from any thread. */
  void resume() {
    exchange.getIoThread().execute(this::seek);
  }

  private void seek() {
    parked = false;
    clearDeadline();
    if (ended) {
      return;
    }
    switch (pool.choose(this, exchange.getRequestHeaders(), tried)) {
      case Pool.Choice.Chosen(var upstream, var chosen) -> {
        course = chosen;
        attempt(upstream);
      }
      case Pool.Choice.Nobody(var reason) -> refuse(reason);
      case Pool.Choice.Parked(var untilNanos) -> {
        parked = true;
        deadline(untilNanos);
      }
    }
  }

  private void attempt(Upstream upstream) {
    var next = new Attempt(this, upstream);
    attempt = Optional.of(next);
    if (mirrored.isEmpty()) {
      var head = new RequestHead(exchange, surroundings.trusted());
      mirrored = Optional.of(pool.mirror(upstream, exchange, head));
    }
    next.start(repeatable && !repeated);
  }

  /**
   * Nothing was sent, so that any method may go on to another member or connection.
   *
   * @param stale whether it was an idle connection that was closed, which says nothing about the
   *     member
   */
  void unsent(Upstream upstream, boolean stale) {
    attempt = Optional.empty();
    if (!stale) {
      tried.add(upstream);
      surroundings.failed(upstream);
    }
    if (tried.size() < MEMBERS_TRIED_MAX) {
      seek();
    } else {
      refuse("no member could be reached");
    }
  }

  /**
   * The member hung up before it answered.
   *
   * @param stale whether the connection had been idle, so that it says nothing about the member
   */
  void unanswered(Upstream upstream, boolean stale) {
    attempt = Optional.empty();
    if (!stale) {
      tried.add(upstream);
      surroundings.failed(upstream);
    }
    if (repeatable && !repeated) {
      repeated = true;
      if (tried.containsAll(pool.serving())) {
        tried.clear();
      }
      seek();
    } else {
      answer(StatusCodes.BAD_GATEWAY, "The application closed the connection without an answer.");
    }
  }

  /** Called when the time that {@link #deadline} set has passed. */
  void expire() {
    exchange.getIoThread().execute(this::expired);
  }

  private void expired() {
    if (ended || !hasDeadline || surroundings.nanos() - deadlineNanos < 0) {
      return;
    }
    clearDeadline();
    if (!parked) {
      attempt.ifPresent(Attempt::expired);
    } else if (pool.unpark(this)) {
      parked = false;
      refuse("no member serves");
    }
  }

  private void refuse(String reason) {
    exchange.getResponseHeaders().put(Headers.RETRY_AFTER, RETRY_AFTER_SECONDS);
    answer(StatusCodes.SERVICE_UNAVAILABLE, "The application cannot answer now: " + reason + ".");
  }

  /** Answers in the place of a member, or hangs up if an answer has begun already. */
  void answer(int status, String text) {
    clearDeadline();
    pending().ifPresent(Pending::unanswered);
    if (exchange.isResponseStarted()) {
      IoUtils.safeClose(exchange.getConnection());
      return;
    }
    exchange.setStatusCode(status);
    exchange.getResponseHeaders().put(Headers.CONTENT_TYPE, "text/plain; charset=utf-8");
    exchange.getResponseSender().send(text + "\n");
  }

  /** The client's connection is gone: nobody is left to answer. */
  void clientGone() {
    if (parked) {
      pool.unpark(this);
    }
    attempt.ifPresent(Attempt::abandon);
    end();
  }

  private void end() {
    if (ended) {
      return;
    }
    ended = true;
    clearDeadline();
    surroundings.inProgress().remove(this);
    if (mirrored.filter(Mirrored::isFollowed).isPresent()) {
      pool.unfollow();
    }
    pending().ifPresent(Pending::over);
  }

  boolean hasEnded() {
    return ended;
  }

  void deadline(long atNanos) {
    deadlineNanos = atNanos;
    hasDeadline = true;
  }

  void clearDeadline() {
    hasDeadline = false;
  }

  boolean isDue(long nowNanos) {
    return hasDeadline && nowNanos - deadlineNanos >= 0;
  }
}
