package dev.slipway.agent;

import dev.slipway.agent.balancer.Answer;
import dev.slipway.agent.balancer.Balancer;
import dev.slipway.agent.cli.ExitCode;
import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.site.Sites;
import dev.slipway.agent.http.Calls;
import dev.slipway.agent.http.Queries;
import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.AgentConfig.Repository;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.Desired;
import dev.slipway.agent.rollout.judge.Tallies;
import dev.slipway.agent.schedule.windows.Admission;
import dev.slipway.agent.secret.Vault;
import dev.slipway.agent.source.ConfigRepositories;
import dev.slipway.agent.source.ConfigRepository;
import dev.slipway.agent.source.ConfigRepository.Polled;
import dev.slipway.agent.source.StatusWriter;
import dev.slipway.agent.source.Tree;
import dev.slipway.agent.time.Waiter;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Role;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/** Looks at everything that the agent needs, and says how to mend what is wrong. */
final class Doctor {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final Duration SKEW_MAX = Duration.ofSeconds(30);
  private static final Epoch NOBODY = new Epoch("doctor", 1);

  private final AgentConfig config;
  private final PrintWriter out;
  private int findings;

  Doctor(AgentConfig config, PrintWriter out) {
    this.config = config;
    this.out = out;
  }

  /** Returns {@link ExitCode#OK}, or {@link ExitCode#FAILED} if anything is to be mended. */
  int examine() {
    stateDirectory();
    secrets();
    config.repositories().forEach(this::repository);
    out.printf("%d to mend%n", findings);
    return findings == 0 ? ExitCode.OK : ExitCode.FAILED;
  }

  private void stateDirectory() {
    Path state = config.stateDirectory();
    if (Files.isDirectory(state) && Files.isWritable(state)) {
      good("state directory %s can be written".formatted(state));
    } else {
      bad(
          "state directory %s cannot be written".formatted(state),
          "create it and give it to the agent's user");
    }
  }

  private void secrets() {
    Path directory = config.secrets().directory();
    if (!Files.isDirectory(directory)) {
      return;
    }
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (Files.getPosixFilePermissions(file).contains(PosixFilePermission.OTHERS_READ)) {
          bad("secret %s can be read by everyone".formatted(file), "chmod 0600 " + file);
        }
      }
    } catch (IOException | UncheckedIOException e) {
      bad("secrets in %s cannot be read: %s".formatted(directory, e), "run as the agent's user");
    }
  }

  private void repository(Repository spec) {
    Path scratch;
    try {
      scratch = Files.createTempDirectory("slipway-doctor-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var factory =
        new ConfigRepositories(
            StatusWriter.of("doctor", "localhost"),
            Waiter.wallClock(),
            Waiter.system(),
            RandomGenerator.getDefault());
    try (ConfigRepository repository = factory.open(spec.remote(), scratch.resolve("clone"))) {
      switch (repository.poll(patterns(spec))) {
        case Polled.Unavailable(var reason) -> bad(reason, "check address, key and known hosts");
        case Polled.Tips(var tips, var refused) -> {
          refused.forEach((branch, reason) -> bad(branch + ": " + reason, "see there"));
          good(
              "repository %s answers; branches: %s".formatted(spec.remote().name(), tips.keySet()));
          manifests(spec, repository, tips);
        }
      }
    } finally {
      delete(scratch);
    }
  }

  private void manifests(Repository spec, ConfigRepository repository, Map<String, String> tips) {
    String trunk = tips.get(spec.trunk());
    if (trunk == null) {
      bad(
          "%s has no branch '%s'".formatted(spec.remote().name(), spec.trunk()),
          "push it, or name another trunk in the agent's file");
      return;
    }
    var branches = new HashMap<String, Tree>();
    tips.forEach((branch, commit) -> branches.put(branch, repository.tree(commit)));
    Desired desired =
        Desired.of(config, spec.remote().name(), repository.tree(trunk), branches, Set.of());
    desired.unheard().forEach(this::wrong);
    desired.wanted().forEach(this::application);
    new HostCheckup(this::good, this::bad).examine(desired.wanted());
  }

  private void application(Wanted wanted) {
    switch (wanted) {
      case Wanted.Deploy(var deployment, var admission, var _, var _) -> {
        window(deployment.target(), admission);
        deployment(deployment);
      }
      case Wanted.Missing(var target, var reason) -> bad(target + ": " + reason, "add it");
      case Wanted.Absent absent -> good("%s: %s".formatted(absent.target(), absent.reason()));
      case Wanted.Invalid invalid -> invalid.problems().forEach(this::wrong);
    }
  }

  private void window(Target target, Admission admission) {
    switch (admission.at(Waiter.wallClock().instant())) {
      case Admission.Verdict.Open() -> {}
      case Admission.Verdict.Overridden(var windows, var reason) ->
          good("%s may start although %s: %s".formatted(target, windows, reason));
      case Admission.Verdict.Shut shut -> good("%s: a rollout %s".formatted(target, shut.text()));
    }
  }

  private void deployment(Deployment deployment) {
    var vault = Vault.of(config.secrets(), deployment.target().environment());
    if (vault.open(deployment.release().secrets()) instanceof Vault.Opened.Lacking(var reasons)) {
      reasons.forEach(reason -> bad(deployment.target() + ": " + reason, "put it there"));
    }
    try (var ground =
        new DeploymentGround(
            deployment,
            NOBODY,
            Sites.scripted(),
            Optional.empty(),
            vault,
            Queries.over(Queries.Limits.DEFAULT),
            Calls.over(Duration.ofSeconds(3)),
            config.commands(deployment.target()),
            Tallies.NONE)) {
      for (Instance one : deployment.fleet().oneOfEachHost()) {
        host(deployment, ground, one);
      }
      for (Role role : deployment.fleet().application().roles()) {
        ground.balancers(role).forEach(balancer -> balancer(deployment, balancer));
      }
      ground.lacking().forEach((name, lines) -> lacking(deployment, name, lines));
    }
  }

  private void host(Deployment deployment, DeploymentGround ground, Instance one) {
    Host host = deployment.fleet().host(one);
    Site site = ground.site(one);
    switch (site.look()) {
      case Sighting.Seen seen ->
          good(
              "%s on %s: %d releases, %s"
                  .formatted(deployment.target(), host, seen.releases().size(), room(site)));
      case Sighting.Unreachable(var reason) ->
          bad(
              "%s on %s: %s".formatted(deployment.target(), host, reason),
              "try 'ssh' as the agent's user, with its key and its known hosts");
      case Sighting.IdentityRefused(var reason) ->
          bad(
              "%s on %s: %s".formatted(deployment.target(), host, reason),
              "find out why before anything else; nothing is done there meanwhile");
    }
    clock(ground.machine(host));
  }

  private static String room(Site site) {
    OptionalLong free = site.freeBytes();
    return free.isPresent()
        ? "%d MiB free".formatted(free.getAsLong() >> 20)
        : "and nobody can tell how much is free";
  }

  private void clock(Machine machine) {
    Instant here = Waiter.wallClock().instant();
    Reply reply = machine.run(Command.of("date", "+%s"), PATIENCE);
    if (reply instanceof Reply.Exited(var status, var output, var _, var _) && status == 0) {
      seconds(output)
          .map(there -> Duration.between(here, there).abs())
          .filter(skew -> skew.compareTo(SKEW_MAX) > 0)
          .ifPresent(skew ->
              bad(
                  "the clock of %s is %d s off".formatted(machine.name(), skew.toSeconds()),
                  "run chrony or systemd-timesyncd there"));
    }
  }

  private static Optional<Instant> seconds(String output) {
    String text = output.strip();
    return text.matches("\\d{1,12}")
        ? Optional.of(Instant.ofEpochSecond(Long.parseLong(text)))
        : Optional.empty();
  }

  private void balancer(Deployment deployment, Balancer balancer) {
    switch (balancer.observe()) {
      case Answer.Now now ->
          good(
              "balancer %s knows %s".formatted(balancer.name(), now.observed().members().keySet()));
      case Answer.Refused(var reason) ->
          bad(
              "balancer %s for %s: %s".formatted(balancer.name(), deployment.target(), reason),
              "add what is missing to its configuration");
      case Answer.Unreachable(var reason, var _) ->
          bad(
              "balancer %s: %s".formatted(balancer.name(), reason),
              "start it, and let the agent's user use its socket");
    }
  }

  private void lacking(Deployment deployment, String balancer, List<String> lines) {
    if (!lines.isEmpty()) {
      bad(
          "balancer %s for %s: its configuration lacks lines"
              .formatted(balancer, deployment.target()),
          "add these and reload it; its page under docs/ says why");
      lines.forEach(line -> out.println("        " + line));
    }
  }

  private Set<String> patterns(Repository spec) {
    var patterns = new HashSet<String>();
    patterns.add(spec.trunk());
    for (Bound bound : config.environments()) {
      if (bound.repository().equals(spec.remote().name())) {
        patterns.addAll(bound.refs());
      }
    }
    return patterns;
  }

  private void good(String fact) {
    out.println("ok    " + fact);
  }

  private void bad(String fact, String remedy) {
    mend("%s; %s".formatted(fact, remedy));
  }

  /** A problem of a manifest says itself how to mend it. */
  private void wrong(Problem problem) {
    mend(problem.toString());
  }

  private void mend(String finding) {
    findings++;
    out.println("MEND  " + finding);
  }

  private static void delete(Path directory) {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
