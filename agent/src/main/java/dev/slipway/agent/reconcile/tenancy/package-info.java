/**
 * The time of an application on its hosts: no preview begins without ports of its own, and nothing
 * is left running of what was taken out and is to go.
 *
 * <p>Knows the journal and what rollouts offer, and nothing of workers.
 */
@NullMarked
package dev.slipway.agent.reconcile.tenancy;

import org.jspecify.annotations.NullMarked;
