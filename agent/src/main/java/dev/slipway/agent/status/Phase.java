package dev.slipway.agent.status;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How an application in an environment does, in one word. */
public enum Phase {
  /** What is wanted runs everywhere. */
  @JsonProperty("Healthy")
  HEALTHY,
  /** A rollout is under way. */
  @JsonProperty("Progressing")
  PROGRESSING,
  /** What is wanted does not run everywhere, and no rollout is under way. */
  @JsonProperty("Degraded")
  DEGRADED,
  /** The wanted release is held back: it failed before, or history was rewritten. */
  @JsonProperty("Held")
  HELD,
  /** Its manifest is wrong; what ran goes on running. */
  @JsonProperty("Invalid")
  INVALID,
  /** Its manifest or branch is gone; what ran goes on running. */
  @JsonProperty("SourceMissing")
  SOURCE_MISSING,
  /** Nothing of it is there, as it should be: the preview has expired. */
  @JsonProperty("Absent")
  ABSENT,
  /** A rollout failed both ways; a person is needed. */
  @JsonProperty("NeedsHelp")
  NEEDS_HELP,
  /** Nothing was observed yet. */
  @JsonProperty("Unknown")
  UNKNOWN
}
