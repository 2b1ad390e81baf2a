package dev.slipway.agent.e2e.previews;

import dev.slipway.agent.bench.docker.DockerHosts;
import dev.slipway.agent.e2e.world.Origin;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: on real machines too, branches have previews that come, go and expire by themselves, and
 * none disturbs another.
 *
 * <p>Method: the scenario of {@link ThreeBranchesTest} with pushes over SSH to two machines, on
 * which previews are instances of one unit of systemd, behind HAProxy on a third.
 */
@Timeout(300)
final class PreviewMachinesTest {
  @Test
  void ofThreeAtOnceOneIsDeletedAndOneExpiresAndTheThirdNoticesNothing(
      @TempDir Path directory, @TempDir Path machines) {
    var names = List.of("dev1", "dev2", "lb1");
    try (var hosts = DockerHosts.boot(machines, names, 1)) {
      var ground = MachineGround.on(hosts, directory);
      try (var branches = new Branches(directory, ground, Origin.overSsh(directory))) {
        new Scenario(branches, ground).oneIsDeletedAndOneExpires();
      }
    }
  }
}
