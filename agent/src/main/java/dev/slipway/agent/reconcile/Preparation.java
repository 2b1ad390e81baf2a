package dev.slipway.agent.reconcile;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.artifact.ArtifactStore.Fetched;
import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.agent.secret.Keyring;
import dev.slipway.agent.secret.Vault;
import dev.slipway.strategies.fleet.Digest;
import java.util.Optional;

/** Turns what a commit asks for into a release, by fetching its files; remembers the last one. */
final class Preparation {
  private final ArtifactStore artifacts;
  private final Keyring keyring;
  private volatile Optional<Known> last = Optional.empty();

  Preparation(ArtifactStore artifacts, Keyring keyring) {
    this.artifacts = artifacts;
    this.keyring = keyring;
  }

  private record Known(ReleaseSpec spec, Digest content) {}

  /** What came of it. */
  sealed interface Prepared {
    /** The release is known and its files are here. */
    record Ready(Delivery delivery) implements Prepared {}

    /** Its files are not what was promised, or a secret of it cannot be used. */
    record Refused(String reason) implements Prepared {}

    /** Its files cannot be had now. */
    record Unavailable(String reason) implements Prepared {}
  }

  Prepared of(Deployment deployment) {
    ReleaseSpec spec = deployment.release();
    if (keyring.vault(deployment.target().environment()).open(spec.secrets())
        instanceof Vault.Opened.Lacking(var reasons)) {
      return new Prepared.Refused(String.join("\n", reasons));
    }
    Optional<Known> known = last.filter(one -> one.spec().equals(spec));
    if (known.isPresent()) {
      return ready(deployment, known.get().content());
    }
    return switch (artifacts.fetch(spec.source())) {
      case Fetched.Got(var artifact) -> {
        last = Optional.of(new Known(spec, artifact.content()));
        yield ready(deployment, artifact.content());
      }
      case Fetched.Refused(var reason) -> new Prepared.Refused(reason);
      case Fetched.Unavailable(var reason) -> new Prepared.Unavailable(reason);
    };
  }

  private static Prepared ready(Deployment deployment, Digest content) {
    ReleaseSpec spec = deployment.release();
    return new Prepared.Ready(
        new Delivery(spec.of(content), spec.source(), deployment.branch(), deployment.revision()));
  }
}
