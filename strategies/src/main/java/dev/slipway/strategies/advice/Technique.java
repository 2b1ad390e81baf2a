package dev.slipway.strategies.advice;

/** A way to bring a release to its users that can be recommended, built or not. */
public enum Technique {
  ROLLING(
      "rolling",
      "host by host, while the others serve",
      new Cost("none", "none", "medium", "as long as the way there", "two", "moderate")),
  ROLLING_BESIDE(
      "rolling",
      "host by host, the new release beside the old one before that stops",
      new Cost(
          "none",
          "one more process at a time",
          "medium",
          "as long as the way there",
          "two",
          "moderate")),
  RECREATE(
      "recreate",
      "everything stops, then everything starts",
      new Cost(
          "from the last stop to the first start",
          "none",
          "fast",
          "with downtime again",
          "one",
          "high: all users at once")),
  BLUE_GREEN(
      "blueGreen",
      "proven in the idle slots, then all requests are switched",
      new Cost(
          "none",
          "double",
          "fast",
          "one switch",
          "one, or two for a moment",
          "low: tested before it is live")),
  CANARY(
      "canary",
      "a small share of the requests first, and more in steps while the numbers are good",
      new Cost(
          "none",
          "10 to 20 %",
          "long",
          "at once while it is on trial",
          "two",
          "very low: a small share of users")),
  RAMPED(
      "ramped",
      "a share of the requests that grows along a curve while the numbers are good",
      new Cost(
          "none",
          "10 to 20 %",
          "long",
          "at once while it is on trial",
          "two",
          "very low: a small share of users")),
  SHADOW(
      "shadow",
      "copies of real requests to the new release, whose answers no user sees",
      new Cost(
          "none",
          "up to double",
          "long",
          "nothing to take back",
          "one for users",
          "none for users")),
  AB_TEST(
      "abTest",
      "users split over two variants until the numbers tell which one is better",
      new Cost(
          "none",
          "by the share of the arm",
          "as long as the experiment",
          "at once",
          "two",
          "low: the users of one arm")),
  DARK_LAUNCH(
      "darkLaunch",
      "deployed everywhere and switched off, then opened for some users after others",
      new Cost("none", "none", "as the rollout beneath", "a flag", "one", "low: a flag at a time"));

  private final String strategy;
  private final String summary;

  @SuppressWarnings("ImmutableEnumChecker") // a record of texts never changes
  private final Cost cost;

  Technique(String strategy, String summary, Cost cost) {
    this.strategy = strategy;
    this.summary = summary;
    this.cost = cost;
  }

  /** Returns the name of the strategy in manifests. */
  public String strategy() {
    return strategy;
  }

  /** Returns what happens, in one clause. */
  public String summary() {
    return summary;
  }

  /** Returns what it costs. */
  public Cost cost() {
    return cost;
  }
}
