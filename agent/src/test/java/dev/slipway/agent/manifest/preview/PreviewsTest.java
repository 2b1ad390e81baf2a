package dev.slipway.agent.manifest.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.Guarded;
import dev.slipway.agent.manifest.reading.Shop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: every branch that a rule matches is an environment of its own, with what is its own, while
 * it may be there.
 *
 * <p>Method: one repository, read with other branches, times and holders in each test; and the
 * page, read as somebody does who copies its examples.
 */
final class PreviewsTest {
  private final Repository repository = new Repository();

  @Test
  void everyMatchingBranchIsAnEnvironmentOfItsOwn() {
    repository.branches("feature/a", "feature/b");

    assertThat(repository.previews()).containsOnlyKeys("preview.feature-a", "preview.feature-b");
    Deployment one = repository.deployment("feature/a");
    assertThat(one.target()).hasToString("shop/preview.feature-a/tryout");
    assertThat(one.branch()).isEqualTo("feature/a");
    assertThat(one.fronts().getFirst().route().backend()).isEqualTo("feature-a.dev.example.com");
    assertThat(one.variables())
        .containsEntry("environment", "preview.feature-a")
        .containsEntry("branch.slug", "feature-a");
  }

  @Test
  void eachHasAPortOfTheRangeThatNobodyElseHasAndKeepsIt() {
    repository.branches("feature/a", "feature/b");
    assertThat(List.of(repository.port("feature/a"), repository.port("feature/b")))
        .containsExactlyInAnyOrder(9000, 9001);
    repository.hold();
    int kept = repository.port("feature/b");
    repository.branches.remove("feature/a");
    repository.held =
        repository.held.stream().filter(one -> one.branch().equals("feature/b")).toList();
    repository.branches("feature/0");

    assertThat(repository.port("feature/b")).isEqualTo(kept);
    assertThat(repository.port("feature/0")).isIn(9000, 9001).isNotEqualTo(kept);
    assertThat(repository.read().allotted()).map(Preview::branch).containsExactly("feature/0");
  }

  @Test
  void aPortOfAnotherApplicationOrProgramOrRepositoryIsLeftOut() {
    repository.trunk =
        repository.trunk.with(
            "apps/api.yaml", Guarded.TRYOUT.replace("tryout", "api").replace("9001", "9000"));
    repository.branches.put("main", repository.trunk);
    repository.foreign = Set.of(9001);
    repository.held =
        List.of(
            new Preview(new Target("other", "preview.x", "app"), "x", Map.of("app/current", 9002)));
    repository.branches("feature/a");

    assertThat(repository.port("feature/a")).isEqualTo(9003);
  }

  @Test
  void severalSlotsAndRolesHaveSeveralPorts() {
    repository.branch(
        "feature/a",
        Repository.TRYOUT
            .replace("port: 9001", "slots: [{name: blue, port: 1}, {name: green, port: 2}]")
            .replace("@{{branch.slug}}", "@{{branch.slug}}-{{slot}}"));

    assertThat(repository.deployment("feature/a").asPreview().ports())
        .isEqualTo(Map.of("tryout/blue", 9000, "tryout/green", 9001));
  }

  @Test
  void whereNoPortIsLeftThatIsSaid() {
    repository.trunk("environments/preview.yaml", text -> text.replace("9000-9005", "9000-9001"));
    repository.branches("feature/a", "feature/b", "feature/c");

    assertThat(repository.previews().values())
        .filteredOn(Wanted.Invalid.class::isInstance)
        .singleElement()
        .asString()
        .contains("no port of 9000-9001 is left for role 'tryout'")
        .contains("widen the range, or delete a branch");
  }

  @Test
  void beyondTheLimitABranchWaitsUntilOneGoes() {
    repository.branches("feature/a", "feature/b", "feature/c");
    repository.hold();
    repository.branches("feature/0");

    assertThat(repository.of("feature/0"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class,
            waits -> {
              assertThat(waits.why()).isEqualTo(Wanted.Why.FULL);
              assertThat(waits.reason())
                  .isEqualTo("limit of 3 previews reached; delete a branch or raise max");
            });
    repository.held =
        repository.held.stream().filter(one -> !one.branch().equals("feature/a")).toList();
    repository.branches.remove("feature/a");
    assertThat(repository.deployment("feature/0").branch()).isEqualTo("feature/0");
  }

  @Test
  void ofThoseThatWaitWhoWasPushedFirstComesFirst() {
    repository.branches("feature/a", "feature/b", "feature/c", "feature/d");
    repository.pushed.put("feature/d", Repository.NOW.minusSeconds(60));

    assertThat(repository.of("feature/d")).isInstanceOf(Wanted.Deploy.class);
    assertThat(repository.of("feature/c")).isInstanceOf(Wanted.Absent.class);
  }

  @Test
  void onePushedTooLongAgoHasExpiredAndTheNextPushBringsItBack() {
    repository.branches("feature/a");
    repository.pushed.put("feature/a", Repository.NOW.minus(Duration.ofMinutes(121)));
    assertThat(repository.of("feature/a"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class,
            gone -> {
              assertThat(gone.why()).isEqualTo(Wanted.Why.EXPIRED);
              assertThat(gone.reason()).contains("push to bring it back");
            });

    repository.pushed.put("feature/a", Repository.NOW.minus(Duration.ofMinutes(119)));
    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aDeletedBranchTakesItsPreviewAlong() {
    repository.branches("feature/a", "feature/b");
    repository.hold();
    repository.branches.remove("feature/a");

    assertThat(repository.of("feature/a"))
        .isInstanceOfSatisfying(
            Wanted.Absent.class, gone -> assertThat(gone.why()).isEqualTo(Wanted.Why.GONE));
    assertThat(repository.of("feature/b")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void theFirstRuleThatMatchesABranchCounts() {
    repository.trunk(
        "slipway.yaml",
        text ->
            text.replace(
                "    - {match: \"feature/*\"",
                """
                    - {match: "feature/x*", environment: production}
                    - {match: "feature/z*", environment: preview}
                    - {match: "feature/*"\
                """));
    repository.branches("feature/x1", "feature/z1", "feature/a");

    assertThat(repository.previews()).containsOnlyKeys("preview.feature-z1", "preview.feature-a");
  }

  @Test
  void whoseHistoryMayBeRewrittenIsKnown() {
    repository.branches("feature/a");
    repository.unread = Set.of("feature/b", "topic/c");

    assertThat(repository.read().previewed()).containsExactlyInAnyOrder("feature/a", "feature/b");
  }

  /** Reads the page as somebody does who copies its examples and believes its table. */
  @Test
  void whatThePagePromisesIsSo() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "previews.md"));
    List<String> examples =
        Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL)
            .matcher(page)
            .results()
            .map(found -> found.group(1).indent(2))
            .toList();
    assertThat(examples).hasSize(3);
    repository.trunk =
        Repository.TRUNK
            .with("slipway.yaml", Shop.PROJECT.replaceAll("(?s)  branches:.*", examples.get(0)))
            .with(
                "environments/preview.yaml",
                Repository.PREVIEW.replaceAll("(?s)  preview:.*", examples.get(1)));
    repository.branches.put("main", repository.trunk);
    String application = Guarded.TRYOUT.replaceAll("(?s)  deployPath:.*", examples.get(2));
    List<MatchResult> rows =
        Pattern.compile("\\| `(feature/\\S+)` \\| `(\\S+)` \\| `(\\S+)` \\|")
            .matcher(page)
            .results()
            .toList();
    rows.forEach(row -> repository.branch(row.group(1), application));

    assertThat(rows)
        .hasSize(4)
        .allSatisfy(row -> {
          Deployment deployment = repository.deployment(row.group(1));
          assertThat(deployment.target().environment()).isEqualTo(row.group(2));
          assertThat(deployment.fronts().getFirst().route().backend()).isEqualTo(row.group(3));
        });
  }
}
