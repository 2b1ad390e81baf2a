package dev.slipway.agent.e2e.secrets;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.docker.DockerHost;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A search through all that a machine keeps: its files, its journal, and what runs there. */
record Search(DockerHost host, Path directory) {
  private static final String WORDS = "/sought";

  // The words come in a file, for the search must not find the arguments of its own processes.
  private static final String SCRIPT =
      """
      export LC_ALL=C
      find / /run /run/lock /tmp -xdev -type f ! -path %1$s -print0 |
        xargs -0 grep -slaFf %1$s
      journalctl --all --output=export --no-pager | grep -qaFf %1$s && echo journal
      for process in /proc/[0-9]*; do
        for file in cmdline environ; do
          grep -sqaFf %1$s $process/$file &&
            echo "$file of $(grep -o '[^/]*[.]service$' $process/cgroup | head -n 1)"
        done
      done
      rm %1$s
      """
          .formatted(WORDS);

  /** Returns every place once: a file's path, the journal, or the unit of a process. */
  List<String> places(Canary canary) throws IOException {
    Path words = Files.writeString(directory.resolve("words-" + host.name()), lines(canary), UTF_8);
    host.copy(words, WORDS);
    Files.delete(words);
    var ended = host.run(SCRIPT);
    assertThat(ended.status()).as(ended.output()).isZero();
    return ended.output().lines().distinct().sorted().toList();
  }

  private static String lines(Canary canary) {
    return String.join("\n", canary.forms()) + "\n";
  }
}
