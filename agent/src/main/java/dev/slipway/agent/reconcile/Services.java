package dev.slipway.agent.reconcile;

import dev.slipway.agent.artifact.ArtifactStore;
import dev.slipway.agent.journal.Journal;
import dev.slipway.agent.reconcile.decision.Tempo;
import dev.slipway.agent.rollout.Rollouts;
import dev.slipway.agent.secret.Keyring;
import dev.slipway.agent.time.Waiter;
import java.time.InstantSource;

/** What reconciling is built on. */
public record Services(
    Journal journal,
    Rollouts rollouts,
    ArtifactStore artifacts,
    Keyring keyring,
    InstantSource clock,
    Waiter waiter,
    Tempo tempo) {}
