package dev.slipway.agent.artifact;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.github.luben.zstd.Zstd;
import com.sun.net.httpserver.HttpServer;
import dev.slipway.agent.artifact.ArtifactStore.Fetched;
import dev.slipway.agent.bench.Program;
import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.strategies.fleet.Digest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipArchiveOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: the same files make the same artifact wherever they come from, and only what was promised
 * is kept. Method: real archives, a real HTTP server on loopback, a cache that is looked into.
 */
class ArtifactStoreTest {
  private static final String TEXT = "hello";

  @TempDir Path directory;
  private final AtomicInteger requests = new AtomicInteger();
  private final HttpServer server = server();

  @BeforeEach
  void serve() {
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void everyKindOfArchiveGivesTheSameArtifact() throws IOException {
    var tar = archive().bytes();
    var manifest = got(file(tar)).manifest();

    assertThat(got(file(gzip(tar))).manifest()).isEqualTo(manifest);
    assertThat(got(file(Zstd.compress(tar))).manifest()).isEqualTo(manifest);
    assertThat(got(file(zip())).manifest()).isEqualTo(manifest);
    assertThat(manifest)
        .isEqualTo(
            """
            %s 644 5 a/text
            %s 755 5 bin/run
            %s dir 0 empty
            %s link 7 newest
            """
                .formatted(Digest.of(TEXT), Digest.of(TEXT), Digest.of(""), Digest.of("bin/run")));
  }

  @Test
  void theDigestIsThatOfTheManifestAndDoesNotDependOnTheOrder() throws IOException {
    var one = got(file(new Archives().file("b", "2").file("a", "1").bytes()));
    var other = got(file(new Archives().file("a", "1").file("b", "2").bytes()));

    assertThat(one.content()).isEqualTo(Digest.of(one.manifest())).isEqualTo(other.content());
    assertThat(tar(one)).isEqualTo(tar(other));
    assertThat(one.unpackedBytes()).isEqualTo(2);
  }

  @Test
  void theStreamIsOneThatTheTarOfHostsUnpacks() throws IOException {
    var name = "a".repeat(120) + "/ü b'c";
    var artifact = got(file(archive().file(name, TEXT).bytes()));
    var stream = Files.write(directory.resolve("stream.tar"), tar(artifact));
    var out = Files.createDirectories(directory.resolve("out"));

    Program.of("tar", "-xf", stream, "-C", out).output();

    assertThat(out.resolve(name)).hasContent(TEXT);
    assertThat(out.resolve("bin/run")).isExecutable();
    assertThat(out.resolve("newest")).isSymbolicLink();
    assertThat(out.resolve("empty")).isDirectory();
  }

  @Test
  void anArchiveIsFetchedOnce() throws IOException {
    var url = url("/shop.tar");

    var first = got(url);
    var second = got(url);

    assertThat(first.content()).isEqualTo(second.content());
    assertThat(tar(first)).isEqualTo(tar(second));
    assertThat(requests).hasValue(1);
  }

  @Test
  void inputs81To84AWrongDigestIsRefusedWithBoth() throws IOException {
    var wrong = Digest.of("another");
    var source = new ArtifactSource.Url(address("/shop.tar"), wrong, Optional.empty());

    assertThat(refusal(source))
        .contains(wrong.hex(), Digest.of(archive().bytes()).hex(), "expected", "found");
    assertThat(directory.resolve("artifacts")).isEmptyDirectory();
  }

  @Test
  void whatIsNotThereIsRefusedAndWhatIsBrokenIsUnavailable() throws IOException {
    assertThat(refusal(url("/missing"))).contains("404");
    assertThat(store().fetch(url("/broken"))).isInstanceOf(Fetched.Unavailable.class);
    assertThat(store().fetch(url("/cut"))).isInstanceOf(Fetched.Unavailable.class);
    assertThat(refusal(new ArtifactSource.File(directory + "/none", Digest.of(""))))
        .contains("no such file");
  }

  @Test
  void theSignatureOfASignedAddressIsNeverRepeated() throws IOException {
    for (var path : List.of("/missing", "/broken", "/cut", "/elsewhere", "/circle", "/shop.tar")) {
      var signed =
          new ArtifactSource.Url(
              address(path) + "?signature=hunter2", Digest.of("no"), Optional.empty());

      assertThat(store().fetch(signed).toString()).contains(path).doesNotContain("hunter2");
    }
  }

  @Test
  void redirectsStayOnTheHost() throws IOException {
    assertThat(refusal(url("/elsewhere"))).contains("redirects to other hosts");
    assertThat(refusal(url("/circle"))).contains("without an end");
    assertThat(got(url("/moved")).manifest()).contains("a/text");
  }

  @Test
  void inputs71And72AddressesThatNothingMayBeFetchedFromAreRefused() {
    var digest = Digest.of("");
    var anyAddress = "http://0.0.0.0:%d/shop.tar".formatted(server.getAddress().getPort());
    assertThat(refusal(new ArtifactSource.Url(anyAddress, digest, Optional.empty())))
        .contains("loopback only");
    assertThat(refusal(new ArtifactSource.Url("file:///etc/passwd", digest, Optional.empty())))
        .contains("https");
    assertThat(refusal(new ArtifactSource.Url("ftp://example.com/a", digest, Optional.empty())))
        .contains("https");
  }

  @Test
  void aDamagedCacheIsNoticedAndFetchedAnew() throws IOException {
    var url = url("/shop.tar");
    var artifact = got(url);
    var data = directory.resolve("artifacts").resolve(url.sha256().hex()).resolve("data");
    Files.writeString(data, "HELLO" + Files.readString(data).substring(5));

    assertThat(catchThrowable(() -> tar(artifact))).hasMessageContaining("damaged");

    assertThat(tar(got(url))).isNotEmpty();
    assertThat(requests).hasValue(2);
  }

  @Test
  void onlySoManyArtifactsAreKept() throws IOException {
    var limits = new ArtifactLimits(10, 1000, 200, 1000, 100, 2);
    var store =
        ArtifactStore.in(directory.resolve("artifacts"), downloads(), secrets(), trees(), limits);
    for (var text : List.of("1", "2", "3")) {
      assertThat(store.fetch(file(new Archives().file("a", text).bytes())))
          .isInstanceOf(Fetched.Got.class);
    }

    try (var kept = Files.list(directory.resolve("artifacts"))) {
      assertThat(kept).hasSize(2);
    }
  }

  @Test
  void aDirectoryInARepositoryIsAnArtifact() throws IOException {
    var source = new ArtifactSource.Tree("shop", "c0ffee", "releases/shop");

    assertThat(got(source).manifest()).isEqualTo("%s 755 5 bin/run\n".formatted(Digest.of(TEXT)));
    assertThat(refusal(new ArtifactSource.Tree("shop", "c0ffee", "none"))).contains("no such");
  }

  private static Archives archive() {
    return new Archives()
        .directory("empty/")
        .directory("bin/")
        .script("bin/run", TEXT)
        .file("a/text", TEXT)
        .link("newest", "bin/run");
  }

  @Test
  void aDirectoryThatACommitDidNotTouchIsNotReadAgain() {
    var reads = new AtomicInteger();
    var counting = new CountingTrees(reads);
    var store =
        ArtifactStore.in(
            directory.resolve("counted"), downloads(), secrets(), counting, ArtifactLimits.DEFAULT);

    assertThat(store.fetch(new ArtifactSource.Tree("config", "c1", "releases/shop")))
        .isInstanceOf(Fetched.Got.class);
    assertThat(store.fetch(new ArtifactSource.Tree("config", "c2", "releases/shop")))
        .isInstanceOf(Fetched.Got.class);
    assertThat(reads).hasValue(1);

    store.fetch(new ArtifactSource.Tree("config", "c2", "releases/blog"));
    assertThat(reads).hasValue(2);
  }

  /** Trees whose directories are the same in every commit. */
  private record CountingTrees(AtomicInteger reads) implements Trees {
    @Override
    public Listing list(ArtifactSource.Tree source) {
      reads.incrementAndGet();
      return trees().list(source);
    }

    @Override
    public Optional<String> identity(ArtifactSource.Tree source) {
      return Optional.of("id of " + source.path());
    }
  }

  private ArtifactStore store() {
    return ArtifactStore.in(
        directory.resolve("artifacts"), downloads(), secrets(), trees(), ArtifactLimits.DEFAULT);
  }

  private static Downloads downloads() {
    return Downloads.over(Downloads.Limits.DEFAULT);
  }

  private Secrets secrets() {
    return new Secrets(directory.resolve("secrets"), Optional.empty());
  }

  private static Trees trees() {
    return source ->
        source.path().equals("none")
            ? new Trees.Listing.Refused("no such directory")
            : new Trees.Listing.Files(
                List.of(
                    new Trees.File(
                        "bin/run",
                        Trees.Mode.EXECUTABLE,
                        () -> TEXT.getBytes(StandardCharsets.UTF_8))));
  }

  private Artifact got(ArtifactSource source) {
    return switch (store().fetch(source)) {
      case Fetched.Got(var artifact) -> artifact;
      case Fetched other -> throw new AssertionError(other.toString());
    };
  }

  private String refusal(ArtifactSource source) {
    return switch (store().fetch(source)) {
      case Fetched.Refused(var reason) -> reason;
      case Fetched other -> throw new AssertionError(other.toString());
    };
  }

  private ArtifactSource.File file(byte[] archive) throws IOException {
    var file = Files.createTempFile(directory, "archive", "");
    Files.write(file, archive);
    return new ArtifactSource.File(file.toString(), Digest.of(archive));
  }

  private ArtifactSource.Url url(String path) {
    return new ArtifactSource.Url(address(path), Digest.of(archive().bytes()), Optional.empty());
  }

  private String address(String path) {
    return "http://127.0.0.1:%d%s".formatted(server.getAddress().getPort(), path);
  }

  private static byte[] tar(Artifact artifact) throws IOException {
    var bytes = new ByteArrayOutputStream();
    artifact.writeTar(bytes);
    return bytes.toByteArray();
  }

  private static byte[] gzip(byte[] content) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(bytes)) {
      out.write(content);
    }
    return bytes.toByteArray();
  }

  private static byte[] zip() throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipArchiveOutputStream(bytes)) {
      add(zip, "empty/", 040755, "");
      add(zip, "a/text", 0100644, TEXT);
      add(zip, "bin/run", 0100755, TEXT);
      add(zip, "newest", 0120777, "bin/run");
    }
    return bytes.toByteArray();
  }

  private static void add(ZipArchiveOutputStream zip, String name, int mode, String text)
      throws IOException {
    var entry = new ZipArchiveEntry(name);
    entry.setUnixMode(mode);
    zip.putArchiveEntry(entry);
    zip.write(text.getBytes(StandardCharsets.UTF_8));
    zip.closeArchiveEntry();
  }

  private HttpServer server() {
    try {
      var made = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
      var content = archive().bytes();
      made.createContext(
          "/shop.tar",
          exchange -> {
            requests.incrementAndGet();
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content);
            exchange.close();
          });
      made.createContext(
          "/cut",
          exchange -> {
            exchange.sendResponseHeaders(200, content.length);
            exchange.getResponseBody().write(content, 0, 10);
            exchange.getResponseBody().flush();
            exchange.close();
          });
      made.createContext(
          "/broken",
          exchange -> {
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
          });
      redirect(made, "/moved", "/shop.tar");
      redirect(made, "/circle", "/circle");
      redirect(made, "/elsewhere", "http://127.0.0.2:1/shop.tar");
      return made;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void redirect(HttpServer server, String from, String to) {
    server.createContext(
        from,
        exchange -> {
          exchange.getResponseHeaders().add("Location", to);
          exchange.sendResponseHeaders(302, -1);
          exchange.close();
        });
  }
}
