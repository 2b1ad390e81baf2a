package dev.slipway.agent.ssh.trust;

import dev.slipway.agent.ssh.trust.KnownHostLine.Marker;
import java.security.PublicKey;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import net.schmizz.sshj.transport.verification.HostKeyVerifier;

/**
 * Says yes or no to a server's key, and keeps the reason of a no.
 *
 * <p>The library's own reader stops at the first line that matches, and so misses a later {@code
 * @revoked}.
 */
public final class PinnedKeys implements HostKeyVerifier {
  private final KnownHosts known;
  private final KnownHosts.Server server;
  private volatile Optional<String> refusal = Optional.empty();

  /** Pins the keys of one server to those of a file. */
  public PinnedKeys(KnownHosts known, KnownHosts.Server server) {
    this.known = known;
    this.server = server;
  }

  @Override
  public boolean verify(String hostname, int port, PublicKey shown) {
    var key = HostKey.of(shown);
    refusal = key.flaw().map(flaw -> "%s is refused: %s".formatted(server, flaw));
    if (refusal.isEmpty()) {
      refusal = refusal(key);
    }
    return refusal.isEmpty();
  }

  @Override
  public List<String> findExistingAlgorithms(String hostname, int port) {
    return known.algorithms(server);
  }

  /** Returns why the key was refused, empty if it was not. */
  public Optional<String> refusal() {
    return refusal;
  }

  private Optional<String> refusal(HostKey key) {
    return switch (known.judge(server, key)) {
      case KnownHosts.Verdict.Trusted() -> Optional.empty();
      case KnownHosts.Verdict.Revoked(var line) ->
          Optional.of(
              "%s shows a key that is revoked in %s:%d (%s); find out why before anything else"
                  .formatted(server, known.file(), line.number(), line.fingerprint()));
      case KnownHosts.Verdict.Unknown() ->
          Optional.of(
              "%s is not in %s; it shows %s; if its own console shows the same, add the line: %s"
                  .formatted(server, known.file(), key.describe(), line(key)));
      case KnownHosts.Verdict.Changed(var pinned) ->
          Optional.of(
              "%s shows another key than is pinned: %s; pinned %s; %s"
                  .formatted(server, key.describe(), places(pinned), remedy(pinned, key)));
    };
  }

  private String places(List<KnownHostLine> pinned) {
    return pinned.stream()
        .map(line -> line.describe(known.file()))
        .collect(Collectors.joining(", "));
  }

  private String remedy(List<KnownHostLine> pinned, HostKey key) {
    var doubt = "either it was reinstalled or somebody is in between; if its own console shows the";
    return pinned.stream().allMatch(line -> line.marker() == Marker.CERT_AUTHORITY)
        ? doubt + " new one, sign it with that authority: ssh-keygen -h -n " + server.host()
        : doubt + " new one, replace the line by: " + line(key);
  }

  private String line(HostKey key) {
    return "%s %s %s".formatted(server.knownAs(), key.type(), key.blob());
  }
}
