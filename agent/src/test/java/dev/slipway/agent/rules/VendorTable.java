package dev.slipway.agent.rules;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Which library may be used in which packages of the agent: the one table, kept short. */
final class VendorTable {
  private static final List<Row> ROWS =
      List.of(
          row("ch.qos.logback", ""),
          row("com.fasterxml.jackson.annotation", "journal", "manifest", "status"),
          row("com.github.luben.zstd", "artifact"),
          row("com.networknt.schema", "manifest"),
          row("com.hierynomus", "ssh"),
          row("io.fabric8.kubernetes", "balancer.istio"),
          row("io.micrometer", "telemetry"),
          row("io.undertow", "balancer.edge", "web"),
          row("net.schmizz", "ssh"),
          row("okhttp3", "artifact", "http", "probe", "web"),
          row("okio", "http"),
          row("org.apache.commons.compress", "artifact"),
          row("org.bouncycastle", "ssh"),
          row("org.eclipse.jgit", "source"),
          row("org.flywaydb", "journal"),
          row("org.quartz", "schedule"),
          row("org.snakeyaml.engine", "manifest"),
          row("org.sqlite", "journal"),
          row("org.xnio", "balancer.edge", "web"),
          row("picocli", "", "cli"),
          row(
              "tools.jackson",
              "balancer.edge",
              "balancer.istio",
              "cli",
              "http",
              "journal",
              "manifest",
              "metrics",
              "notify",
              "probe",
              "status",
              "web"),
          anywhere("org.slf4j"),
          anywhere("org.jspecify"));

  private VendorTable() {}

  /** Returns the row for a class that is neither ours nor the JDK's. */
  static Optional<Row> rowOf(String className) {
    return ROWS.stream().filter(row -> className.startsWith(row.library + ".")).findFirst();
  }

  private static Row row(String library, String... packages) {
    return new Row(library, List.copyOf(Arrays.asList(packages)), false);
  }

  private static Row anywhere(String library) {
    return new Row(library, List.of(), true);
  }

  /**
   * A library and who may use it.
   *
   * @param library prefix of its packages
   * @param packages ours, without {@code dev.slipway.agent.}; empty text is the root package
   */
  record Row(String library, List<String> packages, boolean anywhere) {
    boolean allows(String ourPackage) {
      return anywhere || packages.stream().anyMatch(allowed -> covers(allowed, ourPackage));
    }

    private static boolean covers(String allowed, String ourPackage) {
      var root = "dev.slipway.agent";
      if (allowed.isEmpty()) {
        return ourPackage.equals(root);
      }
      return (ourPackage + ".").startsWith(root + "." + allowed + ".");
    }
  }
}
