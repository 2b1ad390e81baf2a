package dev.slipway.strategies.advice;

import java.util.List;
import java.util.Optional;

/** Something that has to be known before a strategy can be recommended. */
public enum Question {
  /** Some strategies are no replacement at all, but an experiment. */
  GOAL(
      "goal",
      "What is the rollout for?",
      new Choice("replace", "one release is to take the place of another"),
      new Choice("compare", "two variants are to be compared by what users do with them"),
      new Choice("rehearse", "the release is to meet real requests before any user meets it"),
      new Choice("hide", "the release is to be everywhere before its features are opened")),
  /** As with a schema that only one of them understands. */
  APART(
      "apart",
      "Is it forbidden that two releases answer at the same time?",
      new Choice("yes", "two releases must never answer at the same time"),
      new Choice("no", "two releases may answer at the same time")),
  /** The first question of the tree that this one grew from. */
  MONITORING(
      "monitoring",
      "Do you have monitoring that tells a bad release from a good one?",
      new Choice("yes", "monitoring tells a bad release from a good one"),
      new Choice("no", "no monitoring tells a bad release from a good one")),
  /** A small share of few requests says nothing. */
  TRAFFIC(
      "traffic",
      "Are there more than a million requests a day?",
      new Choice("yes", "with more than a million requests a day, a small share tells enough"),
      new Choice("no", "with fewer than a million requests a day, a small share tells too little")),
  /** Where requests cannot be moved, they are wherever the release is. */
  BALANCER(
      "balancer",
      "Does a load balancer stand in front?",
      new Choice("yes", "a load balancer stands in front"),
      new Choice("no", "no load balancer stands in front")),
  /** The second slot of a host is what doubles resources here. */
  DOUBLE(
      "double",
      "Has every host room for two releases side by side?",
      new Choice("yes", "every host has room for two releases side by side"),
      new Choice("no", "not every host has room for two releases side by side")),
  /** Where one host is all there is, nobody serves while it is replaced in place. */
  SEVERAL(
      "several",
      "Does it run on more than one host?",
      new Choice("yes", "others serve while one host is replaced"),
      new Choice("no", "there is one host, and nobody serves while it is replaced")),
  /** Asked last, because it changes the pace only. */
  GROWTH(
      "growth",
      "How is the share of the new release to grow?",
      new Choice("steps", "its share is to grow in steps, with a look at the numbers at each"),
      new Choice("curve", "its share is to grow steadily, along a curve"));

  private final String word;
  private final String text;

  @SuppressWarnings("ImmutableEnumChecker") // a list of List.of never changes
  private final List<Choice> choices;

  Question(String word, String text, Choice... choices) {
    this.word = word;
    this.text = text;
    this.choices = List.of(choices);
  }

  /**
   * One of the answers that a question has.
   *
   * @param word what people type
   * @param meaning what is so if they do, as a clause
   */
  public record Choice(String word, String meaning) {}

  /** Returns the word that the question goes by. */
  public String word() {
    return word;
  }

  /** Returns the question as people are asked. */
  public String text() {
    return text;
  }

  /** Returns the answers, at least two. */
  public List<Choice> choices() {
    return choices;
  }

  /** Returns the answer that goes by a word, if there is one. */
  public Optional<Choice> choice(String typed) {
    return choices.stream().filter(choice -> choice.word().equals(typed)).findFirst();
  }
}
