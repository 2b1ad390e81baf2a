package dev.slipway.agent.manifest.bounds;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What belongs to whom on the machines of a repository's environments: nothing to two at once. Of
 * two environments the one that the agent's own file names first has what both claim.
 */
public final class Claims {
  private final Map<String, NavigableMap<String, Owner>> paths;
  private final Map<String, Owner> others;
  private final String environment;
  private final String realm;
  private final String network;

  /** What else may be done with a thing that is claimed. */
  public enum Use {
    /** Nobody else may claim it. */
    ALONE,
    /** Everybody else may who leaves it running too. */
    SHARED
  }

  /** Who claimed a thing first, and where. */
  private record Owner(String environment, String name, Place place, Use use) {}

  /** Makes a place where nothing is claimed yet. */
  public Claims() {
    this(new HashMap<>(), new HashMap<>(), "", "", "");
  }

  private Claims(
      Map<String, NavigableMap<String, Owner>> paths,
      Map<String, Owner> others,
      String environment,
      String realm,
      String network) {
    this.paths = paths;
    this.others = others;
    this.environment = environment;
    this.realm = realm;
    this.network = network;
  }

  /**
   * Returns the same claims, as an environment makes more of them.
   *
   * @param behind what its machines are reached through: one private address there is not the same
   *     machine as elsewhere
   */
  public Claims of(String claiming, String behind) {
    return new Claims(paths, others, claiming, claiming, behind);
  }

  /** Returns the same claims, as a preview makes more of them in the balancers of all previews. */
  public Claims ofPreview(String claiming) {
    return new Claims(paths, others, claiming, realm, network);
  }

  /** Returns whether something of a machine is claimed already. */
  public boolean isClaimed(String machine, String what) {
    return others.containsKey(key(network, machine, what));
  }

  /** Claims a directory and everything below it. */
  public void directory(
      String machine, String path, String owner, Place place, List<Problem> problems) {
    var taken = paths.computeIfAbsent(network + "\n" + machine, _ -> new TreeMap<>());
    Optional<Owner> first = overlapping(taken, path);
    first.ifPresent(
        other -> problems.add(clash("deployPath " + path, machine, owner, other, place)));
    taken.putIfAbsent(path, new Owner(environment, owner, place, Use.ALONE));
  }

  /** Claims a port or a unit of a machine. */
  public void thing(
      String machine, String what, String owner, Place place, List<Problem> problems) {
    thing(machine, what, owner, place, Use.ALONE, problems);
  }

  /**
   * Claims a thing of a machine that others of the same environment may use too, if all of them
   * leave it running.
   */
  public void thing(
      String machine, String what, String owner, Place place, Use use, List<Problem> problems) {
    claim(network, machine, what, new Owner(environment, owner, place, use), problems);
  }

  /** Claims a server of a balancer, which belongs to one environment. */
  public void server(
      String backend, String what, String owner, Place place, List<Problem> problems) {
    claim(realm, backend, what, new Owner(environment, owner, place, Use.ALONE), problems);
  }

  /**
   * Claims something of a balancer for an environment, all of which may use it; a preview may not
   * use what another environment does.
   *
   * @param balancer what tells it from every other, whatever environments call it
   */
  public void shared(
      String balancer, String what, String owner, Place place, List<Problem> problems) {
    var mine = new Owner(environment, owner, place, Use.SHARED);
    Owner first = others.putIfAbsent(key("shared", balancer, what), mine);
    boolean isPreview = !realm.equals(environment);
    if (isPreview && first != null && !first.environment().equals(environment)) {
      problems.add(clash(what, balancer, owner, first, place));
    }
  }

  private static String key(String realm, String where, String what) {
    return String.join("\n", realm, where, what);
  }

  private void claim(
      String within, String where, String what, Owner owner, List<Problem> problems) {
    Owner first = others.putIfAbsent(key(within, where, what), owner);
    if (first != null && !isShared(first, owner)) {
      problems.add(clash(what, where, owner.name(), first, owner.place()));
    }
  }

  private static boolean isShared(Owner first, Owner other) {
    return first.use() == Use.SHARED
        && other.use() == Use.SHARED
        && first.environment().equals(other.environment());
  }

  private static Optional<Owner> overlapping(NavigableMap<String, Owner> taken, String path) {
    for (int end = path.length(); end > 0; end = path.lastIndexOf('/', end - 1)) {
      Owner owner = taken.get(path.substring(0, end));
      if (owner != null) {
        return Optional.of(owner);
      }
    }
    return Optional.ofNullable(taken.ceilingEntry(path + "/"))
        .filter(below -> below.getKey().startsWith(path + "/"))
        .map(Map.Entry::getValue);
  }

  private Problem clash(String what, String where, String owner, Owner first, Place place) {
    boolean same = first.environment().equals(environment);
    return place.problem(
        "%s on %s is claimed by %s and by %s at %s"
            .formatted(
                what,
                where,
                owner,
                same ? first.name() : first.name() + " of environment " + first.environment(),
                first.place().mention()),
        "give each its own; {{host.name}} and {{slot}} tell them apart"
            + (same ? "" : ", and {{environment}} environments"));
  }
}
