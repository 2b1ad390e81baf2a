package dev.slipway.strategies.plan;

import java.util.List;

/**
 * Steps that follow each other, each with the steps that take it back.
 *
 * @param id unique in its plan
 */
public record Lane(String id, List<Move> moves) {
  public Lane {
    moves = List.copyOf(moves);
    if (id.isBlank() || moves.isEmpty()) {
      throw new IllegalArgumentException("a lane needs an id and at least one step");
    }
  }

  /** Returns a lane of steps that leave nothing to take back. */
  public static Lane of(String id, Step... steps) {
    return new Lane(id, List.of(steps).stream().map(Move::of).toList());
  }

  /** Returns the steps in their order. */
  public List<Step> steps() {
    return moves.stream().map(Move::step).toList();
  }

  /**
   * Returns the steps that restore what was there before, the last step's first.
   *
   * @param begun how many steps of this lane were begun, whatever came of them
   */
  public List<Step> restore(int begun) {
    return moves.subList(0, begun).reversed().stream()
        .flatMap(move -> move.undo().stream())
        .toList();
  }
}
