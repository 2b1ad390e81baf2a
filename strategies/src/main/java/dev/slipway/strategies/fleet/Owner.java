package dev.slipway.strategies.fleet;

/** The user and group that own what an application may write. */
public record Owner(String user, String group) {}
