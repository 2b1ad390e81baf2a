package dev.slipway.agent.reconcile;

import dev.slipway.agent.journal.Delivery;
import dev.slipway.agent.journal.Event;
import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.reconcile.Control.Asked;
import dev.slipway.agent.reconcile.Control.Person;
import dev.slipway.agent.reconcile.Preparation.Prepared;
import dev.slipway.agent.reconcile.adoption.Adoption;
import dev.slipway.agent.rollout.Observation;
import java.util.Optional;

/** Makes what runs before the first rollout the release to go back to. */
final class Adopting {
  private final Services services;

  Adopting(Services services) {
    this.services = services;
  }

  Asked adopt(Target target, Worker worker, Person by) {
    Optional<Delivery> stable = services.journal().stable(target);
    if (stable.isPresent()) {
      return new Asked.Conflict(
          "%s has a release to go back to already: %s".formatted(target, stable.get().id()));
    }
    if (!(worker.wanted().orElse(null) instanceof Wanted.Deploy deploy)) {
      return new Asked.Conflict("nobody knows how it is run: " + worker.wanted());
    }
    return switch (worker.prepared().orElseThrow()) {
      case Prepared.Refused(var reason) -> new Asked.Conflict(reason);
      case Prepared.Unavailable(var reason) -> new Asked.Conflict(reason);
      case Prepared.Ready(var wanted) -> adopt(worker, deploy.deployment(), wanted, by);
    };
  }

  private Asked adopt(Worker worker, Deployment deployment, Delivery wanted, Person by) {
    return switch (services.rollouts().observe(deployment, wanted)) {
      case Observation.Blind(var reasons) -> new Asked.Conflict(String.join("\n", reasons));
      case Observation.Seen seen ->
          switch (Adoption.of(deployment, wanted, seen)) {
            case Adoption.Impossible(var reasons, var found) ->
                new Asked.Conflict(
                    "%s cannot be adopted: %s%n%s"
                        .formatted(deployment.target(), String.join("; ", reasons), found));
            case Adoption.Possible(var delivery, var found) ->
                adopted(worker, deployment.target(), delivery, found, by);
          };
    };
  }

  private Asked adopted(Worker worker, Target target, Delivery delivery, String found, Person by) {
    String how = "adopted by %s: %s".formatted(by.name(), by.why());
    services.journal().append(new Event.StableDeclared(target, delivery, how));
    worker.retry();
    return new Asked.Done(
        "%s is adopted: %s is the release to go back to%n%s"
            .formatted(target, delivery.id(), found));
  }
}
