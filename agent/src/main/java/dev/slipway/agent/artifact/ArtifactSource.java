package dev.slipway.agent.artifact;

import dev.slipway.agent.secret.SecretName;
import dev.slipway.strategies.fleet.Digest;
import java.util.List;
import java.util.Optional;

/** Where the files of a release come from. */
public sealed interface ArtifactSource {

  /** Files that lie together in one place. */
  sealed interface Stored extends ArtifactSource {}

  /**
   * An archive over HTTPS, or over HTTP from loopback.
   *
   * @param secret what logs in to the host of the address; only its name is known here
   */
  record Url(String url, Digest sha256, Optional<SecretName> secret) implements Stored {}

  /** A directory in the config repository, as of one commit. */
  record Tree(String repository, String commit, String path) implements Stored {}

  /**
   * Nothing to fetch: others had put the files on the hosts, and they are nowhere else.
   *
   * @param path below the application's directory, or absolute
   */
  record OnHosts(String path) implements Stored {}

  /** An archive file on the agent's machine. */
  record File(String path, Digest sha256) implements Stored {}

  /**
   * Such files with texts of the config repository laid over them.
   *
   * @param laid as they were written in the commit: nothing else has to be there to send them again
   */
  record Configured(Stored files, List<ConfigFile> laid) implements ArtifactSource {
    public Configured {
      laid = List.copyOf(laid);
    }
  }
}
