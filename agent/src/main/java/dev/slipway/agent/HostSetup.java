package dev.slipway.agent;

import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.cli.Starts.HostRequest;
import dev.slipway.agent.cli.Starts.Login;
import dev.slipway.agent.host.Machines;
import dev.slipway.agent.host.SshSettings;
import dev.slipway.agent.host.bootstrap.Access;
import dev.slipway.agent.host.bootstrap.Bootstrap;
import dev.slipway.agent.host.bootstrap.Bootstrapped;
import dev.slipway.agent.host.bootstrap.HostNeeds;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.Validation;
import dev.slipway.strategies.fleet.Reach;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** {@code slipway bootstrap}: what a host needs for an environment, printed or made so. */
final class HostSetup {
  private static final int SSH_PORT = 22;
  private static final Duration CONNECT = Duration.ofSeconds(15);

  private final HostRequest request;
  private final PrintWriter out;
  private final PrintWriter errors;

  HostSetup(HostRequest request, PrintWriter out, PrintWriter errors) {
    this.request = request;
    this.out = out;
    this.errors = errors;
  }

  /** Returns an exit code. */
  int run() {
    if (!Files.isDirectory(request.repository())) {
      return complain(
          "%s is no directory; name the one that holds slipway.yaml"
              .formatted(request.repository()));
    }
    var deployments = new ArrayList<Deployment>();
    boolean sound = true;
    for (Wanted wanted : Validation.wanted(request.repository(), request.environment())) {
      switch (wanted) {
        case Wanted.Deploy(var deployment, var _, var _, var _) -> deployments.add(deployment);
        case Wanted.Missing(var target, var reason) -> {
          errors.println(target + ": " + reason);
          sound = false;
        }
        case Wanted.Absent _ -> {}
        case Wanted.Invalid invalid -> {
          invalid.problems().forEach(errors::println);
          sound = false;
        }
      }
    }
    return sound ? withNeeds(deployments) : ExitCode.INVALID;
  }

  private int withNeeds(List<Deployment> deployments) {
    List<HostNeeds> all = HostsNeeds.of(deployments);
    Optional<HostNeeds> needs =
        all.stream()
            .filter(found ->
                found.host().name().equals(request.host())
                    || found.host().address().equals(request.host()))
            .findFirst();
    if (needs.isEmpty()) {
      return complain(
          "environment '%s' of %s places nothing on a host '%s'; use one of %s"
              .formatted(
                  request.environment(),
                  request.repository(),
                  request.host(),
                  all.stream().map(found -> found.host().name()).toList()));
    }
    if (needs.get().host().reach() == Reach.LOCAL) {
      return complain(
          "host '%s' is the agent's own machine: nobody logs in there, and nothing is prepared"
              .formatted(request.host()));
    }
    try {
      return act(needs.get(), Bootstrap.of(needs.get(), access()));
    } catch (IllegalArgumentException e) {
      return complain(String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return complain("the public key cannot be read: " + e);
    }
  }

  private Access access() throws IOException {
    Optional<Path> file = request.publicKey();
    return new Access(
        file.isPresent() ? Optional.of(Files.readString(file.get())) : Optional.empty(),
        request.from());
  }

  private int act(HostNeeds needs, Bootstrap script) {
    if (request.login().isEmpty()) {
      script.text().lines().forEach(out::println);
      return ExitCode.OK;
    }
    Login login = request.login().get();
    try (var machines = Machines.open(Optional.of(settings(needs, login)))) {
      var as = login.user().equals("root") ? Bootstrapped.As.LOGIN : Bootstrapped.As.ROOT;
      return switch (Bootstrapped.apply(script, machines.machine(needs.host()), as)) {
        case Bootstrapped.Ready ready -> {
          ready.said().forEach(out::println);
          out.println(
              "%s: %s".formatted(needs.host(), ready.isAsItShouldBe() ? "nothing to do" : "done"));
          yield ready.lacksNothing() ? ExitCode.OK : ExitCode.FAILED;
        }
        case Bootstrapped.Failed(var reason) -> {
          errors.println("slipway: %s: %s".formatted(needs.host(), reason));
          yield ExitCode.FAILED;
        }
      };
    }
  }

  private static SshSettings settings(HostNeeds needs, Login login) {
    return new SshSettings(
        login.user(),
        login.port().or(() -> needs.ssh().map(SshSettings::port)).orElse(SSH_PORT),
        needs.ssh().flatMap(SshSettings::proxyJump),
        login.knownHosts(),
        login.identity(),
        SshSettings.Become.NONE,
        CONNECT);
  }

  private int complain(String text) {
    errors.println("slipway: " + text);
    return ExitCode.INVALID;
  }
}
