/** Tests of reading Ansible inventories. */
@NullMarked
package dev.slipway.agent.manifest.ansible;

import org.jspecify.annotations.NullMarked;
