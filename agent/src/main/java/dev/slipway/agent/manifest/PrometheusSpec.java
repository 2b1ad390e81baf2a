package dev.slipway.agent.manifest;

import java.util.Optional;

/**
 * A Prometheus that knows the requests to an environment.
 *
 * @param url of its root, without {@code /api/v1}
 * @param secret the name of what lets in there, among the secrets of the environment
 */
public record PrometheusSpec(String url, Optional<String> secret) {}
