package dev.slipway.agent.manifest.schema;

import java.util.Locale;

/** What a manifest is about, as its {@code kind} says. */
public enum Kind {
  /** The agent's own file. */
  AGENT,
  /** Which branch asks for which environment. */
  PROJECT,
  /** Hosts, balancers and what runs there. */
  ENVIRONMENT,
  /** What is released. */
  APPLICATION,
  /** How a release takes the place of another. */
  STRATEGY;

  /** Returns the name of the file that holds the schema. */
  public String schemaFile() {
    return name().toLowerCase(Locale.ROOT) + ".schema.json";
  }
}
