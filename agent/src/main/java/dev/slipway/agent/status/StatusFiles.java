package dev.slipway.agent.status;

import java.util.Map;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.dataformat.yaml.YAMLMapper;
import tools.jackson.dataformat.yaml.YAMLWriteFeature;

/** The files that are committed to {@code slipway/status}. */
public final class StatusFiles {
  private static final YAMLMapper YAML =
      YAMLMapper.builder()
          .disable(YAMLWriteFeature.WRITE_DOC_START_MARKER)
          .disable(MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
          .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
          .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
          .enable(DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES)
          .build();

  private StatusFiles() {}

  /** The envelope, as of the Kubernetes resource model. */
  private record Envelope(String apiVersion, String kind, Object status) {}

  /** Returns the file of an application. */
  public static Map<String, String> of(ApplicationStatus status) {
    return Map.of(
        path(status.environment(), status.application()), text("ApplicationStatus", status));
  }

  /** Returns the path of the file of an application. */
  public static String path(String environment, String application) {
    return "environments/%s/%s.yaml".formatted(environment, application);
  }

  /** Returns the path of the history file of a rollout. */
  public static String history(String environment, String application, long number) {
    return "history/%s/%s/%d.yaml".formatted(environment, application, number);
  }

  /** Returns what stands in the history file of a rollout that ended. */
  public static String text(RolloutStatus rollout) {
    return text("RolloutStatus", rollout);
  }

  /** Reads the file of an application; empty if it is not one. */
  public static Optional<ApplicationStatus> application(String text) {
    return read(text, ApplicationStatus.class);
  }

  /** Reads the history file of a rollout; empty if it is not one. */
  public static Optional<RolloutStatus> rollout(String text) {
    return read(text, RolloutStatus.class);
  }

  /** Anybody who may push can write these files, and other versions of Slipway do. */
  private static <T> Optional<T> read(String text, Class<T> kind) {
    try {
      return Optional.ofNullable(YAML.treeToValue(YAML.readTree(text).path("status"), kind));
    } catch (JacksonException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static String text(String kind, Object status) {
    return YAML.writeValueAsString(new Envelope("slipway.dev/v1alpha1", kind, status));
  }
}
