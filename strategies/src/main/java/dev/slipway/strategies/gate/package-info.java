/**
 * Who has to agree before a rollout goes on: terms that manifests write, how votes are counted, and
 * which services of others are asked.
 */
@NullMarked
package dev.slipway.strategies.gate;

import org.jspecify.annotations.NullMarked;
