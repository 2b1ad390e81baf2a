package dev.slipway.agent.e2e.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.e2e.world.MachineFleet;
import dev.slipway.agent.e2e.world.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Whole machines that the real Capistrano deploys to from a repository of the application. */
final class CapistranoFleet implements Legacy {
  private static final String UNIT =
      """
      [Service]
      User=shop
      Environment=PORT=%d
      EnvironmentFile=-/srv/shop/env/current.env
      WorkingDirectory=/srv/shop/current
      ExecStart=/srv/shop/current/bin/start --address 0.0.0.0 --port ${PORT}
      Restart=always
      """;
  private static final String CAPFILE =
      """
      require "capistrano/setup"
      require "capistrano/deploy"
      require "capistrano/scm/git"
      install_plugin Capistrano::SCM::Git
      """;
  private static final String DEPLOY =
      """
      set :application, "shop"
      set :repo_url, "/opt/shop.git"
      set :branch, "main"
      set :deploy_to, "/srv/shop"
      set :format, :simpletext
      append :linked_dirs, "log"
      namespace :deploy do
        after :publishing, :restart do
          on roles(:app), in: :sequence do
            execute :sudo, "-n", "systemctl", "restart", "shop"
          end
        end
      end
      """;

  private final DockerHosts hosts;
  private final MachineFleet machines;
  private final Origin project;
  private final Path home;

  private CapistranoFleet(DockerHosts hosts, Path directory) {
    this.hosts = hosts;
    this.machines = MachineFleet.on(hosts);
    this.project = Origin.byFile(directory.resolve("project"));
    this.home = directory.resolve("home");
  }

  /** Prepares machines as an administrator does before the first {@code cap deploy}. */
  static CapistranoFleet on(DockerHosts hosts, Path directory) {
    Server.CAPISTRANO.require();
    var fleet = new CapistranoFleet(hosts, directory);
    fleet.describe();
    fleet.everywhere(
        "cat >/etc/systemd/system/shop.service <<'END'\n%sEND\nsystemctl daemon-reload"
            .formatted(UNIT.formatted(fleet.appPort())));
    fleet.everywhere("install -d -o deploy -g deploy /srv/shop");
    return fleet;
  }

  CapistranoFleet letIn(Path directory) {
    machines.letIn(directory);
    return this;
  }

  private void describe() {
    String servers =
        addresses().stream()
            .map("server \"%s\", roles: %%w[app]\n"::formatted)
            .collect(Collectors.joining());
    project
        .checkout()
        .write("Capfile", CAPFILE)
        .write("config/deploy.rb", DEPLOY)
        .write("config/deploy/production.rb", servers + login());
  }

  private String login() {
    return """
    set :ssh_options, {
      user: "%s", port: %d, config: false, auth_methods: %%w[publickey], keys: ["%s"],
      keys_only: true, verify_host_key: :always, user_known_hosts_file: "%s"
    }
    """
        .formatted(hosts.user(), hosts.sshPort(), hosts.userKey(), hosts.knownHosts());
  }

  @Override
  public void deploy(String version, Behaviour behaviour) {
    try {
      DemoRelease.write(project.checkout().directory(), version, behaviour);
      Files.createDirectories(home);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    project.checkout().commitAndPush("Release shop " + version);
    hosts.all().forEach(host -> host.copy(project.git().repository(), "/opt/shop.git"));
    everywhere("chown -R deploy /opt/shop.git");
    Program.of(Server.CAPISTRANO.require(), "production", "deploy")
        .in(project.checkout().directory())
        .with(Map.of("HOME", home.toString()))
        .output();
  }

  @Override
  public String release() {
    return run(
            hosts.all().getFirst(),
            "sed -n '$s/.*as release \\([0-9]*\\).*/\\1/p' /srv/shop/revisions.log")
        .strip();
  }

  @Override
  public List<String> processes() {
    return hosts.all().stream()
        .map(host -> run(host, "systemctl show -p MainPID -p NRestarts shop"))
        .toList();
  }

  @Override
  public List<String> addresses() {
    return machines.addresses();
  }

  @Override
  public int appPort() {
    return machines.appPort();
  }

  @Override
  public String hosts() {
    return machines.hosts();
  }

  @Override
  public String service() {
    return machines.service() + "linkedDirs: [log]\n";
  }

  @Override
  public String variables() {
    return machines.variables();
  }

  @Override
  public String bounds() {
    return machines.bounds();
  }

  @Override
  public void clear() {
    machines.clear();
  }

  private void everywhere(String script) {
    hosts.all().parallelStream().forEach(host -> run(host, script));
  }

  private static String run(DockerHost host, String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
