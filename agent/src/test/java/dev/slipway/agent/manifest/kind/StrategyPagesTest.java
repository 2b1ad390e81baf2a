package dev.slipway.agent.manifest.kind;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.yaml.Document;
import dev.slipway.agent.manifest.yaml.Node;
import dev.slipway.strategies.BlueGreen;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: what the pages of strategies show can be written, and says what the defaults are.
 *
 * <p>Method: the example of each page is read.
 */
class StrategyPagesTest {
  private static final Pattern EXAMPLE = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);

  private static StrategyDocument example(String page, String name) throws IOException {
    Matcher example = EXAMPLE.matcher(Files.readString(Path.of("..", "docs", page)));
    assertThat(example.find()).isTrue();
    byte[] text = example.group(1).getBytes(StandardCharsets.UTF_8);
    if (!(Document.read(page, text) instanceof Parsed.Valid<Node>(var tree))) {
      throw new AssertionError(Document.read(page, text));
    }
    var reading = new Reading();
    StrategyDocument document = StrategyDocument.read(reading.open(tree), name);
    assertThat(reading.problems()).isEmpty();
    return document;
  }

  @Test
  void blueGreenMeansWhatItsPageSays() throws IOException {
    assertThat(example("blue-green.md", "switch").strategy()).isEqualTo(BlueGreen.DEFAULT);
  }
}
