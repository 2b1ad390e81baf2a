package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.status.ApplicationStatus;
import dev.slipway.agent.web.ApiClient;
import dev.slipway.agent.web.ApiClient.Reply;
import java.util.List;

/** Answers of the agent, turned into values or into the failure that ends the command. */
final class Answers {
  private Answers() {}

  static <T> T valueOf(Reply<T> reply) {
    return switch (reply) {
      case Reply.Ok<T>(var value) -> value;
      case Reply.Refused<T>(var status, var reason) ->
          throw new Failure(ExitCode.ofStatus(status), reason);
      case Reply.Unreachable<T>(var reason) -> throw new Failure(ExitCode.UNREACHABLE, reason);
    };
  }

  /** Finds the one application that a person means by {@code [[REPO/]ENV/]APP}. */
  static ApplicationStatus find(List<ApplicationStatus> all, String name) {
    List<ApplicationStatus> found =
        all.stream().filter(one -> ("/" + one.name()).endsWith("/" + name)).toList();
    String names = String.join(", ", all.stream().map(ApplicationStatus::name).toList());
    return switch (found.size()) {
      case 1 -> found.getFirst();
      case 0 ->
          throw new Failure(
              ExitCode.USAGE, "'%s' is no application; there are: %s".formatted(name, names));
      default ->
          throw new Failure(
              ExitCode.USAGE,
              "'%s' could be any of: %s; say more of the name"
                  .formatted(
                      name,
                      String.join(", ", found.stream().map(ApplicationStatus::name).toList())));
    };
  }

  static Target target(ApiClient client, String name) {
    ApplicationStatus found = find(valueOf(client.status()), name);
    return new Target(found.repository(), found.environment(), found.application());
  }
}
