package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.reading.AgentFile;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Collectors;
import picocli.CommandLine.Option;

/** Where the agent is that a command talks to: by default, the one of the configuration file. */
final class AgentOptions {
  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The agent's own file (default: ${DEFAULT-VALUE}).",
      defaultValue = "${env:SLIPWAY_CONFIG:-/etc/slipway/agent.yaml}")
  private Path config = Path.of("/etc/slipway/agent.yaml");

  Path file() {
    return config;
  }

  /**
   * Reads the agent's own file.
   *
   * @throws Failure if it is missing or wrong
   */
  AgentConfig read() {
    try {
      return switch (AgentFile.parse(Files.readAllBytes(config), config, System.getenv())) {
        case Parsed.Valid<AgentConfig>(var value) -> value;
        case Parsed.Invalid<AgentConfig>(var problems) ->
            throw new Failure(
                ExitCode.INVALID,
                problems.stream().map(String::valueOf).collect(Collectors.joining("\n")));
      };
    } catch (NoSuchFileException e) {
      throw new Failure(
          ExitCode.INVALID,
          "%s: there is no such file; name the agent's own file with --config".formatted(config));
    } catch (IOException e) {
      throw new Failure(ExitCode.INVALID, "%s cannot be read: %s".formatted(config, e));
    }
  }

  /**
   * Returns a client of the agent.
   *
   * @throws Failure if the configuration or the token cannot be read
   */
  ApiClient client() {
    AgentConfig read = read();
    try {
      return ApiClient.of(read.listen(), ApiToken.read(read.stateDirectory()));
    } catch (NoSuchFileException e) {
      throw new Failure(
          ExitCode.UNREACHABLE,
          "there is no token at %s; has the agent been started?"
              .formatted(ApiToken.file(read.stateDirectory())));
    } catch (IOException e) {
      throw new Failure(
          ExitCode.AUTH,
          "the token at %s cannot be read: %s; run the command as the agent's user"
              .formatted(ApiToken.file(read.stateDirectory()), e.getMessage()));
    }
  }
}
