/** What people say at the gates of rollouts, by command or by commit, and how a gate is told of. */
@NullMarked
package dev.slipway.agent.reconcile.gates;

import org.jspecify.annotations.NullMarked;
