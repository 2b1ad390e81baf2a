package dev.slipway.agent.ssh;

import java.io.IOException;
import java.net.ConnectException;
import java.net.NoRouteToHostException;
import java.net.UnknownHostException;

/** Failures in words, without the class names that exceptions like to carry. */
final class Failures {
  private Failures() {}

  static String inWords(IOException failure) {
    return switch (failure) {
      case UnknownHostException _ -> "its name is not known";
      case ConnectException _ -> "connection refused";
      case NoRouteToHostException _ -> "no route to it";
      case IOException other when other.getMessage() != null -> other.getMessage();
      case IOException other -> other.getClass().getSimpleName();
    };
  }
}
