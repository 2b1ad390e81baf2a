package dev.slipway.strategies.traffic;

/** A copy of this share of the requests goes to a track, and its answers are dropped. */
public record Mirror(String track, Share share) {}
