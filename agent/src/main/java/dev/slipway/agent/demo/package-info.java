/**
 * What a demonstration needs besides Slipway itself: a tiny application and people who use it.
 *
 * <p>{@link dev.slipway.agent.demo.DemoApp} is a real program that can be released, and released
 * broken. {@link dev.slipway.agent.demo.LoadClient} sends it requests and misses none of the
 * answers; {@code slipway demo} and all tests of balancers count with it, so "lost" means the same
 * everywhere. Nothing here knows how Slipway works.
 */
@NullMarked
package dev.slipway.agent.demo;

import org.jspecify.annotations.NullMarked;
