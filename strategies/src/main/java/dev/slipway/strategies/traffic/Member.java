package dev.slipway.strategies.traffic;

/** What is wanted of one instance in a pool: the track it plays in and its state. */
public record Member(String track, MemberState state) {
  /** Returns the same member in another state. */
  public Member in(MemberState other) {
    return new Member(track, other);
  }
}
