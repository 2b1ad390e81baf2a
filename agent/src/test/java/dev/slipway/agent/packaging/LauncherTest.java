package dev.slipway.agent.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whoever types {@code slipway} gets Slipway, or a sentence that says what to do. Method: the
 * real launchers, with a Java and a Maven that only say how they were called.
 */
class LauncherTest {
  private static final Path TOP =
      Objects.requireNonNull(Path.of("").toAbsolutePath().getParent(), "run in a module");
  private static final Path DISTRIBUTION = TOP.resolve("agent/src/main/dist");

  @TempDir Path scratch;
  private Path jdk = Path.of("");

  @BeforeEach
  void installAJdk() throws IOException {
    jdk = jdk("jdk", "99.0.1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash"})
  void aJdkThatIsNewEnoughIsFoundWithoutStartingIt(String shell) {
    var found = findJava(shell, jdk, 99);
    assertThat(found).isEqualTo(new Program.Ended(0, jdk + "\n"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "dash", "bash"})
  void withoutAJdkThatIsNewEnoughItSaysWhatToInstall(String shell) {
    var found = findJava(shell, jdk, 100);
    assertThat(found.status()).isEqualTo(1);
    assertThat(found.output()).contains("no JDK 100 or newer", "JAVA_HOME", "sdk install java");
  }

  @Test
  void anOldJavaHomeIsPassedOver() throws IOException {
    var old = jdk("old", "1.8.0_402");
    var script = ". " + DISTRIBUTION + "/lib/find-java.sh; java_fits " + old;
    assertThat(Program.of("sh", "-c", script).run().status()).isEqualTo(1);
  }

  @Test
  void theAgentCannotBeAttachedToAndLeavesNoDump() {
    assertThat(launched("agent", "--config", "a b"))
        .contains("-XX:+DisableAttachMechanism", "-XX:-HeapDumpOnOutOfMemoryError")
        .contains("-XX:+ExitOnOutOfMemoryError", "-Djdk.serialFilter=!*")
        .doesNotContain("-XX:TieredStopAtLevel=1")
        .endsWith("agent\n--config\na b\n");
  }

  @Test
  void aShortCommandStartsQuickly() {
    assertThat(launched("--verbose", "status", "agent"))
        .contains("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
        .doesNotContain("DisableAttach")
        .endsWith("--verbose\nstatus\nagent\n");
  }

  /** Services and containers have no locale, and the JVM would then send "?" for "ü" to a host. */
  @ParameterizedTest
  @ValueSource(strings = {"", "LANG=C", "LANG=xx_XX.UTF-8", "LC_ALL=POSIX"})
  void namesThatAreNotAsciiNeedNoLocale(String environment) throws IOException {
    script(jdk.resolve("bin/java"), "echo ${LC_ALL:-unset}");
    var launch =
        "env -i PATH=/usr/bin:/bin JAVA_HOME=%s %s %s/bin/slipway version"
            .formatted(jdk, environment, DISTRIBUTION);
    assertThat(Program.of("sh", "-c", launch).output().strip()).isEqualTo("C.UTF-8");
  }

  @Test
  void optionsForTheJvmAreWords() {
    assertThat(launched("version")).contains("\n-Xmx64m\n-Da=b\n");
  }

  @Test
  void aCloneIsBuiltOnceAndAgainWhenASourceIsNewer() throws IOException {
    var clone = clone("echo built >> builds");
    assertThat(run(clone).output()).contains("Building Slipway").endsWith("started status\n");
    assertThat(run(clone).output()).isEqualTo("started status\n");

    var source = Files.writeString(clone.resolve("agent/src/main/New.java"), "");
    Files.setLastModifiedTime(source, FileTime.from(Instant.parse("2100-01-01T00:00:00Z")));
    assertThat(run(clone).output()).contains("Building Slipway");
    assertThat(clone.resolve("builds")).hasContent("built\nbuilt");
  }

  @Test
  void aBuildThatFailsIsNotStartedAndShowsItsErrors() throws IOException {
    var clone = clone("echo '[ERROR] no room'; exit 1");
    var ended = run(clone);
    assertThat(ended.status()).isEqualTo(1);
    assertThat(ended.output()).contains("[ERROR] no room", "the build failed", "slipway-build.log");
    assertThat(ended.output()).doesNotContain("started");
  }

  private static Program.Ended findJava(String shell, Path javaHome, int release) {
    var script =
        ". %s/lib/find-java.sh; java_release_min=%d; find_java java"
            .formatted(DISTRIBUTION, release);
    return Program.of(shell, "-c", script).with(Map.of("JAVA_HOME", javaHome.toString())).run();
  }

  private String launched(String... arguments) {
    var command = new Object[arguments.length + 1];
    command[0] = DISTRIBUTION.resolve("bin/slipway");
    System.arraycopy(arguments, 0, command, 1, arguments.length);
    var environment = Map.of("JAVA_HOME", jdk.toString(), "SLIPWAY_JAVA_OPTS", "-Xmx64m -Da=b");
    return Program.of(command).with(environment).output();
  }

  private Program.Ended run(Path clone) {
    return Program.of(clone.resolve("slipway"), "status")
        .with(Map.of("JAVA_HOME", jdk.toString()))
        .run();
  }

  /** A JDK whose {@code java} prints its arguments, one a line. */
  private Path jdk(String name, String version) throws IOException {
    var home = Files.createDirectories(scratch.resolve(name));
    Files.writeString(home.resolve("release"), "JAVA_VERSION=\"" + version + "\"\n");
    script(home.resolve("bin/java"), "printf '%s\\n' \"$@\"");
    script(home.resolve("bin/javac"), "");
    return home;
  }

  /** The files that the launcher looks at, and a Maven that runs a script and then delivers. */
  private Path clone(String maven) throws IOException {
    var clone = Files.createDirectories(scratch.resolve("clone"));
    for (var directory : new String[] {"agent/src/main/dist/lib", "strategies/src/main"}) {
      Files.createDirectories(clone.resolve(directory));
    }
    for (var file : new String[] {"slipway", "agent/src/main/dist/lib/find-java.sh"}) {
      Files.copy(TOP.resolve(file), clone.resolve(file));
    }
    var start = "agent/target/slipway/bin/slipway";
    script(clone.resolve("built"), "echo started \"$@\"");
    script(clone.resolve("mvnw"), maven + "\nmkdir -p agent/target/slipway/bin\ncp built " + start);
    return clone;
  }

  private static void script(Path file, String text) throws IOException {
    Files.createDirectories(Objects.requireNonNull(file.getParent()));
    Files.writeString(file, "#!/bin/sh\n" + text + "\n");
    assertThat(file.toFile().setExecutable(true)).isTrue();
  }
}
