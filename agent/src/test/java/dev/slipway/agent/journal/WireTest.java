package dev.slipway.agent.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.fleet.Release;
import java.io.IOException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.core.JacksonException;

/**
 * Goal: whatever an agent wrote, every later agent reads as the same thing.
 *
 * <p>Method: the types that events hold are found by walking their components; each choice must
 * have a name, occur in the samples, and come back equal. A journal of every form is kept as a
 * file; {@code -Dgolden=write} writes the newest.
 */
class WireTest {
  private static final String BEFORE_ROLES = "golden-1.jsonl";
  private static final String GOLDEN = "golden-2.jsonl";
  private static final Path GOLDEN_FILE =
      Path.of("src", "test", "resources", "dev", "slipway", "agent", "journal", GOLDEN);

  static List<Event> samples() {
    return Samples.events();
  }

  @ParameterizedTest
  @MethodSource("samples")
  void everyEventComesBackEqual(Event event) {
    assertThat(Wire.read(Wire.write(event))).isEqualTo(event);
  }

  @Test
  void everyChoiceThatAnEventCanHoldHasAName() {
    Set<Class<?>> choices = new LinkedHashSet<>();
    walk(Event.class, choices, new HashSet<>());

    assertThat(choices).containsExactlyInAnyOrderElementsOf(WireNames.NAMES.keySet());
    assertThat(WireNames.NAMES.values()).doesNotHaveDuplicates();
    assertThat(WireNames.NAMES.values()).allMatch(name -> name.matches("[a-z-]+/[1-9][0-9]*"));
  }

  @Test
  void theSamplesTakeEveryChoice() {
    String all = String.join("\n", samples().stream().map(Wire::write).toList());

    assertThat(WireNames.NAMES.values()).allMatch(name -> all.contains("\"is\":\"" + name + "\""));
  }

  @Test
  void theGoldenJournalStaysReadable() throws IOException {
    List<String> written = samples().stream().map(Wire::write).toList();
    if (System.getProperty("golden", "").equals("write")) {
      Files.write(GOLDEN_FILE, written);
    }
    List<String> golden = Files.readAllLines(GOLDEN_FILE);

    assertThat(golden.stream().map(Wire::read).toList()).isEqualTo(samples());
    assertThat(written)
        .as("the written form; if it changes, old journals must still be read")
        .isEqualTo(golden);
  }

  @Test
  void whatHappensToAUnitIsWrittenUnlessItIsARestart() {
    String restarted =
        samples().stream()
            .map(Wire::write)
            .filter(line -> line.contains("systemd/1"))
            .findFirst()
            .orElseThrow();
    String reloaded =
        restarted.replace(
            "\"is\":\"systemd/1\",", "\"is\":\"systemd/1\",\"onActivate\":\"RELOAD\",");

    assertThat(restarted).doesNotContain("onActivate");
    assertThat(Wire.read(reloaded)).isNotEqualTo(Wire.read(restarted));
    assertThat(Wire.read(Wire.write(Wire.read(reloaded)))).isEqualTo(Wire.read(reloaded));
  }

  @Test
  void aJournalFromBeforeThereWereRolesStaysReadable() throws IOException {
    List<Event> before = golden(BEFORE_ROLES).stream().map(Wire::read).toList();

    assertThat(before).hasSizeGreaterThan(20);
    assertThat(samples().stream().map(WireTest::withoutRole)).containsSubsequence(before);
  }

  @Test
  void aSwitchOfBeforeThereWereNumbersIsJudgedByNone() {
    String written =
        Wire.write(
            new Event.RemovalStarted(Samples.SHOP, Samples.deployment(BlueGreen.DEFAULT), "gone"));
    String before =
        written
            .replace("blue-green/3", "blue-green/1")
            .replaceAll(",\"(pre|post)PromotionAnalysis\":null|,\"keep\":false", "");

    assertThat(before).doesNotContain("Analysis");
    assertThat(Wire.read(before)).isEqualTo(Wire.read(written));
  }

  @Test
  void aMetricOfBeforeTheFormerReleaseWasMeasuredIsNotComparedWithIt() {
    var event =
        new Event.RemovalStarted(
            Samples.SHOP, Samples.deployment(AnalysisSamples.judged()), "gone");
    String written = Wire.write(event);
    String before = written.replaceAll(",\"former\":(null|\\{[^}]*})", "");

    assertThat(before).contains("maxRatioToStable").doesNotContain("former");
    assertThat(Wire.write(Wire.read(before)))
        .isEqualTo(written.replaceAll("\"former\":\\{[^}]*}", "\"former\":null"));
  }

  @Test
  void aShareOfBeforeThereWereRulesTellsNothingApart() {
    String written =
        samples().stream()
            .map(Wire::write)
            .filter(line -> line.contains("shift/2"))
            .findFirst()
            .orElseThrow();
    String before =
        written
            .replace("shift/2", "shift/1")
            .replaceAll(",\"routing\":\\{\"rules\":\\[\\{.*?\"sticky\":null}", "");

    assertThat(before).contains("shift/1").doesNotContain("X-Trial");
    assertThat(Wire.read(before)).isNotEqualTo(Wire.read(written));
    assertThat(Wire.write(Wire.read(before))).contains("\"routing\":{\"rules\":[]");
  }

  @Test
  void aWayBackWithoutStepsIsOfTheRoleThatItsTrafficIsOf() throws IOException {
    String turned =
        golden(BEFORE_ROLES).stream()
            .filter(line -> line.startsWith("{\"is\":\"turned/1\""))
            .map(line ->
                line.replaceAll(
                    "\"background\":.*\"minServing\"",
                    "\"background\":[],\"phases\":[],\"minServing\""))
            .findFirst()
            .orElseThrow();

    assertThat(Wire.read(turned))
        .isInstanceOfSatisfying(
            Event.Turned.class,
            event -> {
              assertThat(event.plan().isEmpty()).isTrue();
              assertThat(event.plan().roles()).containsOnlyKeys("web");
            });
  }

  /** Where no deployment stood beside a release, nobody had said what its role was called. */
  private static Event withoutRole(Event event) {
    return switch (event) {
      case Event.StableDeclared(var target, var delivery, var how) ->
          new Event.StableDeclared(target, withoutRole(delivery), how);
      case Event.RolloutSummarised(var summary) ->
          new Event.RolloutSummarised(
              new Summary(
                  summary.rollout(),
                  withoutRole(summary.delivery()),
                  summary.cause(),
                  summary.started(),
                  summary.ended(),
                  summary.ending(),
                  summary.reason(),
                  summary.incomplete(),
                  summary.bytesSent()));
      case Event other -> other;
    };
  }

  private static Delivery withoutRole(Delivery delivery) {
    Release release = delivery.release();
    var renamed =
        new Release(
            release.application(),
            release.version(),
            release.content(),
            release.env(),
            Map.of("shop", release.service("web")),
            release.linkedDirs(),
            release.linkedFiles());
    return new Delivery(renamed, delivery.source(), delivery.branch(), delivery.revision());
  }

  private static List<String> golden(String name) throws IOException {
    try (var file = WireTest.class.getResourceAsStream(name)) {
      assertThat(file).as("file " + name).isNotNull();
      return new String(file.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  @Test
  void anUnknownNameAndAnUnknownPropertyAreErrors() {
    assertThatThrownBy(() -> Wire.read("{\"is\":\"flown/1\"}"))
        .isInstanceOf(JacksonException.class)
        .hasMessageContaining("flown/1");
    assertThatThrownBy(() ->
            Wire.read(
                "{\"is\":\"status-published/1\",\"repository\":\"a\",\"sequence\":1,\"x\":2}"))
        .isInstanceOf(JacksonException.class);
    assertThatThrownBy(() -> Wire.read("{\"is\":\"status-published/1\",\"sequence\":1}"))
        .isInstanceOf(JacksonException.class);
  }

  /** Collects the records that are one of several choices, at any depth below a type. */
  private static void walk(Type type, Set<Class<?>> choices, Set<Type> seen) {
    if (!seen.add(type)) {
      return;
    }
    if (type instanceof ParameterizedType generic) {
      Arrays.stream(generic.getActualTypeArguments()).forEach(part -> walk(part, choices, seen));
    } else if (type instanceof Class<?> plain && plain.isSealed()) {
      leaves(plain)
          .forEach(leaf -> {
            choices.add(leaf);
            walk(leaf, choices, seen);
          });
    } else if (type instanceof Class<?> plain && plain.isRecord()) {
      Arrays.stream(plain.getRecordComponents())
          .map(RecordComponent::getGenericType)
          .forEach(part -> walk(part, choices, seen));
    }
  }

  private static List<Class<?>> leaves(Class<?> type) {
    var found = new ArrayList<Class<?>>();
    for (Class<?> permitted : type.getPermittedSubclasses()) {
      Stream<Class<?>> leaves =
          permitted.isSealed() ? leaves(permitted).stream() : Stream.of(permitted);
      leaves.forEach(found::add);
    }
    return found;
  }
}
