/** Tests of the SSH connection against real OpenSSH servers. */
@NullMarked
package dev.slipway.agent.ssh;

import org.jspecify.annotations.NullMarked;
