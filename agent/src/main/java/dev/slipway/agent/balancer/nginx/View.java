package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.Answer;
import java.util.Optional;

/** What a look at an nginx shows of one upstream. */
sealed interface View {

  /**
   * It runs with the upstream.
   *
   * @param file what a restart would load; empty if it is gone
   */
  record Running(Told told, Processes processes, Optional<OwnedFile> file) implements View {

    /** Returns the section that lies in the file. */
    Optional<Section> section() {
      return file.flatMap(found -> found.section(told.upstream().name()));
    }

    /** Returns whether it runs with exactly this, and would after a restart. */
    boolean isWith(Section wanted) {
      return wanted.digest().filter(told.digest()::equals).isPresent()
          && section().filter(Section::isIntact).flatMap(Section::digest).equals(wanted.digest());
    }
  }

  /** It shows nothing, and this is what to answer. */
  record Nothing(Answer answer) implements View {}
}
