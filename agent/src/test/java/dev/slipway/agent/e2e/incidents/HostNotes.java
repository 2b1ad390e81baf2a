package dev.slipway.agent.e2e.incidents;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import dev.slipway.agent.e2e.procedures.Migrations;
import java.util.List;

/** What migrations write down on the machine on which they run. */
record HostNotes(DockerHost host) implements Migrations.Notes {
  private static final String DIRECTORY = "/var/lib/migrations";

  /** Begins anew on a machine, where the application may write. */
  static HostNotes on(DockerHost host) {
    var notes = new HostNotes(host);
    notes.run("rm -rf %1$s && install -d -o shop %1$s".formatted(DIRECTORY));
    return notes;
  }

  @Override
  public String directory() {
    return DIRECTORY;
  }

  @Override
  public List<String> lines(String name) {
    return run("cd %s && if test -e %2$s; then cat %2$s; fi".formatted(DIRECTORY, name))
        .lines()
        .toList();
  }

  @Override
  public void write(String name, String text) {
    run("cd %s && echo '%s' >draft && mv draft %s".formatted(DIRECTORY, text, name));
  }

  /** Tells whether a process is there. */
  boolean isAlive(long process) {
    return host.run("kill -0 " + process).status() == 0;
  }

  void kill(long process) {
    run("kill -KILL " + process);
  }

  private String run(String script) {
    var ended = host.run(script);
    assertThat(ended.status()).as("%s on %s: %s", script, host.name(), ended.output()).isZero();
    return ended.output();
  }
}
