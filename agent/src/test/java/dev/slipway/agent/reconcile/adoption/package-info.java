/** Tests of taking over what runs already. */
@NullMarked
package dev.slipway.agent.reconcile.adoption;

import org.jspecify.annotations.NullMarked;
