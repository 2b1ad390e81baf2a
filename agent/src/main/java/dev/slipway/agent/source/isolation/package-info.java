/**
 * What keeps JGit to itself: no configuration of the account or the machine, and no other program.
 */
@NullMarked
package dev.slipway.agent.source.isolation;

import org.jspecify.annotations.NullMarked;
