package dev.slipway.agent.status;

import java.util.Map;
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
          .build();

  private StatusFiles() {}

  /** The envelope, as of the Kubernetes resource model. */
  private record Envelope(String apiVersion, String kind, Object status) {}

  /** Returns the file of an application. */
  public static Map<String, String> of(ApplicationStatus status) {
    return Map.of(
        "environments/%s/%s.yaml".formatted(status.environment(), status.application()),
        text("ApplicationStatus", status));
  }

  /** Returns the path of the history file of a rollout. */
  public static String history(String environment, String application, long number) {
    return "history/%s/%s/%d.yaml".formatted(environment, application, number);
  }

  /** Returns what stands in the history file of a rollout that ended. */
  public static String text(RolloutStatus rollout) {
    return text("RolloutStatus", rollout);
  }

  private static String text(String kind, Object status) {
    return YAML.writeValueAsString(new Envelope("slipway.dev/v1alpha1", kind, status));
  }
}
