package dev.slipway.agent.balancer.istio;

import java.util.Optional;
import tools.jackson.databind.JsonNode;

/** What Istio's own check of a VirtualService says no to, as far as weights and answers go. */
final class Webhook {
  private Webhook() {}

  static Optional<String> objection(JsonNode virtualService) {
    return virtualService
        .path("spec")
        .path("http")
        .valueStream()
        .flatMap(route -> objectionTo(route).stream())
        .findFirst();
  }

  private static Optional<String> objectionTo(JsonNode route) {
    JsonNode destinations = route.path("route");
    int sum = destinations.valueStream().mapToInt(one -> one.path("weight").asInt(0)).sum();
    if (destinations.size() > 1 && sum == 0) {
      return Optional.of("total destination weight = 0");
    }
    if (route.has("directResponse")) {
      return destinations.isEmpty() && !route.has("fault") && !route.has("rewrite")
          ? Optional.empty()
          : Optional.of("HTTP route cannot contain both route and direct_response");
    }
    return destinations.isEmpty() && !route.has("redirect")
        ? Optional.of("HTTP route, redirect or direct_response is required")
        : Optional.empty();
  }
}
