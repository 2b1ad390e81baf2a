package dev.slipway.agent.source;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.Tree.Mode;
import dev.slipway.agent.source.Tree.Read;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: only regular files of a sane size get out of Git. Method: commit all kinds of entries with
 * the real git and read them.
 */
final class GitTreeTest {
  @TempDir Path directory;
  private GitServerFixture server;
  private GitRepository person;

  @BeforeEach
  void makeServer() {
    server = GitServerFixture.in(directory.resolve("server"));
    person = server.cloned();
  }

  @Test
  void regularFilesAreFoundWithTheirModes() {
    person.write("bin/run", "#!/bin/sh\n").write("apps/shop.yaml", "kind: Application\n");
    assertThat(person.directory().resolve("bin/run").toFile().setExecutable(true)).isTrue();
    var tree = pushed();

    assertThat(tree.read("bin/run"))
        .isEqualTo(new Read.Found(new Blob("#!/bin/sh\n".getBytes(UTF_8)), Mode.EXECUTABLE));
    assertThat(tree.read("apps/shop.yaml"))
        .isInstanceOfSatisfying(
            Read.Found.class, found -> assertThat(found.mode()).isEqualTo(Mode.PLAIN));
    assertThat(tree.read("apps/other.yaml")).isEqualTo(new Read.Missing());
    assertThat(tree.read("")).isInstanceOf(Read.Refused.class);
    assertThat(tree.read("apps"))
        .isEqualTo(new Read.Refused("it is a directory, not a regular file"));
  }

  @Test
  void listsAreSortedAndKeepToTheDirectory() {
    person.write("apps/b.yaml", "").write("apps/a/x", "").write("apps2/c", "").write("apps.x", "");
    var tree = pushed();

    assertThat(tree.list("apps")).containsExactly("apps/a/x", "apps/b.yaml");
    assertThat(tree.list("")).contains("README.md", "apps2/c").isSorted();
    assertThat(tree.list("nowhere")).isEmpty();
  }

  @Test
  void aDirectoryKeepsItsIdentityWhileNothingBelowItChanges() {
    person.write("releases/shop/bin/run", "1\n").write("releases/blog/bin/run", "1\n");
    var first = pushed();
    person.write("releases/blog/bin/run", "2\n");
    var second = pushed();

    assertThat(first.identity("releases/shop"))
        .isPresent()
        .isEqualTo(second.identity("releases/shop"));
    assertThat(first.identity("releases/blog"))
        .isPresent()
        .isNotEqualTo(second.identity("releases/blog"));
    assertThat(first.identity("releases/none")).isEmpty();
    assertThat(first.identity("README.md")).isEmpty();
  }

  @Test
  void aSymbolicLinkIsListedAndRefused() throws IOException {
    Files.createDirectories(person.directory().resolve("apps"));
    Files.createSymbolicLink(person.directory().resolve("apps/shop.yaml"), Path.of("/etc/passwd"));
    Files.createSymbolicLink(person.directory().resolve("releases"), Path.of("apps"));
    var tree = pushed();

    assertThat(tree.list("apps")).containsExactly("apps/shop.yaml");
    assertThat(tree.read("apps/shop.yaml"))
        .isEqualTo(new Read.Refused("it is a symbolic link, not a regular file"));
    assertThat(tree.read("releases/shop.yaml"))
        .isEqualTo(new Read.Refused("releases is a symbolic link"));
  }

  @Test
  void aSubmoduleIsRefused() {
    person.git("update-index", "--add", "--cacheinfo", "160000," + person.head() + ",vendor/shop");
    person.git("commit", "--quiet", "--message", "Submodule");
    person.push();
    var tree = tree(person.head());

    assertThat(tree.read("vendor/shop"))
        .isEqualTo(new Read.Refused("it is a submodule, not a regular file"));
    assertThat(tree.read("vendor/shop/app.yaml"))
        .isEqualTo(new Read.Refused("vendor/shop is a submodule"));
  }

  @Test
  void aFileAboveTheLimitIsRefusedWithBothNumbers() {
    person.write("big", "x".repeat(2 << 20)).write("fits", "x".repeat(1 << 20));
    var tree = pushed();

    assertThat(tree.read("big"))
        .isEqualTo(new Read.Refused("it has 2097152 bytes; at most 1048576 are read"));
    assertThat(tree.read("fits")).isInstanceOf(Read.Found.class);
  }

  @Test
  void namesAreTakenAsTheyAre() {
    person.write("apps/grüße.yaml", "1").write("apps/a b.yaml", "2").write("apps/-x", "3");
    var tree = pushed();

    assertThat(tree.list("apps"))
        .containsExactlyInAnyOrder("apps/-x", "apps/a b.yaml", "apps/grüße.yaml");
    assertThat(Agents.text(tree, "apps/grüße.yaml")).isEqualTo("1");
    assertThat(tree.read("../apps/-x")).isEqualTo(new Read.Missing());
    assertThat(tree.read("/etc/passwd")).isEqualTo(new Read.Missing());
  }

  @Test
  void aCommitThatWasNeverFetchedIsNamed() {
    try (var agent = Agents.open(Agents.spec(server.fileUrl()), directory.resolve("clone"))) {
      var unknown = "0123456789012345678901234567890123456789";
      assertThatThrownBy(() -> agent.tree(unknown))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(unknown);
    }
  }

  private Tree pushed() {
    return tree(person.commitAndPush("Files"));
  }

  private Tree tree(String commit) {
    var agent = Agents.open(Agents.spec(server.fileUrl()), directory.resolve("clone"));
    assertThat(Agents.tips(agent, "main")).containsValue(commit);
    return agent.tree(commit);
  }
}
