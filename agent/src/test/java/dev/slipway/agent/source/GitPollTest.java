package dev.slipway.agent.source;

import static dev.slipway.agent.source.Agents.tips;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Polled;
import dev.slipway.agent.source.ConfigRepository.Relation;
import dev.slipway.strategies.gate.Approver;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the agent sees what people push, all of it and nothing else. Method: push with the real git
 * to a bare repository that is read as a file.
 */
final class GitPollTest {
  @TempDir Path directory;
  private GitServerFixture server;
  private GitRepository person;
  private Path clone;

  @BeforeEach
  void makeServer() {
    server = GitServerFixture.in(directory.resolve("server"));
    person = server.cloned();
    clone = directory.resolve("clone");
  }

  @Test
  void aPushIsSeenAndItsFilesCanBeRead() {
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      var first = server.commitOf("main");
      assertThat(tips(agent, "main")).isEqualTo(Map.of("main", first));

      var second = person.write("apps/shop.yaml", "version: \"2\"\n").commitAndPush("Two");

      assertThat(tips(agent, "main")).isEqualTo(Map.of("main", second));
      assertThat(Agents.text(agent.tree(second), "apps/shop.yaml")).isEqualTo("version: \"2\"\n");
      assertThat(agent.relation(first, second)).isEqualTo(Relation.DESCENDANT);
      assertThat(agent.relation(second, second)).isEqualTo(Relation.SAME);
    }
  }

  @Test
  void whatCameAfterACommitIsToldWithWhoMadeItAndWhatItApproves() {
    var first = person.write("a", "1").commitAndPush("One");
    var second = person.write("a", "2").commitAndPush("Two\n\nSlipway-Approve: 2");
    var third = person.write("a", "3").commitAndPush("Three");
    person.git("commit", "--amend", "-q", "--author", "Ada <ada@example.com>", "-m", "Theirs");
    person.forcePush();
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      var tip = server.commitOf("main");
      assertThat(tips(agent, "main")).containsValue(tip);

      assertThat(agent.between(first, tip)).containsExactly(second, tip).doesNotContain(third);
      assertThat(agent.between(tip, tip)).isEmpty();
      assertThat(agent.tree(second).trailer("Slipway-Approve")).contains("2");
      assertThat(agent.tree(tip).people())
          .hasSize(2)
          .startsWith(new Approver("Ada", "ada@example.com"))
          .doesNotHaveDuplicates();
    }
  }

  @Test
  void aRevertIsADescendantWithTheOldFiles() {
    var first = person.write("a", "1").commitAndPush("One");
    var second = person.write("a", "2").commitAndPush("Two");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).containsValue(second);

      var revert = person.revert(second);
      person.push();

      assertThat(tips(agent, "main")).isEqualTo(Map.of("main", revert));
      assertThat(agent.relation(second, revert)).isEqualTo(Relation.DESCENDANT);
      assertThat(Agents.text(agent.tree(revert), "a"))
          .isEqualTo(Agents.text(agent.tree(first), "a"));
    }
  }

  @Test
  void fault24AForcedPushIsARewind() {
    var first = person.write("a", "1").commitAndPush("One");
    var second = person.write("a", "2").commitAndPush("Two");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).containsValue(second);

      person.rewindTo(first).write("a", "3").commit("Other");
      person.forcePush();

      var other = server.commitOf("main");
      assertThat(tips(agent, "main")).containsValue(other);
      assertThat(agent.relation(second, other)).isEqualTo(Relation.REWOUND);
      assertThat(agent.relation(first, other)).isEqualTo(Relation.DESCENDANT);
      assertThat(Agents.text(agent.tree(second), "a"))
          .as("what ran can still be read")
          .isEqualTo("2");
    }
  }

  @Test
  void fault24ARewindIsOneForAnAgentWithANewCloneToo() {
    var first = person.write("a", "1").commitAndPush("One");
    var lost = person.write("a", "2").commitAndPush("Two");
    person.rewindTo(first).forcePush();
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).containsValue(first);
      assertThat(agent.relation(lost, first)).isEqualTo(Relation.FORGOTTEN);
    }
  }

  @Test
  void fault28ADeletedBranchIsNoTipAndItsLastCommitStaysReadable() {
    var commit = person.branch("feature/a").write("a", "1").commitAndPush("On a branch");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main", "feature/*")).containsOnlyKeys("main", "feature/a");

      person.deleteRemoteBranch("feature/a");

      assertThat(tips(agent, "main", "feature/*")).containsOnlyKeys("main");
      assertThat(Agents.text(agent.tree(commit), "a")).isEqualTo("1");
    }
  }

  @Test
  void aBranchMayTakeThePlaceOfADirectoryOfBranches() {
    person.branch("feature/a").commitAndPush("Below");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "feature*")).containsOnlyKeys("feature/a");

      person.deleteRemoteBranch("feature/a");
      person.git("branch", "-m", "feature/a", "feature");
      person.forcePush();

      assertThat(tips(agent, "feature*")).containsOnlyKeys("feature");
    }
  }

  @Test
  void fault28AMovedTagChangesNothing() {
    person.git("tag", "v1");
    person.git("push", "--quiet", "origin", "v1");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      var before = tips(agent, "*");

      person.git("commit", "--quiet", "--allow-empty", "--message", "Elsewhere");
      person.git("tag", "--force", "v1");
      person.git("push", "--quiet", "--force", "origin", "v1");

      assertThat(tips(agent, "*")).isEqualTo(before);
      assertThat(refsInClone()).noneMatch(ref -> ref.contains("tags"));
    }
  }

  @Test
  void onlyWantedBranchesOfThousandsAreFetched() {
    Agents.addRefs(server, "refs/pull/%d/head", 2_000);
    Agents.addRefs(server, "refs/heads/other/%d", 1_000);
    person.branch("feature/a").commitAndPush("Wanted");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main", "feature/*")).containsOnlyKeys("main", "feature/a");
      assertThat(refsInClone())
          .containsExactlyInAnyOrder("refs/remotes/origin/main", "refs/remotes/origin/feature/a");
    }
  }

  @Test
  void moreBranchesThanTheLimitAreRefusedByNumber() {
    Agents.addRefs(server, "refs/heads/feature/%d", 60);
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "feature/*"))
          .isEqualTo("shop: 60 branches match; at most 50 are followed");
    }
  }

  @Test
  void aBranchWithTooManyFilesIsRefusedAndTheOthersGoOn() {
    person.branch("feature/big");
    IntStream.range(0, 30).forEach(number -> person.write("files/" + number, "x"));
    var big = person.commitAndPush("Many");
    var limits = new RemoteSpec.Limits(1 << 20, 20, 50, 20);
    try (var agent = Agents.open(Agents.spec(server.fileUrl(), limits), clone)) {
      var polled = agent.poll(Set.of("*"));

      assertThat(polled)
          .isEqualTo(
              new Polled.Tips(
                  Map.of("main", server.commitOf("main")),
                  Map.of("feature/big", "has more than 20 files")));
      assertThat(agent.tree(big).read("README.md")).isInstanceOf(Tree.Read.Refused.class);
    }
  }

  @Test
  void anAgentThatStartsAgainKnowsWhatItHad() {
    var commit = person.write("a", "1").commitAndPush("One");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).containsValue(commit);
    }
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(Agents.text(agent.tree(commit), "a")).isEqualTo("1");
    }
  }

  @Test
  void locksOfAKilledAgentAreRemoved() throws IOException {
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).isNotEmpty();
    }
    for (var lock : Set.of("config.lock", "packed-refs.lock", "refs/remotes/origin/main.lock")) {
      Files.createDirectories(clone.resolve(lock).getParent());
      Files.writeString(clone.resolve(lock), "");
    }
    var commit = person.write("a", "1").commitAndPush("One");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(tips(agent, "main")).isEqualTo(Map.of("main", commit));
    }
  }

  @Test
  void manyFetchesDoNotLeaveAsManyPacks() throws IOException {
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      for (int number = 0; number < 52; number++) {
        person.git("commit", "--quiet", "--allow-empty", "--message", "Push " + number);
        person.git("push", "--quiet", "origin", "HEAD");
        assertThat(tips(agent, "main")).containsOnlyKeys("main");
      }
      assertThat(tips(agent, "main")).containsValue(person.head());
    }
    try (var packs = Files.newDirectoryStream(clone.resolve("objects/pack"), "*.pack")) {
      assertThat(packs).hasSizeLessThan(51);
    }
  }

  @Test
  void whatIsNoRepositoryIsSaidToBeNone() throws IOException {
    var file = Files.writeString(directory.resolve("file"), "no bundle");
    for (var path : Set.of("/etc", file.toString(), directory.resolve("missing").toString())) {
      try (var agent = Agents.open(Agents.spec("file://" + path), directory.resolve("c"))) {
        assertThat(Agents.whyUnavailable(agent, "main")).startsWith("shop (file://" + path + "): ");
      }
    }
  }

  private Set<String> refsInClone() {
    return server
        .git("--git-dir", clone.toString(), "for-each-ref", "--format=%(refname)")
        .lines()
        .collect(Collectors.toSet());
  }
}
