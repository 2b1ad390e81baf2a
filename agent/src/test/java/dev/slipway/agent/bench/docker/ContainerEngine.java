package dev.slipway.agent.bench.docker;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Requirements;
import dev.slipway.agent.bench.Server;

/** The container engine of this machine, and what it needs to be told so that tests can use it. */
final class ContainerEngine {
  static final String BASE_IMAGE = "debian:bookworm-slim";
  private static final String PREPARE = "eval \"$(.ci/prepare-docker)\"";
  private static final String API_VERSION = "api.version";

  private ContainerEngine() {}

  /** Skips or fails the test unless containers can be started. */
  static void require() {
    var docker = Server.DOCKER.require();
    var requirements = Requirements.ofThisMachine();
    var version = Program.of(docker, "version", "--format", "{{.Server.APIVersion}}").run();
    requirements.require(version.status() == 0, "no container engine answers", PREPARE);
    requirements.require(
        !isBaseImageHomeMade() || System.getenv("TESTCONTAINERS_RYUK_DISABLED") != null,
        "the variables for an engine that cannot pull images are not set",
        PREPARE);
    speak(version.output().strip());
  }

  /** Tells whether all machines see the one tree of cgroups version 2. */
  static boolean hasUnifiedCgroups() {
    var docker = Server.DOCKER.require();
    return Program.of(docker, "info", "--format", "{{.CgroupVersion}}").output().startsWith("2");
  }

  // Older engines refuse the newer version that Testcontainers would speak by default.
  private static void speak(String version) {
    if (System.getProperty(API_VERSION) == null) {
      System.setProperty(API_VERSION, version);
    }
  }

  /** An image that was made here and not pulled has no digest of a registry. */
  private static boolean isBaseImageHomeMade() {
    var inspect =
        Program.of(
            Server.DOCKER.require(),
            "image",
            "inspect",
            "--format",
            "{{.RepoDigests}}",
            BASE_IMAGE);
    var ended = inspect.run();
    return ended.status() == 0 && ended.output().strip().equals("[]");
  }
}
