package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.secret.Secrets;
import io.fabric8.kubernetes.api.model.AuthInfo;
import io.fabric8.kubernetes.api.model.NamedAuthInfo;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import tools.jackson.databind.json.JsonMapper;

/**
 * The way to an API server: a kubeconfig among the agent's secrets, and nothing else. Neither the
 * environment nor a program or file that happens to be there says which cluster is meant.
 */
record Access(Path kubeconfig, Duration patience) {
  /** What an API server takes for an object of some kilobytes, many times over. */
  static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Objects are what they are written as, so that no class for their kind is looked for. */
  private static final KubernetesSerialization SERIALIZATION =
      new KubernetesSerialization(JsonMapper.shared(), false);

  /** What came of it. */
  sealed interface Opened {
    /** A client that has connected to nothing yet. */
    record Client(KubernetesClient client) implements Opened {}

    /** The file cannot be used, and this is why. */
    record Unusable(String reason) implements Opened {}
  }

  Opened open() {
    return switch (Secrets.read("kubeconfig", kubeconfig)) {
      case Secrets.Read.Unusable(var reason) -> new Opened.Unusable(reason);
      case Secrets.Read.Found(var secret) -> open(secret.value());
    };
  }

  private Opened open(String text) {
    try {
      var written = SERIALIZATION.unmarshal(text, io.fabric8.kubernetes.api.model.Config.class);
      Optional<String> program = program(written);
      if (program.isPresent()) {
        return unusable(
            "user '%s' logs in by a program, and the agent starts none; give it token, tokenFile or"
                    .formatted(program.get())
                + " a client certificate");
      }
      Config config = Config.fromKubeconfig(text);
      return new Opened.Client(
          new KubernetesClientBuilder()
              .withConfig(limited(config))
              .withKubernetesSerialization(SERIALIZATION)
              .withHttpClientFactory(new JdkHttpClientFactory())
              .build());
    } catch (KubernetesClientException | IllegalArgumentException e) {
      return unusable(
          "it cannot be understood: %s; write it as kubectl does".formatted(e.getMessage()));
    }
  }

  private Opened unusable(String reason) {
    return new Opened.Unusable("kubeconfig %s: %s".formatted(kubeconfig, reason));
  }

  private static Optional<String> program(io.fabric8.kubernetes.api.model.Config written) {
    return written.getUsers().stream()
        .filter(user -> isProgram(user.getUser()))
        .map(NamedAuthInfo::getName)
        .findFirst();
  }

  private static boolean isProgram(AuthInfo user) {
    return user.getExec() != null || user.getAuthProvider() != null;
  }

  /** Whoever asks decides whether to ask again, and when. */
  private Config limited(Config config) {
    int millis = Math.toIntExact(patience.toMillis());
    return new ConfigBuilder(config)
        .withConnectionTimeout(millis)
        .withRequestTimeout(millis)
        .withRequestRetryBackoffLimit(0)
        .build();
  }
}
