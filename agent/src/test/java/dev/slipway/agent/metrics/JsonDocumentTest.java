package dev.slipway.agent.metrics;

import static dev.slipway.agent.balancer.Trials.A;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.http.Queries;
import dev.slipway.agent.metrics.Question.Measure;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.Secret;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: only a number in a document is a number. Method: the contract, and a server that answers
 * what it is told.
 */
class JsonDocumentTest extends MetricSourceContract<JsonDocumentTest.Document> {
  @Override
  protected Document open(Path directory) {
    return new Document();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"a\": {\"b/c\": [1, 20.5]}} | /a/b~1c/1 | 20.5",
        "7 | '' | 7",
        "{\"\": -1e3} | / | -1000"
      })
  void aNumberIsFoundByItsPointer(String text, String pointer, double value) {
    subject().server.says(200, text);

    assertThat(read(pointer)).isEqualTo(new Reading.Value(value, OptionalLong.empty()));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "[]", "{\"rate\": null}", "{\"rates\": 1}", "null", "1", "\"\""})
  void whatIsNotThereIsNoData(String text) {
    subject().server.says(200, text);

    assertThat(read("/rate")).isInstanceOf(Reading.NoData.class);
  }

  @Test
  void aListOfNumbersIsReadAsOne() {
    subject().server.says(200, "{\"rate\": [1.5, 2]}");

    assertThat(read("/rate")).isEqualTo(new Reading.Listed(List.of(1.5, 2.0)));
  }

  @Test
  void aListOfNothingIsNoNumberYet() {
    subject().server.says(200, "{\"rate\": []}");

    assertThat(read("/rate")).isInstanceOf(Reading.NoData.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"rate\": \"0\"}",
        "{\"rate\": true}",
        "{\"rate\": [0, \"1\"]}",
        "{\"rate\": {\"value\": 0}}",
        "{\"rate\": 1e999}",
        "{\"rate\": NaN}",
        "{\"rate\": 0} {\"rate\": 1}",
        "{\"rate\": 0",
        "{rate: 0}",
        "<html>0</html>"
      })
  void whatIsNoNumberIsAFailure(String text) {
    subject().server.says(200, text);

    assertThat(read("/rate"))
        .isInstanceOfSatisfying(
            Reading.Failed.class, failed -> assertThat(failed.reason()).isNotBlank());
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 301, 400, 401, 403, 404, 429, 500, 503})
  void aNumberOfAnotherStatusIsAFailure(int status) {
    subject().server.says(status, status == 204 ? "" : "{\"rate\": 0}");

    assertThat(read("/rate"))
        .isInstanceOfSatisfying(
            Reading.Failed.class, failed -> assertThat(failed.reason()).contains("" + status));
  }

  @Test
  void nothingIsAFailureToo() {
    subject().server.says(200, "");

    assertThat(read("")).isInstanceOf(Reading.Failed.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rate", "/a~2", "/a~", "#/rate", " /rate"})
  void aPointerThatIsNoneIsAnObjectionAndNeverANumber(String pointer) {
    subject().server.says(200, "{\"rate\": 0}");
    var question = subject().question(pointer);

    assertThat(subject().source().objection(question).orElse("")).contains("pointer", pointer);
    assertThat(read(pointer)).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void anAddressThatMayNotBeAskedIsAnObjection() {
    var file = new Measure.Custom("file:///etc/passwd", "");
    var question = new Question(file, new TreeSet<>(List.of(A)), Duration.ofMinutes(1));

    assertThat(subject().source().objection(question).orElse("")).contains("https:");
    assertThat(subject().source().watch(question).read()).isInstanceOf(Reading.Failed.class);
  }

  @Test
  void theLoginIsShownToIt() {
    var login = Login.of(new Secret("t0ken-of-nobody"));
    var source =
        MetricSources.ofJson(Queries.over(Queries.Limits.DEFAULT), Optional.of(() -> login));
    subject().server.says(403, "not for t0ken-of-nobody");

    var read = source.watch(subject().question("/rate")).read();

    assertThat(subject().server.logins()).containsExactly("Bearer t0ken-of-nobody");
    assertThat(((Reading.Failed) read).reason()).doesNotContain("t0ken").contains("not for");
    assertThat(source.objection(subject().question("/rate")).orElse("")).contains("403");
  }

  private Reading read(String pointer) {
    try (var watch = subject().source().watch(subject().question(pointer))) {
      return watch.read();
    }
  }

  /** A server with one document; it tells of no request. */
  static final class Document implements Measured {
    private final TellingServer server = new TellingServer("127.0.204.1");
    private final MetricSource source =
        MetricSources.ofJson(Queries.over(Queries.Limits.DEFAULT), Optional.empty());

    Question question(String pointer) {
      var measure = new Measure.Custom(server.url() + "/numbers.json", pointer);
      return new Question(measure, new TreeSet<>(List.of(A)), Duration.ofMinutes(1));
    }

    @Override
    public MetricSource source() {
      return source;
    }

    @Override
    public boolean tells(Measure measure) {
      return measure.equals(ownQuery());
    }

    @Override
    public Measure ownQuery() {
      return question("/rate").measure();
    }

    @Override
    public void goesAway() {
      server.close();
    }

    @Override
    public void returns() {
      // It is gone for good.
    }

    @Override
    public void close() {
      server.close();
    }
  }
}
