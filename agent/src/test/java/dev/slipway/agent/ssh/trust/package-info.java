/** Tests of which host keys are trusted, and with which keys and certificates we log in. */
@NullMarked
package dev.slipway.agent.ssh.trust;

import org.jspecify.annotations.NullMarked;
