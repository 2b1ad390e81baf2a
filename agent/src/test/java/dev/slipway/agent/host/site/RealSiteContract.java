package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Machines;
import dev.slipway.strategies.fleet.Slot;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

/** The contract for places that lie in a directory of this machine, however that is reached. */
abstract class RealSiteContract extends SiteContract {
  private final Sites sites = Sites.scripted();

  abstract Machines machines();

  @Override
  protected final Sites sites() {
    return sites;
  }

  @Override
  protected final Machine machine() {
    return machines().machine(place().host());
  }

  @Override
  protected final String linkedByHand(Slot slot) {
    try {
      var directory = Files.createDirectories(files.resolve("by-hand"));
      Files.createDirectories(directory.resolve("bin"));
      var program = Files.writeString(directory.resolve("bin/run"), "#!/bin/sh\nexec sleep 999\n");
      Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
      Files.createSymbolicLink(Path.of(place().deployPath(), slot.name()), directory);
      return directory.toString();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends whatever a test has left running, whoever the place belongs to now. */
  @AfterEach
  final void stopAll() {
    var last = new Epoch("last", 1);
    if (Files.exists(Path.of(place().deployPath()))) {
      sites.takeOver(machine(), place(), last);
      for (var slot : List.of(CURRENT, BLUE)) {
        Acts.assertDone(site(last).stop(slot, release("1"), SECONDS));
      }
    }
  }
}
