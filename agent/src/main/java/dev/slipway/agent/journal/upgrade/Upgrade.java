package dev.slipway.agent.journal.upgrade;

import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Events that were written when an application had one role and nothing was said of it by name.
 *
 * <p>The role is that of the deployment where one stands in the event, or that of the first
 * instance that is named. A release alone had none, and gets the name of its application: what was
 * judged is judged still, whatever the role is called by now.
 */
public final class Upgrade {
  private static final Set<String> OLD =
      Set.of("rollout-started/1", "turned/1", "rollout-summarised/1", "stable-declared/1");

  private final String role;

  private Upgrade(String role) {
    this.role = role;
  }

  /** Returns an event in the form of today; one that is in it already is left as it is. */
  public static JsonNode ofToday(JsonNode event) {
    withProcedures(event);
    withUnitFiles(event);
    withTrials(event);
    withSticky(event);
    withRouting(event);
    withoutAnalysis(event);
    withoutKept(event);
    String name = event.path("is").asString("");
    if (!OLD.contains(name) || !(event instanceof ObjectNode old)) {
      return event;
    }
    old.put("is", name.replace("/1", "/2"));
    new Upgrade(role(old)).event(old);
    return old;
  }

  /** Around a release of which nothing is said about that, nothing was run. */
  private static void withProcedures(JsonNode node) {
    node.forEach(Upgrade::withProcedures);
    if (node instanceof ObjectNode release
        && release.has("linkedFiles")
        && !release.has("procedures")) {
      ObjectNode none = release.putObject("procedures");
      none.putObject("hooks").put("timeout", "PT10M");
      none.putArray("tasks");
    }
  }

  /** The units of a service of which nothing is said about their files were on the hosts. */
  private static void withUnitFiles(JsonNode node) {
    node.forEach(Upgrade::withUnitFiles);
    if (node instanceof ObjectNode service
        && service.path("is").asString("").equals("systemd/1")
        && !service.has("unitFiles")) {
      service.putArray("unitFiles");
    }
  }

  /** A role of which nothing is said about trials asked nothing of a release but its health. */
  private static void withTrials(JsonNode node) {
    node.forEach(Upgrade::withTrials);
    if (node instanceof ObjectNode role && role.has("stopTimeout") && !role.has("trials")) {
      ObjectNode none = role.putObject("trials");
      none.putNull("warmup");
      none.putArray("smokeTests");
    }
  }

  /** Where nothing is said about it, nobody was kept on a track, and what is safe was copied. */
  private static void withSticky(JsonNode node) {
    node.forEach(Upgrade::withSticky);
    if (node instanceof ObjectNode traffic && traffic.has("tracks") && !traffic.has("sticky")) {
      traffic.putNull("sticky");
      object(traffic.path("mirror"))
          .ifPresent(mirror -> mirror.putArray("methods").add("GET").add("HEAD"));
    }
  }

  /** A share was all that was given to candidates. */
  private static void withRouting(JsonNode node) {
    node.forEach(Upgrade::withRouting);
    if (node instanceof ObjectNode step && step.path("is").asString("").equals("shift/1")) {
      ObjectNode none = step.put("is", "shift/2").putObject("routing");
      none.putArray("rules");
      none.putNull("mirror").putNull("sticky");
    }
  }

  /** A switch was made without looking at any number. */
  private static void withoutAnalysis(JsonNode node) {
    node.forEach(Upgrade::withoutAnalysis);
    if (node instanceof ObjectNode strategy
        && strategy.path("is").asString("").equals("blue-green/1")) {
      strategy
          .put("is", "blue-green/2")
          .putNull("prePromotionAnalysis")
          .putNull("postPromotionAnalysis");
    }
  }

  /** A former release was stopped when its time was up. */
  private static void withoutKept(JsonNode node) {
    node.forEach(Upgrade::withoutKept);
    if (node instanceof ObjectNode strategy
        && strategy.path("is").asString("").equals("blue-green/2")) {
      strategy.put("is", "blue-green/3").put("keep", false);
    }
  }

  private static String role(ObjectNode event) {
    JsonNode first = event.at("/deployment/fleet/application/roles/0/name");
    if (first.isString()) {
      return first.stringValue();
    }
    return instance(event.path("plan"))
        .or(() -> member(event.at("/plan/initial/members")))
        .orElseGet(() -> event.findValue("application").asString(""));
  }

  private static Optional<String> instance(JsonNode plan) {
    return Optional.ofNullable(plan.findValue("instance"))
        .map(instance -> instance.path("role").asString(""))
        .filter(role -> !role.isEmpty());
  }

  /** A plan without steps still has traffic, whose members are called host/role/slot. */
  private static Optional<String> member(JsonNode members) {
    return members.propertyNames().stream()
        .map(name -> name.split("/", -1))
        .filter(parts -> parts.length == 3)
        .map(parts -> parts[1])
        .findFirst();
  }

  private void event(ObjectNode event) {
    object(event.at("/deployment/release")).ifPresent(this::release);
    event
        .at("/deployment/fronts")
        .forEach(front -> object(front).ifPresent(it -> it.put("role", role)));
    object(event.at("/delivery/release")).ifPresent(this::release);
    object(event.at("/stable/release")).ifPresent(this::release);
    object(event.at("/summary/delivery/release")).ifPresent(this::release);
    object(event.path("plan")).ifPresent(this::plan);
    object(event.path("deployment")).ifPresent(deployment -> deployment.putArray("receivers"));
    withoutOptions(event);
  }

  /** What could not be said of a source or a balancer then was not said. */
  private static void withoutOptions(JsonNode node) {
    node.forEach(Upgrade::withoutOptions);
    if (node instanceof ObjectNode choice) {
      switch (choice.path("is").asString("")) {
        case "url/1" -> choice.put("is", "url/2").putNull("secret");
        case "haproxy/1" ->
            choice.put("is", "haproxy/2").putNull("master").putNull("stateDirectory");
        default -> {}
      }
    }
  }

  private static Optional<ObjectNode> object(JsonNode node) {
    return node instanceof ObjectNode object ? Optional.of(object) : Optional.empty();
  }

  private void release(ObjectNode release) {
    JsonNode service = release.remove("service");
    release.putObject("services").set(role, service);
    release.putArray("secrets");
  }

  private void plan(ObjectNode plan) {
    ObjectNode serving = plan.putObject("roles").putObject(role);
    serving.set("initial", plan.remove("initial"));
    serving.set("minimum", plan.remove("minServing"));
    steps(plan);
  }

  /** Steps that were about the one role now name it. */
  private void steps(JsonNode node) {
    node.forEach(this::steps);
    if (node instanceof ObjectNode step) {
      String name = step.path("is").asString("");
      if (name.equals("when-nobody/1") || name.equals("capacity/1")) {
        step.put("is", name.replace("/1", "/2")).put("role", role);
      }
    }
  }
}
