package dev.slipway.agent.reconcile.adoption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.artifact.ArtifactSource;
import dev.slipway.agent.host.Adopted;
import dev.slipway.agent.journal.Samples;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.rollout.Observation;
import dev.slipway.strategies.Rolling;
import dev.slipway.strategies.fleet.Fleet;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.plan.InstanceState;
import dev.slipway.strategies.plan.InstanceState.Condition;
import dev.slipway.strategies.plan.InstanceState.Environment;
import dev.slipway.strategies.plan.Situation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Goal: what runs is adopted only if it is one release that works, and what was found is said
 * either way. Method: observations that are written down here.
 */
class AdoptionTest {
  private static final Deployment DEPLOYMENT = Samples.deployment(Rolling.DEFAULT);
  private static final Fleet FLEET = DEPLOYMENT.fleet();
  private static final Role ROLE = FLEET.application().judged();
  private static final String PATH = FLEET.application().deployPath() + "/releases/20240101";

  private final Map<Instance, InstanceState> states = new TreeMap<>();

  AdoptionTest() {
    FLEET.instances(ROLE).forEach(one -> put(one, new Occupant.None(), Condition.STOPPED));
  }

  private void put(Instance instance, Occupant occupant, Condition condition) {
    states.put(instance, new InstanceState(occupant, condition, Environment.STALE));
  }

  private Instance instance(int index) {
    return FLEET.instances(ROLE).get(index);
  }

  private Adoption judged() {
    var situation =
        new Situation(
            FLEET,
            ROLE,
            Samples.NEW.id(),
            Optional.empty(),
            states,
            Optional.empty(),
            Set.of(),
            OptionalInt.empty(),
            Situation.Direction.FORWARD,
            true,
            List.of());
    var role = new Observation.OfRole(situation, Map.of());
    return Adoption.of(
        DEPLOYMENT,
        Samples.NEW,
        new Observation.Seen(List.of(role), Map.of(), Map.of(), List.of()));
  }

  private List<String> reasons() {
    assertThat(judged()).isInstanceOf(Adoption.Impossible.class);
    return ((Adoption.Impossible) judged()).reasons();
  }

  @Test
  void oneReleaseThatWorksIsAdoptedUnderItsOwnName() {
    put(instance(0), new Occupant.Foreign(PATH), Condition.HEALTHY);

    assertThat(judged()).isInstanceOf(Adoption.Possible.class);
    var delivery = ((Adoption.Possible) judged()).delivery();
    assertThat(delivery.id().version()).isEqualTo("20240101");
    assertThat(delivery.source()).isEqualTo(new ArtifactSource.OnHosts("releases/20240101"));
    assertThat(Adoption.asAdopted(delivery))
        .contains(new Adopted(delivery.release(), "releases/20240101"));
    assertThat(judged().found()).contains("-> " + PATH + ", healthy");
  }

  @Test
  void aReleaseOfOurOwnIsNotAdopted() {
    assertThat(Adoption.asAdopted(Samples.NEW)).isEmpty();
    put(instance(0), new Occupant.Known(Samples.OLD.id()), Condition.HEALTHY);

    assertThat(reasons()).singleElement().asString().contains("nothing runs that others brought");
  }

  @Test
  void whatDoesNotWorkIsNoReleaseToGoBackTo() {
    put(instance(0), new Occupant.Foreign(PATH), Condition.UNHEALTHY);

    assertThat(reasons()).singleElement().asString().contains("no instance is healthy");
  }

  @Test
  void whatNoLinkShowsIsToldHowToBeLinked() {
    put(instance(0), new Occupant.None(), Condition.HEALTHY);

    assertThat(reasons())
        .singleElement()
        .asString()
        .contains(instance(0) + " runs from a place that no link shows", "be a link to");
  }

  @Test
  void differentReleasesAreNotOne() {
    put(instance(0), new Occupant.Foreign(PATH), Condition.HEALTHY);
    put(instance(1), new Occupant.Foreign("/opt/shop"), Condition.HEALTHY);

    assertThat(reasons())
        .containsExactly(
            "hosts run different releases: /opt/shop, releases/20240101; bring all to one of them"
                + " first");
  }

  @Test
  void aHostThatCannotBeReachedDoesNotStandInTheWay() {
    put(instance(0), new Occupant.Foreign(PATH), Condition.HEALTHY);
    put(instance(1), new Occupant.None(), Condition.UNREACHABLE);

    assertThat(judged()).isInstanceOf(Adoption.Possible.class);
  }
}
