package dev.slipway.agent.rollout.judge;

import java.time.Duration;

/** How time passes while a release is watched. */
public interface Passing {

  /** Returns how much time has passed since some moment. */
  Duration now();

  /** Lets time pass, and returns false if that was cut. */
  boolean rest(Duration time);
}
