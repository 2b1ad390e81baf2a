package dev.slipway.agent.e2e.adoption;

import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.demo.Behaviour;
import dev.slipway.agent.demo.DemoRelease;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/** Whole machines where somebody copied an application into a directory and started it there. */
final class PlainFleet extends LegacyMachines {
  private static final String DIRECTORY = "/opt/shop";

  private final Path workshop;

  private PlainFleet(DockerHosts hosts, Path workshop) {
    super(hosts);
    this.workshop = workshop;
  }

  static PlainFleet on(DockerHosts hosts, Path workshop) {
    var fleet = new PlainFleet(hosts, workshop.resolve("copied"));
    fleet.runFrom(DIRECTORY);
    return fleet;
  }

  @Override
  public void deploy(String version, Behaviour behaviour) {
    try {
      DemoRelease.write(workshop, version, behaviour);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    bench().all().forEach(host -> host.copy(workshop, DIRECTORY));
    everywhere("systemctl start shop");
  }

  /** Does what an administrator is told to do. */
  void link() {
    everywhere(
        "install -d -o deploy -g deploy /srv/shop; ln -s " + DIRECTORY + " /srv/shop/current");
    runFrom("/srv/shop/current");
  }

  @Override
  public String release() {
    return "shop";
  }
}
