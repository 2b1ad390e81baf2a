package dev.slipway.agent.status;

/**
 * Something that people should know of an application, in the form of Kubernetes conditions.
 *
 * @param type what it is about, for example {@code Quarantined}
 * @param reason one word for machines
 * @param message a sentence for people: what is so and what to do
 */
public record Condition(String type, String reason, String message) {
  public Condition {
    message = Printable.text(message);
  }
}
