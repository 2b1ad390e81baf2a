package dev.slipway.agent.manifest.bounds;

import dev.slipway.agent.manifest.AgentConfig.Bound;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.strategies.fleet.Service.OnActivate;
import java.util.Optional;
import java.util.regex.Pattern;

/** The files of units that a release brings, checked against their units and the agent's file. */
public final class UnitFiles {
  private static final Pattern INSTANCE = Pattern.compile("@[^.]*(?=\\.)");

  private final Bound bound;

  public UnitFiles(Bound bound) {
    this.bound = bound;
  }

  /** Returns why a file may not be a unit's; the unit's name is filled. */
  public Optional<Problem> check(Place place, String file, String unit, OnActivate onActivate) {
    String name = file.substring(file.lastIndexOf('/') + 1);
    String template = INSTANCE.matcher(unit).replaceFirst("@");
    if (!name.equals(unit) && !name.equals(template)) {
      return Optional.of(
          place.problem(
              "the file %s is not called as its unit %s is"
                  .formatted(Shown.text(file), Shown.text(unit)),
              "call it " + (template.equals(unit) ? unit : template)));
    }
    if (onActivate != OnActivate.RESTART) {
      return Optional.of(
          place.problem(
              "a unit that others use too has no file in a release",
              "leave unitFile out, or let onActivate be restart"));
    }
    return new Bounds(bound).unitFile(place, unit);
  }
}
