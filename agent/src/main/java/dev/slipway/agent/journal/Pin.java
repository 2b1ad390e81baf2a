package dev.slipway.agent.journal;

import dev.slipway.strategies.fleet.ReleaseId;
import java.time.Instant;

/** A person's word that an application stays on a release, whatever the branch asks for. */
public record Pin(ReleaseId release, String who, String why, Instant since) {}
