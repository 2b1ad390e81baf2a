package dev.slipway.agent.cli.simulate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Typed;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Goal: what is printed is what was simulated, in each format, and the page shows what is printed.
 *
 * <p>Method: the real command line on fleets of its own and on the example repository; JSON and SVG
 * are read by parsers.
 */
class SimulateCommandTest {
  private static final Pattern TRANSCRIPT =
      Pattern.compile("(?ms)^```console\n\\$ slipway ([^\n]*)\n(.*?)^```$");

  @TempDir Path directory;

  private static Typed simulate(String... words) {
    return Typed.slipway(
        Stream.concat(Stream.of("simulate"), Stream.of(words)).toArray(String[]::new));
  }

  static List<MatchResult> transcripts() {
    List<MatchResult> found =
        TRANSCRIPT.matcher(Handbook.page("simulate.md").text()).results().toList();
    assertThat(found).hasSizeGreaterThan(2);
    return found;
  }

  @ParameterizedTest
  @MethodSource("transcripts")
  void thePageShowsWhatIsPrinted(MatchResult transcript) {
    Typed typed =
        Typed.slipway(transcript.group(1).replace("examples-repo", "../examples-repo").split(" "));

    assertThat(typed.err()).isEmpty();
    assertThat(typed.out()).isEqualTo(transcript.group(2));
  }

  @ParameterizedTest
  @ValueSource(strings = {"api", "forum", "blog", "handbook"})
  void everyExampleCanBeSimulated(String application) {
    Typed typed = simulate(application, "../examples-repo", "-e", "production");

    assertThat(typed.err()).isEmpty();
    assertThat(typed.out()).contains(" of " + application + " in production", "succeeded after");
  }

  @ParameterizedTest
  @CsvSource({"rolling, 1", "recreate, 1", "blueGreen, 2"})
  void thePictureIsXmlWithARowForEachHost(String strategy, String slots)
      throws IOException, SAXException, ParserConfigurationException {
    Typed typed =
        simulate(
            "--strategy=" + strategy,
            "--slots=" + slots,
            "--hosts=3",
            "--wanted=<2>&\"",
            "--kill=web02@20s",
            "-o=svg");

    Document picture =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new ByteArrayInputStream(typed.out().getBytes(UTF_8)));
    assertThat(texts(picture)).contains("web01", "web02", "web03", "share of <2>&\"");
    NodeList rectangles = picture.getElementsByTagName("rect");
    assertThat(rectangles.getLength()).isGreaterThan(10);
    for (int i = 0; i < rectangles.getLength(); i++) {
      var rectangle = (Element) rectangles.item(i);
      assertThat(Double.parseDouble(rectangle.getAttribute("width"))).isNotNegative();
      assertThat(Double.parseDouble(rectangle.getAttribute("height"))).isNotNegative();
    }
  }

  private static List<String> texts(Document picture) {
    var texts = new ArrayList<String>();
    NodeList found = picture.getElementsByTagName("text");
    for (int i = 0; i < found.getLength(); i++) {
      texts.add(found.item(i).getTextContent());
    }
    return texts;
  }

  @Test
  void programsGetEveryMoment() {
    Typed typed = simulate("--strategy=recreate", "--hosts=2", "-o", "json");
    JsonNode json = new JsonMapper().readTree(typed.out());
    JsonNode web = json.at("/roles/web");
    JsonNode last = web.path("moments").path(web.path("moments").size() - 1);

    assertThat(json.path("ending").asString()).isEqualTo("succeeded");
    assertThat(web.path("lowest").asInt(-1)).isZero();
    assertThat(web.path("downtime").asInt()).isEqualTo(24_000);
    assertThat(last.at("/shares/1.1").asInt()).isEqualTo(10_000);
    assertThat(last.at("/hosts/web02").asString()).isEqualTo("target");
  }

  @Test
  void aLargeFleetIsNotDrawnHostByHost() {
    Typed typed = simulate("--hosts=2000", "--strategy=recreate");

    assertThat(typed.exitCode()).isZero();
    assertThat(typed.out()).contains("\nweb0040  ", "\nand 1960 more\n").doesNotContain("web0041");
  }

  @Test
  void whatABadReleaseCostsIsToldInEachFormat() {
    String[] words = {"--strategy=canary", "--slots=2", "--error-rate=5%"};
    String text = simulate(words).out();
    JsonNode toll =
        new JsonMapper()
            .readTree(simulate(words[0], words[1], words[2], "-o=json").out())
            .at("/roles/web/toll");

    assertThat(toll.path("takenBackBy").asString()).isEqualTo("stage 1: 5%");
    assertThat(toll.path("backAt").asLong()).isGreaterThan(toll.path("takenBackAt").asLong());
    String cost =
        "1.1 answers %d requests, and fails %d of them"
            .formatted(toll.path("requests").asInt(), toll.path("failed").asInt());
    assertThat(text).contains("rolled back after", cost, "taken back by 'stage 1: 5%'");
    assertThat(simulate(words[0], words[1], words[2], "-o=svg").out())
        .contains(">taken back<", "1.1 answers");
  }

  @Test
  void everyStepIsToldIfAsked() {
    assertThat(simulate("--hosts=2", "--steps", "--sick=web01").out())
        .contains("prove web01 healthy => failed: web01 was not healthy in time")
        .contains("taken back: admit web01")
        .doesNotContain("drain web02");
  }

  @Test
  void aHostThatOutlivesTheRolloutIsTold() {
    assertThat(simulate("--hosts=2", "--kill=web01@1h").out())
        .contains("succeeded after", "web01 lived until all was over");
  }

  @Test
  void aStrategyIsReadAsInARepository() throws IOException {
    Path file =
        Files.writeString(
            directory.resolve("pairs.yaml"),
            """
            apiVersion: slipway.dev/v1alpha1
            kind: Strategy
            metadata: {name: pairs}
            spec:
              rolling: {batches: [2]}
            """);
    assertThat(simulate("--strategy=" + file, "--hosts=4").out()).contains("batch 2 of 2");

    Files.writeString(file, Files.readString(file).replace("[2]", "[2%"));
    Typed broken = simulate("--strategy=" + file);
    assertThat(broken.exitCode()).isEqualTo(ExitCode.INVALID);
    assertThat(broken.err()).contains("pairs.yaml:");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '~',
      quoteCharacter = '`',
      textBlock =
          """
          --hosts=0 ~ 2 ~ 0 hosts with 1 slots cannot be drawn; use 1 to 2000 hosts
          --kill=web09@1m ~ 2 ~ there is no host 'web09'; the hosts are web01 to web04
          --kill=web01 ~ 2 ~ 'web01' is no death; name a host and a time
          --kill=web01@2 ~ 2 ~ '2' is no duration; it needs a unit
          --wanted=1.0 ~ 2 ~ 1.0 runs already
          --strategy=swift ~ 3 ~ 'swift' is no strategy that is built in, and no file
          --strategy=blueGreen ~ 3 ~ there is no plan: blueGreen needs two slots
          --error-rate=5 ~ 2 ~ '5' is no error rate; use 0% to 100%
          --error-rate=101% ~ 2 ~ '101%' is no error rate
          --error-rate=5%@2 ~ 2 ~ '2' is no duration; it needs a unit
          --requests-per-second=0 ~ 2 ~ 0.0 requests a second are none
          shop ~ 3 ~ has no application 'shop'
          """)
  void whatMakesNoSenseIsToldWithWhatWould(String option, int exitCode, String said) {
    Typed typed = simulate(option);

    assertThat(typed.exitCode()).isEqualTo(exitCode);
    assertThat(typed.out()).isEmpty();
    assertThat(typed.err()).contains(said);
  }
}
