package dev.slipway.agent.e2e.adoption;

import dev.slipway.agent.bench.Program;
import dev.slipway.agent.bench.Server;
import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import dev.slipway.agent.e2e.world.Origin;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Collectors;

/** Whole machines that the real Capistrano deploys to from a repository of the application. */
final class CapistranoFleet extends LegacyMachines {
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

  private final Origin project;
  private final Path home;

  private CapistranoFleet(DockerHosts hosts, Path directory) {
    super(hosts);
    this.project = Origin.byFile(directory.resolve("project"));
    this.home = directory.resolve("home");
  }

  /** Prepares machines as an administrator does before the first {@code cap deploy}. */
  static CapistranoFleet on(DockerHosts hosts, Path directory) {
    Server.CAPISTRANO.require();
    var fleet = new CapistranoFleet(hosts, directory);
    fleet.describe();
    fleet.runFrom("/srv/shop/current");
    fleet.everywhere("install -d -o deploy -g deploy /srv/shop");
    return fleet;
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
        .formatted(bench().user(), bench().sshPort(), bench().userKey(), bench().knownHosts());
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
    bench().all().forEach(host -> host.copy(project.git().repository(), "/opt/shop.git"));
    everywhere("chown -R deploy /opt/shop.git");
    Program.of(Server.CAPISTRANO.require(), "production", "deploy")
        .in(project.checkout().directory())
        .with(Map.of("HOME", home.toString()))
        .output();
  }

  @Override
  public String release() {
    return run(
            bench().all().getFirst(),
            "sed -n '$s/.*as release \\([0-9]*\\).*/\\1/p' /srv/shop/revisions.log")
        .strip();
  }
}
