/**
 * Who has to agree before a rollout goes on: terms that manifests write, and how votes are counted.
 */
@NullMarked
package dev.slipway.strategies.gate;

import org.jspecify.annotations.NullMarked;
