package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.yaml.Place;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.trial.Trials;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How one role runs.
 *
 * @param serviceAt where its service is described
 * @param unitFile where the file of its unit lies in the repository; empty if the hosts have it
 * @param slotsAt where its ports are described
 */
public record RoleDocument(
    Service service,
    Place serviceAt,
    Optional<Located> unitFile,
    List<Slot> slots,
    Place slotsAt,
    Health health,
    DrainPolicy drain,
    Duration stopTimeout,
    Trials trials) {
  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(90);

  public RoleDocument {
    slots = List.copyOf(slots);
  }

  /** Returns the role under a name. */
  public Role named(String name) {
    return new Role(name, slots, health, drain, stopTimeout, trials);
  }

  /** Returns whether every slot has a port. */
  static boolean haveAllPorts(List<Slot> slots) {
    return slots.stream().allMatch(slot -> slot.port().isPresent());
  }

  static RoleDocument read(Fields fields) {
    List<Slot> slots = slots(fields);
    Health health = HealthDocument.read(fields, slots);
    Optional<Fields> drain = fields.child("drain");
    return new RoleDocument(
        service(fields),
        serviceAt(fields),
        systemd(fields).flatMap(systemd -> systemd.located("unitFile")),
        slots,
        fields.place(fields.has("slots") ? "slots" : "port"),
        health,
        new DrainPolicy(
            drain.map(policy -> policy.duration("timeout", DRAIN_TIMEOUT)).orElse(DRAIN_TIMEOUT),
            drain.flatMap(policy -> policy.text("onTimeout")).orElse("proceed").equals("abort")
                ? DrainPolicy.OnTimeout.ABORT
                : DrainPolicy.OnTimeout.PROCEED),
        fields
            .child("stop")
            .map(stop -> stop.positive("timeout", STOP_TIMEOUT))
            .orElse(STOP_TIMEOUT),
        TrialsDocument.read(fields, slots, health));
  }

  /** A patch may name another unit and leave the rest of the service as it is. */
  private static Place serviceAt(Fields fields) {
    return systemd(fields)
        .map(systemd -> systemd.place("unit"))
        .orElseGet(() -> fields.place("service"));
  }

  private static Optional<Fields> systemd(Fields fields) {
    return fields.child("service").flatMap(service -> service.child("systemd"));
  }

  private static List<Slot> slots(Fields fields) {
    OptionalInt port = fields.integer("port");
    List<Fields> entries = fields.children("slots");
    if (entries.isEmpty()) {
      return List.of(new Slot(Slot.CURRENT, port));
    }
    if (port.isPresent()) {
      fields.report("port", "'port' is for applications without slots", "give each slot its port");
    }
    var slots = new ArrayList<Slot>();
    var names = new HashMap<String, Place>();
    var ports = new HashMap<String, Place>();
    for (Fields entry : entries) {
      var slot = new Slot(entry.required("name").text(), entry.integer("port"));
      boolean isNew = isNew(names, slot.name(), entry, "name", "two slots are called '%s'");
      String number = slot.port().isPresent() ? String.valueOf(slot.port().getAsInt()) : "";
      if (!number.isEmpty()) {
        isNew(ports, number, entry, "port", "two slots clash on port %s");
      }
      if (isNew) {
        slots.add(slot);
      }
    }
    return slots;
  }

  private static boolean isNew(
      Map<String, Place> seen, String value, Fields entry, String key, String fact) {
    Place first = seen.putIfAbsent(value, entry.place(key));
    if (first != null) {
      entry.report(
          key, (fact + ", first at %s").formatted(value, first.mention()), "choose another");
    }
    return first == null;
  }

  private static Service service(Fields fields) {
    Optional<Fields> service = fields.child("service");
    if (service.isEmpty()) {
      if (!fields.has("service")) {
        fields
            .reading()
            .report(
                fields.place(),
                "'service' is missing",
                "write service with systemd, commands or process, or none for static files");
      }
      return new Service.None();
    }
    return kindOf(service.get());
  }

  private static Service kindOf(Fields service) {
    Optional<Service> systemd = service.child("systemd").map(RoleDocument::unit);
    Optional<Service> commands =
        service
            .child("commands")
            .map(of ->
                new Service.Commands(of.words("start"), of.words("stop"), of.words("status")));
    Optional<Service> process =
        service.child("process").map(of -> new Service.Detached(of.words("run")));
    return systemd.or(() -> commands).or(() -> process).orElseGet(Service.None::new);
  }

  private static Service unit(Fields systemd) {
    Service.OnActivate onActivate =
        switch (systemd.text("onActivate").orElse("restart")) {
          case "reload" -> Service.OnActivate.RELOAD;
          case "none" -> Service.OnActivate.NONE;
          default -> Service.OnActivate.RESTART;
        };
    return new Service.Systemd(systemd.required("unit").text(), onActivate);
  }
}
