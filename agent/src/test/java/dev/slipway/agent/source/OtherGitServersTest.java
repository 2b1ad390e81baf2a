package dev.slipway.agent.source;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepository.Published;
import dev.slipway.agent.source.ConfigRepository.StatusUpdate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a repository that is kept otherwise than ours works, or is refused in words that help.
 * Method: real repositories with odd formats, hooks and refs, asked by file and over HTTP.
 */
final class OtherGitServersTest {
  @TempDir Path directory;
  private GitServerFixture server;
  private Path clone;

  @BeforeEach
  void makeServer() {
    server = GitServerFixture.in(directory.resolve("server"));
    clone = directory.resolve("clone");
  }

  @Test
  void objectsNamedBySha256AreRefusedByName() {
    var strange = made("sha256.git", "init", "--quiet", "--bare", "--object-format=sha256");
    try (var agent = Agents.open(Agents.spec(strange.toUri().toString()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("SHA-256").contains("cannot be");
      assertThat(rejection(agent)).contains("SHA-256");
    }
  }

  @Test
  void aShallowRepositoryIsRefusedWithAWayOut() {
    server.cloned().write("a", "1").commitAndPush("Two");
    var shallow = directory.resolve("shallow.git");
    made("", "clone", "--quiet", "--bare", "--depth=1", server.fileUrl(), shallow.toString());
    try (var agent = Agents.open(Agents.spec(shallow.toUri().toString()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("shallow", "--unshallow");
      assertThat(rejection(agent)).contains("shallow");
    }
  }

  @Test
  void objectsNamedBySha256AreRefusedByNameOverHttpToo() throws IOException {
    var person = server.cloned();
    var path = server.repository().toString();
    Files.move(server.repository(), directory.resolve("away.git"));
    person.git("init", "--quiet", "--bare", "--object-format=sha256", path);
    try (var http = server.serveOverHttp();
        var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(Agents.whyUnavailable(agent, "main")).contains("SHA-256");
    }
  }

  @Test
  void borrowedObjectsAreReadLikeOwnOnes() {
    var borrower = directory.resolve("borrower.git");
    made("", "clone", "--quiet", "--bare", "--shared", server.fileUrl(), borrower.toString());
    try (var agent = Agents.open(Agents.spec(borrower.toUri().toString()), clone)) {
      var tip = Objects.requireNonNull(Agents.tips(agent, "main").get("main"));
      assertThat(Agents.text(agent.tree(tip), "README.md")).isNotEmpty();
    }
  }

  @Test
  void plainFilesOverHttpAreSaidNotToBeEnough() {
    try (var http = server.serveOverHttp();
        var agent = Agents.open(Agents.spec(http.url()), clone)) {
      http.breakWith(200, "text/plain", server.commitOf("main") + "\trefs/heads/main\n");

      assertThat(Agents.whyUnavailable(agent, "main")).contains("git http-backend");
    }
  }

  @Test
  void whatAHookSaysIsPassedOnWithoutItsColours() throws IOException {
    hook("printf '\\033[31mAsk \\302\\2331;31mthe keeper\\342\\200\\256\\n' >&2; exit 1");
    try (var http = server.serveOverHttp();
        var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(rejection(agent))
          .contains("refs/heads/slipway/status", "hook declined", "Ask", "the keeper")
          .doesNotContain("\u001b", "\u009b", "\u202e");
    }
  }

  @Test
  void aHookThatSaysSomethingElseEachTimeRefusesForEverAllTheSame() throws IOException {
    hook("date +%N >&2; exit 1");
    try (var http = server.serveOverHttp();
        var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(rejection(agent)).contains("hook declined").doesNotContain("others were faster");
    }
  }

  @Test
  void hiddenRefsAndServersWithoutForcedPushesAreAnswers() {
    server.configure("receive.denyNonFastForwards", "true");
    try (var http = server.serveOverHttp();
        var agent = Agents.open(Agents.spec(http.url()), clone)) {
      assertThat(agent.publish(update(1))).isInstanceOf(Published.Pushed.class);

      server.configure("transfer.hideRefs", "refs/heads/slipway");
      assertThat(agent.publish(update(2)))
          .isInstanceOfSatisfying(
              Published.Rejected.class,
              rejected -> assertThat(rejected.reason()).contains("hidden ref"));
      assertThat(Agents.tips(agent, "main")).isNotEmpty();
    }
  }

  @Test
  void branchesWithStrangeNamesAreFollowedByTheirNames() {
    var names =
        List.of("feat/\u00fcn\u00ef", "feat/100%", "feat/$(id)", "feat/'q'", "feat/a;b", "feat/v1");
    names.forEach(name -> server.git("update-ref", "refs/heads/" + name, "main"));
    server.git("tag", "main", "main");
    server.git("tag", "feat/v1", "main");
    server.git("pack-refs", "--all");
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), clone)) {
      assertThat(Agents.tips(agent, "main", "feat/*"))
          .containsOnlyKeys(
              "main",
              "feat/\u00fcn\u00ef",
              "feat/100%",
              "feat/$(id)",
              "feat/'q'",
              "feat/a;b",
              "feat/v1");
    }
  }

  private void hook(String commands) throws IOException {
    var hook = server.repository().resolve("hooks/pre-receive");
    Files.writeString(hook, "#!/bin/sh\n" + commands + "\n");
    Files.setPosixFilePermissions(hook, PosixFilePermissions.fromString("rwxr-xr-x"));
  }

  private Path made(String name, String... arguments) {
    var words = new ArrayList<>(List.of(arguments));
    var path = directory.resolve(name);
    if (!name.isEmpty()) {
      words.add(path.toString());
    }
    server.cloned().git(words.toArray(String[]::new));
    return path;
  }

  private static String rejection(ConfigRepository agent) {
    return switch (agent.publish(update(1))) {
      case Published.Rejected(var reason) -> reason;
      case Published.Pushed pushed -> throw new AssertionError(pushed);
      case Published.Unchanged unchanged -> throw new AssertionError(unchanged);
      case Published.Outdated outdated -> throw new AssertionError(outdated);
    };
  }

  private static StatusUpdate update(long sequence) {
    var files = Map.of("shop.yaml", "number: " + sequence + "\n");
    return new StatusUpdate(sequence, "Update " + sequence, files, List.of());
  }
}
