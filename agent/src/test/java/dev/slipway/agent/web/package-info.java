/** The API over real sockets. */
@NullMarked
package dev.slipway.agent.web;

import org.jspecify.annotations.NullMarked;
