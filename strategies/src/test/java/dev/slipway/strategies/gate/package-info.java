/** Tests of how approvals are counted, with people who are written in more than one way. */
@NullMarked
package dev.slipway.strategies.gate;

import org.jspecify.annotations.NullMarked;
