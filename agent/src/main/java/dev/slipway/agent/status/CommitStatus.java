package dev.slipway.agent.status;

import java.util.Optional;

/**
 * What became of one commit for one application.
 *
 * @param commit its full name; what was asked for as long as no commit of that name was fetched
 * @param ending that of a rollout, or {@code invalid}, {@code refused} or {@code not asked for};
 *     empty as long as nobody can tell
 * @param reason why it ended so, or what is waited for
 */
public record CommitStatus(String commit, Optional<String> ending, String reason) {}
