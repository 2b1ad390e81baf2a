/**
 * Ansible inventories, read once to make the hosts of an environment from them.
 *
 * <p>Two readers, one for each of Ansible's own formats, fill {@code Groups}; {@code Groups} works
 * out what is true of each host, and {@code EnvironmentText} says it as a manifest. What Ansible
 * makes by running a program is not read: {@code ansible-inventory} writes it as a file.
 */
@NullMarked
package dev.slipway.agent.manifest.ansible;

import org.jspecify.annotations.NullMarked;
