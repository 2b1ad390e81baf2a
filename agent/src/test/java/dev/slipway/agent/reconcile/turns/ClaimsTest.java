package dev.slipway.agent.reconcile.turns;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * Goal: two rollouts never share a host, not too many run at once, and everyone gets a turn.
 *
 * <p>Method: threads that take claims and count how many are inside.
 */
class ClaimsTest {
  private final AtomicInteger inside = new AtomicInteger();
  private final AtomicInteger most = new AtomicInteger();

  private CompletableFuture<Void> enter(Claims claims, Set<String> wanted, int atOnce) {
    var done = new CompletableFuture<Void>();
    Thread.ofVirtual()
        .start(() -> {
          try (var _ = claims.take(wanted, atOnce)) {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            inside.decrementAndGet();
            done.complete(null);
          } catch (InterruptedException e) {
            done.completeExceptionally(e);
          }
        });
    return done;
  }

  @Test
  void twoThatWantTheSameHostGoOneAfterTheOther() {
    var claims = new Claims();
    var all = IntStream.range(0, 50).mapToObj(_ -> enter(claims, Set.of("web1"), 10)).toList();

    await().untilAsserted(() -> assertThat(all).allMatch(CompletableFuture::isDone));
    assertThat(most.get()).isEqualTo(1);
  }

  @Test
  void noMoreRunAtOnceThanAllowed() {
    var claims = new Claims();
    var all = IntStream.range(0, 50).mapToObj(i -> enter(claims, Set.of("web" + i), 3)).toList();

    await().untilAsserted(() -> assertThat(all).allMatch(CompletableFuture::isDone));
    assertThat(most.get()).isBetween(1, 3);
  }

  @Test
  void oneThatWantsMuchIsNotPassedByThoseThatWantPartOfIt() throws InterruptedException {
    var claims = new Claims();
    Claims.Claim first = claims.take(Set.of("web1"), 10);
    var much = enter(claims, Set.of("web1", "web2"), 10);
    await().until(() -> claims.waiting() == 1);
    var part = enter(claims, Set.of("web2"), 10);
    await().until(() -> claims.waiting() == 2);

    assertThat(part.isDone()).isFalse();
    first.close();
    await().until(() -> much.isDone() && part.isDone());
  }
}
