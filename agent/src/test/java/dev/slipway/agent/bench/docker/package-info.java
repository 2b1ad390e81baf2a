/**
 * Whole machines for tests: containers with a real systemd and a real sshd.
 *
 * <p>They are slower than the loopback hosts of the parent package and are worth it where a test is
 * about units, users, sudo, boots or a machine that dies.
 */
@NullMarked
package dev.slipway.agent.bench.docker;

import org.jspecify.annotations.NullMarked;
