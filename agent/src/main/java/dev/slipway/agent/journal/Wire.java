package dev.slipway.agent.journal;

import com.fasterxml.jackson.annotation.JsonAutoDetect.Visibility;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import dev.slipway.agent.journal.upgrade.Upgrade;
import dev.slipway.agent.manifest.ReleaseSpec;
import dev.slipway.strategies.BlueGreen;
import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Procedures;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.trial.Trials;
import dev.slipway.strategies.gate.Approval;
import dev.slipway.strategies.plan.Plan;
import dev.slipway.strategies.traffic.Comparison;
import dev.slipway.strategies.traffic.Mirror;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.KeyDeserializer;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.jsontype.NamedType;
import tools.jackson.databind.module.SimpleModule;

/** Events as JSON and back. What the model is written as is decided here, not in the model. */
final class Wire {
  private static final JsonMapper MAPPER = mapper();
  private static final String TIMEOUT = "timeout";

  private Wire() {}

  static String write(Event event) {
    return MAPPER.writerFor(Event.class).writeValueAsString(event);
  }

  static String write(Plan plan) {
    return MAPPER.writeValueAsString(plan);
  }

  /**
   * Returns the event that a text says, also in the form of a former agent.
   *
   * @throws JacksonException if it says none, or one that only a newer agent knows
   */
  static Event read(String text) {
    return MAPPER.treeToValue(Upgrade.ofToday(MAPPER.readTree(text)), Event.class);
  }

  private static JsonMapper mapper() {
    var builder =
        JsonMapper.builder()
            .addModule(places())
            .changeDefaultVisibility(checker ->
                checker
                    .withFieldVisibility(Visibility.ANY)
                    .withGetterVisibility(Visibility.NONE)
                    .withIsGetterVisibility(Visibility.NONE))
            .withConfigOverride(
                Service.OnActivate.class,
                usual ->
                    usual.setInclude(
                        JsonInclude.Value.construct(Include.NON_EMPTY, Include.ALWAYS)))
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);
    WireNames.CHOICES.forEach(choice -> builder.addMixIn(choice, Choice.class));
    builder.addMixIn(Service.Systemd.class, Unit.class).addMixIn(Role.class, Tried.class);
    builder.addMixIn(BlueGreen.class, Unasked.class).addMixIn(Mirror.class, Unread.class);
    builder.addMixIn(Release.class, Around.class).addMixIn(ReleaseSpec.class, Around.class);
    WireNames.NAMES.forEach((type, name) -> builder.registerSubtypes(new NamedType(type, name)));
    return builder.build();
  }

  private static SimpleModule places() {
    return new SimpleModule("slipway")
        .addSerializer(Path.class, new PathWriter())
        .addDeserializer(Path.class, new PathReader())
        .addSerializer(Service.OnActivate.class, new OnActivateWriter())
        .addDeserializer(Service.OnActivate.class, new OnActivateReader())
        .addSerializer(Hooks.class, new HooksWriter())
        .addDeserializer(Hooks.class, new HooksReader())
        .addSerializer(Lifecycle.class, new LifecycleWriter())
        .addDeserializer(Lifecycle.class, new LifecycleReader())
        .addKeySerializer(Instance.class, new InstanceKeyWriter())
        .addKeyDeserializer(Instance.class, new InstanceKeyReader());
  }

  /** Laid over every choice of the model, so that the model itself knows nothing of JSON. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "is")
  private interface Choice {}

  /** Laid over releases: of most of them there is nothing to say about what is run around them. */
  private abstract static class Around {
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = IsNone.class)
    @SuppressWarnings("unused") // for its annotation
    private final Procedures procedures = Procedures.NONE;
  }

  /** Laid over units: most of them are on the hosts, and no release brings a file for them. */
  private abstract static class Unit {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SuppressWarnings("unused") // for its annotation
    private final List<String> unitFiles = List.of();
  }

  /** Laid over roles: most of them ask nothing of a release but its health. */
  private abstract static class Tried {
    @JsonInclude(value = JsonInclude.Include.CUSTOM, valueFilter = IsNone.class)
    @SuppressWarnings("unused") // for its annotation
    private final Trials trials = Trials.NONE;
  }

  /** Laid over switches: most of them ask nobody. */
  private abstract static class Unasked {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SuppressWarnings("unused") // for its annotation
    private final Optional<Approval> promotion = Optional.empty();
  }

  /** Laid over mirrors: of most of them nobody reads the answers. */
  private abstract static class Unread {
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    @SuppressWarnings("unused") // for its annotation
    private final Optional<Comparison> comparison = Optional.empty();
  }

  /** Equal to what is left out. */
  private static final class IsNone {
    @Override
    public boolean equals(@Nullable Object other) {
      return Procedures.NONE.equals(other) || Trials.NONE.equals(other);
    }

    @Override
    public int hashCode() {
      return Procedures.NONE.hashCode();
    }
  }

  private static final class PathWriter extends ValueSerializer<Path> {
    @Override
    public void serialize(Path path, JsonGenerator out, SerializationContext context) {
      out.writeString(path.toString());
    }
  }

  private static final class PathReader extends ValueDeserializer<Path> {
    @Override
    public Path deserialize(JsonParser in, DeserializationContext context) {
      return Path.of(in.getString());
    }
  }

  /** A restart, which is the usual thing, is left out: journals were written before the others. */
  private static final class OnActivateWriter extends ValueSerializer<Service.OnActivate> {
    @Override
    public boolean isEmpty(SerializationContext context, Service.OnActivate value) {
      return value == Service.OnActivate.RESTART;
    }

    @Override
    public void serialize(
        Service.OnActivate value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.name());
    }
  }

  private static final class OnActivateReader extends ValueDeserializer<Service.OnActivate> {
    @Override
    public Service.OnActivate getAbsentValue(DeserializationContext context) {
      return Service.OnActivate.RESTART;
    }

    @Override
    public Service.OnActivate deserialize(JsonParser in, DeserializationContext context) {
      return Service.OnActivate.valueOf(in.getString());
    }
  }

  /** Each moment by its name, so that journals read on that were written when there was one. */
  private static final class HooksWriter extends ValueSerializer<Hooks> {
    @Override
    public void serialize(Hooks hooks, JsonGenerator out, SerializationContext context) {
      out.writeStartObject();
      hooks
          .commands()
          .forEach((moment, commands) -> out.writePOJOProperty(moment.text(), commands));
      out.writePOJOProperty(TIMEOUT, hooks.timeout());
      out.writeEndObject();
    }
  }

  private static final class HooksReader extends ValueDeserializer<Hooks> {
    @Override
    public Hooks deserialize(JsonParser in, DeserializationContext context) {
      JsonNode written = context.readTree(in);
      var commands = new EnumMap<Lifecycle, List<List<String>>>(Lifecycle.class);
      written.properties().stream()
          .filter(property -> !property.getKey().equals(TIMEOUT))
          .forEach(
              property -> commands.put(moment(property.getKey()), commands(property.getValue())));
      return new Hooks(
          commands, context.readTreeAsValue(written.required(TIMEOUT), Duration.class));
    }

    private static List<List<String>> commands(JsonNode written) {
      return written
          .valueStream()
          .map(words -> words.valueStream().map(JsonNode::stringValue).toList())
          .toList();
    }
  }

  private static Lifecycle moment(String text) {
    return Stream.of(Lifecycle.values())
        .filter(moment -> moment.text().equals(text))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("'%s' is no hook".formatted(text)));
  }

  private static final class LifecycleWriter extends ValueSerializer<Lifecycle> {
    @Override
    public void serialize(Lifecycle moment, JsonGenerator out, SerializationContext context) {
      out.writeString(moment.text());
    }
  }

  private static final class LifecycleReader extends ValueDeserializer<Lifecycle> {
    @Override
    public Lifecycle deserialize(JsonParser in, DeserializationContext context) {
      return moment(in.getString());
    }
  }

  private static final class InstanceKeyWriter extends ValueSerializer<Instance> {
    @Override
    public void serialize(Instance instance, JsonGenerator out, SerializationContext context) {
      out.writeName(String.join("/", instance.host(), instance.role(), instance.slot()));
    }
  }

  private static final class InstanceKeyReader extends KeyDeserializer {
    private static final int PARTS = 3;

    @Override
    public Object deserializeKey(String key, DeserializationContext context) {
      String[] parts = key.split("/", -1);
      if (parts.length != PARTS) {
        throw new IllegalArgumentException("'%s' is not host/role/slot".formatted(key));
      }
      return new Instance(parts[0], parts[1], parts[2]);
    }
  }
}
