package dev.slipway.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.slipway.agent.artifact.ArtifactStore.Fetched;
import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: no archive can write outside of its release, fill the agent's disk or surprise a host.
 * Method: inputs 85 to 88 of the catalogue and their relatives, as real archives.
 */
class HostileArchivesTest {
  private static final int MEBIBYTE = 1 << 20;

  @TempDir Path directory;

  static Stream<Arguments> hostile() {
    return Stream.of(
        arguments("85 leads out", archive().file("a/../../evil", "x"), "by '..'"),
        arguments("85 leads out first", archive().file("../evil", "x"), "by '..'"),
        arguments("85 absolute name", archive().file("/etc/passwd", "x"), "absolute"),
        arguments("86 absolute link", archive().link("a", "/etc"), "only relative links"),
        arguments("86 escaping link", archive().link("a/b", "../../etc"), "leads out"),
        arguments("86 link by a link", archive().link("a", "b/../.."), "leads out"),
        arguments("86 below a link", archive().link("a", "b").file("a/x", "x"), "lies below"),
        arguments("86 hard link out", archive().hardLink("a", "../b"), "by '..'"),
        arguments("86 hard link to nothing", archive().hardLink("a", "b"), "no file before it"),
        arguments("87 character device", special(TarConstants.LF_CHR), "a device"),
        arguments("87 block device", special(TarConstants.LF_BLK), "a device"),
        arguments("87 pipe", special(TarConstants.LF_FIFO), "a device"),
        arguments("twice", archive().file("a", "1").file("./a", "2"), "there twice"),
        arguments("file and directory", archive().file("a", "1").file("a/b", "2"), "lies below"),
        arguments("directory and file", archive().file("a/b", "1").file("a", "2"), "there twice"),
        arguments("newline", archive().file("a\nb", "1"), "not plain UTF-8"),
        arguments("long name", archive().file("a/".repeat(2000) + "b", "1"), "bytes; at most 2048"),
        arguments("long part", archive().file("a".repeat(300), "1"), "more than 255 bytes"),
        arguments("nothing", archive().directory("a"), "holds no file"));
  }

  private static Archives archive() {
    return new Archives();
  }

  private static Archives special(byte kind) {
    return archive().special(kind, "dev", _ -> {});
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("hostile")
  void aHostileArchiveIsRefusedByName(String name, Archives archive, String rule)
      throws IOException {
    assertThat(refusal(archive.bytes())).as(name).contains(rule);
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void input88ABombIsRefusedBeforeItFillsTheDisk() throws IOException {
    var packed = gzip(archive().zeros("zeros", 64 * MEBIBYTE).bytes());
    assertThat(packed.length).isLessThan(MEBIBYTE);

    assertThat(refusal(packed)).contains("'zeros'", "200 times its archive");
    assertThat(leftovers()).isEmpty();
  }

  @Test
  void hardLinksCountAsTheFilesThatTheyBecome() throws IOException {
    var archive = archive().zeros("zeros", MEBIBYTE);
    for (int copy = 0; copy < 500; copy++) {
      archive.hardLink("copy" + copy, "zeros");
    }

    assertThat(refusal(gzip(archive.bytes()))).contains("200 times its archive");
  }

  @Test
  void tooManyEntriesAreRefused() throws IOException {
    var limits = new ArtifactLimits(10, MEBIBYTE, 200, MEBIBYTE, 2048, 4);
    var archive = archive();
    for (int file = 0; file < 11; file++) {
      archive.file("file" + file, "x");
    }
    var file = write(archive.bytes());
    var store =
        ArtifactStore.in(
            directory.resolve("other"),
            refusing(),
            new Secrets(directory, Optional.empty()),
            refusingTrees(),
            limits);

    assertThat(store.fetch(file).toString()).contains("more than 10 entries");
  }

  @Test
  void aZipThatLeadsOutIsRefused() throws IOException {
    assertThat(refusal(zip("../evil"))).contains("by '..'");
    assertThat(refusal(zip("a\\..\\..\\evil"))).contains("by '..'");
    assertThat(refusal(zip("a/b\\..\\evil"))).contains("not allowed");
    assertThat(refusal(zip("/evil"))).contains("absolute");
  }

  @Test
  void whatIsNoArchiveIsRefusedOrUnreadable() throws IOException {
    assertThat(
            store()
                .fetch(
                    write("<html>not found</html>".repeat(100).getBytes(StandardCharsets.UTF_8))))
        .isNotInstanceOf(Fetched.Got.class);
    assertThat(store().fetch(write(new byte[0]))).isInstanceOf(Fetched.Refused.class);
  }

  @Test
  void setUserIdIsDropped() throws IOException {
    var fetched = store().fetch(write(archive().file("a", "x", 06755).bytes()));

    assertThat(((Fetched.Got) fetched).artifact().manifest()).contains(" 755 1 a");
  }

  private String refusal(byte[] archive) throws IOException {
    return switch (store().fetch(write(archive))) {
      case Fetched.Refused(var reason) -> reason;
      case Fetched other -> throw new AssertionError(other.toString());
    };
  }

  private List<Path> leftovers() throws IOException {
    try (var files = Files.list(directory.resolve("artifacts"))) {
      return files.toList();
    }
  }

  private ArtifactStore store() {
    return Archives.store(directory);
  }

  private ArtifactSource.File write(byte[] archive) throws IOException {
    var file = Files.createTempFile(directory, "hostile", "");
    Files.write(file, archive);
    return new ArtifactSource.File(file.toString(), Digest.of(archive));
  }

  private static Downloads refusing() {
    return (url, _, _) -> new Downloads.Downloaded.Refused(url);
  }

  private static Trees refusingTrees() {
    return source -> new Trees.Listing.Refused(source.path());
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip(String name) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new ZipOutputStream(bytes)) {
      out.putNextEntry(new ZipEntry(name));
      out.write('x');
    }
    return bytes.toByteArray();
  }
}
