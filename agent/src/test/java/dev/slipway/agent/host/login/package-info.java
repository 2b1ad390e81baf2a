/** Tests of logins: each oddity that an account, its shell, its files or its address may have. */
@NullMarked
package dev.slipway.agent.host.login;

import org.jspecify.annotations.NullMarked;
