package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.preview.PortRange;
import dev.slipway.agent.manifest.preview.Seats;
import dev.slipway.agent.manifest.yaml.Place;
import java.time.Duration;
import java.util.Optional;

/**
 * How an environment lets branches have environments of their own.
 *
 * @param ports where their ports are from; empty if applications name them
 * @param domain the name under which people reach one
 */
public record PreviewDocument(
    Place place,
    Seats seats,
    Optional<PortRange> ports,
    Place portsAt,
    Optional<Located> domain,
    OnBranchDeleted onBranchDeleted) {
  private static final int MAX = 10;
  private static final Duration FOR_EVER = Duration.ofDays(36_500);

  /** What becomes of a preview whose branch was deleted. */
  public enum OnBranchDeleted {
    PRUNE,
    /** It stays, and is reported. */
    KEEP
  }

  static PreviewDocument read(Fields fields) {
    Optional<Located> written = fields.located("ports");
    Optional<PortRange> ports = written.flatMap(text -> PortRange.of(text.text()));
    if (written.isPresent() && ports.isEmpty()) {
      fields.report(
          "ports",
          "%s is not a range of ports".formatted(written.get()),
          "write the lowest and the highest, such as 9000-9099");
    }
    Optional<Duration> ttl =
        Optional.of(fields.positive("ttl", FOR_EVER)).filter(time -> !time.equals(FOR_EVER));
    return new PreviewDocument(
        fields.place(),
        new Seats(fields.integer("max", MAX), ttl),
        ports,
        fields.place("ports"),
        fields.located("domain"),
        fields.text("onBranchDeleted").orElse("prune").equals("keep")
            ? OnBranchDeleted.KEEP
            : OnBranchDeleted.PRUNE);
  }
}
