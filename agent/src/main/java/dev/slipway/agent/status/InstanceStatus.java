package dev.slipway.agent.status;

import java.util.Optional;

/**
 * One instance, as it was observed and never as it was wished.
 *
 * @param role empty where the application has one role
 * @param release what its link points at; empty text if nothing
 * @param health healthy, unhealthy, stopped or unreachable
 * @param traffic serving, draining or out, as read back; empty text without a balancer
 * @param weight its part of the requests in percent, from 0 to 100, as read back from the first
 *     balancer that knows it; -1 without one
 */
public record InstanceStatus(
    String host,
    Optional<String> role,
    String slot,
    String release,
    String health,
    String traffic,
    int weight) {}
