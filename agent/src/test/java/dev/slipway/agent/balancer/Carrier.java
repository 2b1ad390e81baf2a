package dev.slipway.agent.balancer;

import java.util.HashMap;
import java.util.Map;

/** A balancer under test that carries real requests to real members. */
public interface Carrier extends Subject {

  /** Sends one request and returns the name of the member that answered, or the status line. */
  String ask();

  /** Returns the status of an answer while nobody serves and nothing is parked. */
  default String whenNobodyServes() {
    return "503";
  }

  /** Sends requests, each on a connection of its own, and counts who answered. */
  default Map<String, Integer> ask(int requests) {
    var answers = new HashMap<String, Integer>();
    for (int i = 0; i < requests; i++) {
      answers.merge(ask(), 1, Integer::sum);
    }
    return answers;
  }
}
