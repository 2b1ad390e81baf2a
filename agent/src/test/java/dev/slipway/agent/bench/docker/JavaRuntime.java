package dev.slipway.agent.bench.docker;

import dev.slipway.agent.bench.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A Java for machines that have none: made once by {@code jlink} and mounted into all of them,
 * because no Debian package brings a JDK that is new enough.
 */
final class JavaRuntime {
  private static final String MODULES =
      "java.base,java.logging,java.management,java.naming,java.net.http,java.sql,java.xml,"
          + "jdk.compiler,jdk.crypto.ec,jdk.httpserver,jdk.net,jdk.unsupported,jdk.zipfs";

  private JavaRuntime() {}

  static synchronized Path directory() {
    var runtime =
        Path.of(
                "target",
                "bench-runtime-%d-%08x".formatted(Runtime.version().feature(), MODULES.hashCode()))
            .toAbsolutePath();
    if (!Files.exists(runtime)) {
      make(runtime);
    }
    return runtime;
  }

  // Made beside its place and moved there, so that a run that was cut leaves no half runtime.
  private static void make(Path runtime) {
    var unfinished =
        runtime.resolveSibling(runtime.getFileName() + "-" + ProcessHandle.current().pid());
    Program.of(
            Path.of(System.getProperty("java.home"), "bin", "jlink"),
            "--add-modules",
            MODULES,
            "--strip-debug",
            "--no-header-files",
            "--no-man-pages",
            "--output",
            unfinished)
        .output();
    try {
      Files.move(unfinished, runtime, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
