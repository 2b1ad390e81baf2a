package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static dev.slipway.agent.balancer.Trials.B;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.Counted;
import dev.slipway.agent.balancer.nginx.NginxBalancers;
import dev.slipway.agent.bench.NginxFixture;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.strategies.fleet.Instance;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/**
 * Goal: a release can be judged by nginx alone, from its access log. Method: the contract on a real
 * nginx, and logs that are rotated, half written, of another format or not there.
 */
class NginxCountsTest extends CountsContract<NginxCountsTest.Counting> {
  @Override
  protected Counting open(Path directory) {
    return new Counting(directory);
  }

  @Test
  void whatAnInstanceDidNotAnswerIsItsErrorThoughAnotherOneAnswered() {
    subject().ask(A, 1, 0);
    var ofA = watch(ERROR_RATE, A);
    subject().apps.close();

    assertThat(subject().front.status("/")).isEqualTo(502);

    subject().awaitLines(2);
    assertThat(ofA.read()).isEqualTo(value(1, 1));
  }

  @Test
  void aLogThatWasRotatedIsABeginningAndNoFallOfTheCounts() throws IOException {
    subject().ask(A, 3, 1);
    var ofA = watch(ERROR_RATE, A);
    subject().ask(A, 1, 1);
    assertThat(ofA.read()).isEqualTo(value(0.5, 2));

    Files.move(subject().log, subject().log.resolveSibling("be_shop.log.1"));
    subject().nginx.reload();
    await().until(() -> Files.exists(subject().log));
    assertThat(ofA.read()).isEqualTo(value(0.5, 2));

    subject().ask(A, 2, 0);
    assertThat(ofA.read()).isEqualTo(value(0.25, 4));
  }

  @Test
  void aLineThatIsHalfWrittenCountsWhenItIsWhole() {
    subject().ask(A, 1, 0);
    var ofA = watch(ERROR_RATE, A);
    var at = subject().apps.target(A);

    subject().log(at + "|500|0.001\n" + at + ", 127.0.0.9:1 : " + at + "|502, 5");
    assertThat(ofA.read()).isEqualTo(value(1, 1));

    subject().log("02 : 200|0.000, 0.000 : 0.002\n");
    assertThat(ofA.read()).isEqualTo(value(2.0 / 3, 3));
  }

  @Test
  void whatAClientDidNotWaitForAndWhatWasNotAskedIsNobodysError() {
    subject().ask(A, 1, 0);
    var ofA = watch(ERROR_RATE, A);

    subject().log("-|-|-\nbe_shop|502|0.000\n%s|-|0.010\n".formatted(subject().apps.target(A)));

    assertThat(ofA.read()).isInstanceOf(Reading.NoData.class);
  }

  @Test
  void aLogOfAnotherFormatIsAnObjectionThatSaysTheFormat() {
    var errors = question(ERROR_RATE, A);
    subject().source().objection(errors);

    subject().log("127.0.0.1 - - [29/Nov/2026:09:00:00 +0000] \"GET / HTTP/1.1\" 200 2\n");

    assertThat(subject().source().objection(errors).orElseThrow())
        .contains("lines of another format", "log_format slipway '$upstream_addr|");
  }

  @Test
  void aLogThatNginxDoesNotWriteIsAnObjectionThatSaysTheLines() throws IOException {
    Files.delete(subject().log);

    assertThat(subject().source().objection(question(ERROR_RATE, A)).orElseThrow())
        .contains("nginx writes no " + subject().log, "log_format slipway", "access_log ");
  }

  @Test
  void withoutALogNobodyCounts() {
    assertThat(subject().balancer(Optional.empty()).counted()).isInstanceOf(Counted.Never.class);
  }

  static final class Counting implements Measured.Hearing {
    private final Apps apps = new Apps("127.0.200.1", A, B);
    private final Machines machines = Machines.open(Optional.empty());
    private final NginxFixture nginx;
    private final Path log;
    private final Front front;

    Counting(Path directory) {
      nginx = NginxFixture.in(directory).front("be_shop");
      log = nginx.logged("be_shop");
      var spec = spec(Optional.of(log.toString()));
      var lacking = NginxBalancers.lacking(spec, Front.route(apps), machines);
      nginx.with(Path.of(spec.file()), lacking.values().iterator().next()).start();
      front = new Front(balancer(spec), nginx.port("be_shop"));
    }

    private BalancerSpec.Nginx spec(Optional<String> accessLog) {
      return new BalancerSpec.Nginx(
          "front",
          List.of(),
          nginx.owned("shop.conf").toString(),
          Optional.of(nginx.config().toString()),
          nginx.status(),
          BalancerSpec.Nginx.MAX_FAILS,
          accessLog);
    }

    Balancer balancer(Optional<String> accessLog) {
      return balancer(spec(accessLog));
    }

    private Balancer balancer(BalancerSpec.Nginx spec) {
      return NginxBalancers.open(spec, Front.route(apps), machines, Become.NONE).getFirst();
    }

    /** Writes into the log as nginx does. */
    void log(String text) {
      try {
        Files.writeString(log, text, StandardOpenOption.APPEND);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    /** Nginx logs a request after it has answered it. */
    void awaitLines(long lines) {
      await().until(() -> lines() >= lines);
    }

    private long lines() {
      try (var lines = Files.lines(log, StandardCharsets.UTF_8)) {
        return lines.count();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public MetricSource source() {
      return MetricSources.ofBalancers(List.of(front.balancer()), InstantSource.system());
    }

    @Override
    public boolean tells(Measure measure) {
      return !measure.equals(ownQuery());
    }

    @Override
    public void ask(Instance instance, int good, int bad) {
      long before = lines();
      front.ask(instance, good, bad);
      awaitLines(before + good + bad);
    }

    @Override
    public void askSlowly(Instance instance) {
      long before = lines();
      front.askSlowly(instance);
      awaitLines(before + 1);
    }

    @Override
    public Measure ownQuery() {
      return new Measure.Custom("up", "");
    }

    @Override
    public void goesAway() {
      nginx.kill();
    }

    @Override
    public void returns() {
      nginx.start();
    }

    @Override
    public void close() {
      machines.close();
      nginx.close();
      apps.close();
    }
  }
}
