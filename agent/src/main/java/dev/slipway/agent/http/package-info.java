/**
 * HTTP as others use it: downloads that are bounded in size, time and in where they may lead.
 *
 * <p>Addresses come from commits, so none is trusted: {@code http} only from loopback, no redirect
 * to another host, nothing from link-local addresses.
 */
@NullMarked
package dev.slipway.agent.http;

import org.jspecify.annotations.NullMarked;
