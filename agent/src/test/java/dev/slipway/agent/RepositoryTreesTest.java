package dev.slipway.agent;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.artifact.Trees.Listing;
import dev.slipway.agent.bench.git.GitRepository;
import dev.slipway.agent.bench.git.GitServerFixture;
import dev.slipway.agent.source.ConfigRepositories;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.RemoteSpec;
import dev.slipway.agent.source.StatusWriter;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a release in a repository is its files, byte by byte, or is refused with the path of the
 * one that is none. Method: real commits with what people keep in repositories.
 */
class RepositoryTreesTest {
  @TempDir Path directory;
  private GitRepository person;
  private ConfigRepository repository;

  @BeforeEach
  void follow() {
    var server = GitServerFixture.in(directory.resolve("server"));
    person = server.cloned();
    var remote =
        new RemoteSpec(
            "shop",
            server.fileUrl(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            RemoteSpec.Limits.DEFAULT);
    var writer = StatusWriter.of("store", "agent.example.com");
    repository =
        new ConfigRepositories(writer, () -> Instant.EPOCH, Waiter.system(), new Random(1))
            .open(remote, directory.resolve("clone"));
  }

  @AfterEach
  void close() {
    repository.close();
  }

  @Test
  void lineEndsMarksAndAttributesAreLeftAsTheyAre() throws IOException {
    person.git("config", "core.autocrlf", "false");
    var listing =
        listed(
            Map.of(
                "releases/.gitattributes", "* text eol=lf export-ignore ident filter=lfs\n",
                "releases/dos.txt", "\ufeffa\r\nb\r\n$Id$\n"));

    assertThat(listing).isInstanceOf(Listing.Files.class);
    for (var file : ((Listing.Files) listing).files()) {
      assertThat(file.content().bytes()).isEqualTo(committed("releases/" + file.path()));
    }
  }

  @Test
  void aPointerOfGitLfsIsNotTakenForTheFile() throws IOException {
    var pointer =
        "version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 123456\n"
            .formatted("0".repeat(64));

    assertThat(listed(Map.of("releases/shop.jar", pointer)))
        .isInstanceOfSatisfying(
            Listing.Refused.class,
            refused -> assertThat(refused.reason()).contains("releases/shop.jar", "Git LFS"));
  }

  @Test
  void aLinkIsNamedByItsPath() throws IOException {
    Files.createDirectories(person.directory().resolve("releases"));
    Files.createSymbolicLink(person.directory().resolve("releases/link"), Path.of("/etc/passwd"));

    assertThat(listed(Map.of("releases/a", "1")))
        .isInstanceOfSatisfying(
            Listing.Refused.class,
            refused -> assertThat(refused.reason()).contains("releases/link", "symbolic link"));
  }

  private Listing listed(Map<String, String> files) throws IOException {
    files.forEach(person::write);
    person.commitAndPush("Release");
    var polled = (ConfigRepository.Polled.Tips) repository.poll(Set.of("main"));
    var commit = Objects.requireNonNull(polled.commits().get("main"));
    return new RepositoryTrees(Map.of("shop", repository))
        .list(new ArtifactSource.Tree("shop", commit, "releases"));
  }

  private byte[] committed(String path) {
    return person.git("show", "HEAD:" + path).getBytes(StandardCharsets.UTF_8);
  }
}
