package dev.slipway.agent.balancer;

import java.util.HashMap;
import java.util.Map;

/** A balancer under test that carries real requests to real members. */
public interface Carrier extends Subject {

  /** Returns the port of 127.0.0.1 on which it takes requests. */
  int port();

  /** Returns the members. */
  Origins origins();

  /** Sends one request and returns the name of the member that answered, or the status line. */
  default String ask() {
    return Origins.ask(port(), "/");
  }

  /** Sends one request with these lines in its head and returns the whole answer. */
  default String answer(String method, String... lines) {
    return Origins.answer(port(), method + " /", lines);
  }

  /** Sends one request with this line in its head and returns who answered. */
  default String askWith(String line) {
    return Origins.askWith(port(), line);
  }

  /** Returns by how many the copies of a half of 40 requests may be off; 0 if they are counted. */
  default int copiesByChance() {
    return 0;
  }

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
