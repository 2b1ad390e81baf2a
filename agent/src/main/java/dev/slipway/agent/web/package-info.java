/**
 * The API of the agent over HTTP: health, metrics, and what the command line asks.
 *
 * <p>Everything but {@code /healthz} and {@code /metrics} needs the token that lies in the state
 * directory, and only loopback is listened on unless the configuration says otherwise.
 */
@NullMarked
package dev.slipway.agent.web;

import org.jspecify.annotations.NullMarked;
