package dev.slipway.agent.cli;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Commands that need no agent to be running. */
abstract class LocalCommand implements Callable<Integer> {
  @Spec protected CommandSpec spec = CommandSpec.create();
  protected final Starts starts;

  LocalCommand(Starts starts) {
    this.starts = starts;
  }

  /** {@code slipway doctor}. */
  @Command(
      name = "doctor",
      mixinStandardHelpOptions = true,
      description = "Checks Git, hosts, balancers, permissions and the clock; says what to mend.")
  static final class Doctor extends LocalCommand {
    @Mixin private AgentOptions agent = new AgentOptions();

    Doctor(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.doctor(agent.read(), spec.commandLine().getOut());
    }
  }

  /** {@code slipway demo}. */
  @Command(
      name = "demo",
      mixinStandardHelpOptions = true,
      description = "Shows deployments on this machine: four hosts, a proxy, an agent, and load.")
  static final class Demo extends LocalCommand {
    @Option(names = "--once", description = "Runs through without waiting, then ends.")
    private boolean once;

    Demo(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.demo(
          once ? Starts.Ending.ONCE : Starts.Ending.STAY, spec.commandLine().getOut());
    }
  }

  /** {@code slipway bootstrap}. */
  @Command(
      name = "bootstrap",
      mixinStandardHelpOptions = true,
      description = {
        "Prints what a host needs for all that an environment places on it, as a POSIX script:",
        "users, directories, lines for sudo, the agent's key. Read it, keep it, run it as root,",
        "or let --apply run it. Run again, it changes nothing. No agent is needed."
      },
      footer = {
        "",
        "slipway bootstrap web1 -e production | ssh root@web1 sh",
        "",
        "Exit code: 0 all is well, 1 something lacks or failed, 3 there are problems."
      })
  static final class Bootstrap extends LocalCommand {
    private static final Path SSH = Path.of(System.getProperty("user.home", "/"), ".ssh");

    @Parameters(paramLabel = "HOST", description = "The host's name in the environment.")
    private String host = "";

    @Option(
        names = {"-e", "--environment"},
        required = true,
        paramLabel = "NAME",
        description = "The environment.")
    private String environment = "";

    @Option(
        names = {"-C", "--directory"},
        paramLabel = "DIR",
        description = "The directory that holds slipway.yaml. Default: this one.")
    private Path directory = Path.of(".");

    @Option(
        names = "--key",
        paramLabel = "FILE",
        description = "The agent's public key, which is let in with what it needs and no more.")
    private Optional<Path> key = Optional.empty();

    @Option(
        names = "--from",
        split = ",",
        paramLabel = "ADDRESS",
        description = "Where that key may be used from, as in 10.0.0.0/8.")
    private List<String> from = List.of();

    @Option(names = "--apply", description = "Makes it so over SSH, and says what it changed.")
    private boolean apply;

    @Option(
        names = "--as",
        defaultValue = "root",
        paramLabel = "USER",
        description = "Who logs in to apply it; others than root use sudo -n. Default: root.")
    private String user = "";

    @Option(
        names = "--port",
        paramLabel = "PORT",
        description = "The port of sshd. Default: that of the environment.")
    private Optional<Integer> port = Optional.empty();

    @Option(
        names = "--identity",
        paramLabel = "FILE",
        description = "The private key to log in with. Default: ~/.ssh/id_ed25519.")
    private Path identity = SSH.resolve("id_ed25519");

    @Option(
        names = "--known-hosts",
        paramLabel = "FILE",
        description = "The pinned host keys. Default: ~/.ssh/known_hosts.")
    private Path knownHosts = SSH.resolve("known_hosts");

    Bootstrap(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      Optional<Starts.Login> login =
          apply
              ? Optional.of(new Starts.Login(user, port, identity, knownHosts))
              : Optional.empty();
      return starts.bootstrap(
          new Starts.HostRequest(directory, environment, host, key, from, login),
          spec.commandLine().getOut(),
          spec.commandLine().getErr());
    }
  }

  /** {@code slipway init}. */
  @Command(
      name = "init",
      mixinStandardHelpOptions = true,
      description = "Makes a working config repository to start from.")
  static final class Init extends LocalCommand {
    @Parameters(paramLabel = "DIR", description = "A directory that does not exist yet.")
    private Path directory = Path.of(".");

    Init(Starts starts) {
      super(starts);
    }

    @Override
    public Integer call() {
      return starts.init(directory, spec.commandLine().getOut(), spec.commandLine().getErr());
    }
  }
}
