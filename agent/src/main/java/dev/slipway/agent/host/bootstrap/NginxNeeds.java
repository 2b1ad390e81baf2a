package dev.slipway.agent.host.bootstrap;

import java.util.Optional;

/**
 * What steering one nginx needs on its host.
 *
 * @param file that the user who deploys writes, in a directory of that user's
 * @param config the main configuration; empty if nginx knows it by itself
 * @param status the port at which it is asked, as {@code address:port}
 */
public record NginxNeeds(String file, Optional<String> config, String status) {
  /** Returns the directory of the file. */
  String directory() {
    return file.substring(0, Math.max(1, file.lastIndexOf('/')));
  }
}
