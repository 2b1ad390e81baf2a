package dev.slipway.agent.artifact;

import dev.slipway.agent.http.Downloads;
import dev.slipway.agent.http.Downloads.Downloaded;
import dev.slipway.agent.http.Downloads.Sink;
import dev.slipway.agent.secret.Login;
import dev.slipway.agent.secret.SecretName;
import dev.slipway.agent.secret.Secrets;
import java.util.Optional;

/** Downloads with the secret that a source names, read anew for each. */
final class LoggedIn {
  private final Downloads downloads;
  private final Secrets secrets;

  LoggedIn(Downloads downloads, Secrets secrets) {
    this.downloads = downloads;
    this.secrets = secrets;
  }

  Downloaded get(ArtifactSource.Url source, Sink sink) {
    return source
        .secret()
        .map(name -> get(source.url(), name, sink))
        .orElseGet(() -> withoutLogin(downloads.get(source.url(), Optional.empty(), sink)));
  }

  private Downloaded get(String url, SecretName name, Sink sink) {
    return switch (secrets.read(name)) {
      case Secrets.Read.Unusable(var reason) -> new Downloaded.Unavailable(reason);
      case Secrets.Read.Found(var secret) ->
          switch (Login.of(secret)) {
            case Login.Parsed.Unusable(var reason) ->
                new Downloaded.Unavailable("%s: %s".formatted(name, reason));
            case Login.Parsed.Usable(var login) ->
                named(name, downloads.get(url, Optional.of(login), sink));
          };
    };
  }

  /** Says whose fault it may be; whether it was the host that is not named, the server knows. */
  private static Downloaded named(SecretName name, Downloaded downloaded) {
    return downloaded instanceof Downloaded.Denied(var reason)
        ? new Downloaded.Denied(
            "%s: %s is not what lets in there; see whether it is right, for this host, and not expired"
                .formatted(reason, name))
        : downloaded;
  }

  /** Without a login nothing changes by waiting, unless the manifest does. */
  private static Downloaded withoutLogin(Downloaded downloaded) {
    return downloaded instanceof Downloaded.Denied(var reason)
        ? new Downloaded.Refused(
            "%s; if it asks for a login, name a secret as secretRef of the source"
                .formatted(reason))
        : downloaded;
  }
}
