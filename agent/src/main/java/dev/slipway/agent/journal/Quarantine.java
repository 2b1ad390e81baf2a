package dev.slipway.agent.journal;

import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Instant;

/** A release that is not tried again in its environment until a person says so. */
public record Quarantine(ReleaseId release, String reason, Instant since) {}
