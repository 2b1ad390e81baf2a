package dev.slipway.agent.balancer.istio;

import dev.slipway.agent.balancer.istio.Access.Opened;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.Status;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.ResourceDefinitionContext;
import java.net.HttpURLConnection;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A cluster by the Kubernetes client. A whole object is written back, with the version that it was
 * read with, so that fields that the client has no words for are kept.
 */
final class KubernetesCluster implements Cluster {
  private static final String GROUP = "networking.istio.io";

  /** Every Istio since 1.5 serves it, and the later versions hold the same fields. */
  private static final String VERSION = "v1beta1";

  private static final int UNPROCESSABLE = 422;
  private static final int SAID_MAX = 500;

  private final Access access;
  private final String namespace;
  private Optional<KubernetesClient> open = Optional.empty();

  KubernetesCluster(Access access, String namespace) {
    this.access = access;
    this.namespace = namespace;
  }

  @Override
  public Reply read(Kind kind, String name) {
    return asked(
        kind,
        name,
        client ->
            Optional.ofNullable(
                client
                    .genericKubernetesResources(context(kind))
                    .inNamespace(namespace)
                    .withName(name)
                    .get()));
  }

  @Override
  public Reply write(Kind kind, String name, Kept changed) {
    return asked(
        kind,
        name,
        client -> {
          var object =
              client
                  .getKubernetesSerialization()
                  .convertValue(changed.whole().fields(), GenericKubernetesResource.class);
          return Optional.of(
              client
                  .genericKubernetesResources(context(kind))
                  .inNamespace(namespace)
                  .resource(object)
                  .update());
        });
  }

  @Override
  public synchronized void close() {
    open.ifPresent(KubernetesClient::close);
    open = Optional.empty();
  }

  private static ResourceDefinitionContext context(Kind kind) {
    return new ResourceDefinitionContext.Builder()
        .withGroup(GROUP)
        .withVersion(VERSION)
        .withKind(kind.singular())
        .withPlural(kind.plural())
        .withNamespaced(true)
        .build();
  }

  private Reply asked(
      Kind kind,
      String name,
      Function<KubernetesClient, Optional<GenericKubernetesResource>> question) {
    String what = "%s '%s' in namespace '%s'".formatted(kind.singular(), name, namespace);
    return switch (opened()) {
      case Opened.Unusable(var reason) -> new Reply.Unreachable(reason);
      case Opened.Client(var client) -> {
        try {
          yield question
              .apply(client)
              .<Reply>map(found -> new Reply.Found(kept(client, found)))
              .orElseGet(() -> missing(client, what));
        } catch (KubernetesClientException e) {
          yield failed(client, what, e);
        }
      }
    };
  }

  private synchronized Opened opened() {
    if (open.isPresent()) {
      return new Opened.Client(open.get());
    }
    Opened opened = access.open();
    if (opened instanceof Opened.Client(var client)) {
      open = Optional.of(client);
    }
    return opened;
  }

  private static Kept kept(KubernetesClient client, GenericKubernetesResource found) {
    return new Kept(Section.of(client.getKubernetesSerialization().convertValue(found, Map.class)));
  }

  private static Reply missing(KubernetesClient client, String what) {
    return new Reply.Refused(
        "there is no %s at %s; create it, or correct virtualService, destinationRule and namespace"
            .formatted(what, client.getMasterUrl()));
  }

  private static Reply failed(KubernetesClient client, String what, KubernetesClientException e) {
    String said = said(e);
    return switch (e.getCode()) {
      case HttpURLConnection.HTTP_CONFLICT -> new Reply.Conflict();
      case HttpURLConnection.HTTP_NOT_FOUND -> missing(client, what);
      case HttpURLConnection.HTTP_UNAUTHORIZED ->
          new Reply.Refused(
              "%s does not know who asks for %s: %s; renew the token or certificate in the kubeconfig"
                  .formatted(client.getMasterUrl(), what, said));
      case HttpURLConnection.HTTP_FORBIDDEN ->
          new Reply.Refused(
              "%s does not allow it for %s: %s; let the agent's role get and update it"
                  .formatted(client.getMasterUrl(), what, said));
      case HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE ->
          new Reply.Refused("%s was not taken: %s".formatted(what, said));
      case 0 ->
          new Reply.Unreachable(
              "%s does not answer when asked for %s: %s"
                  .formatted(client.getMasterUrl(), what, said));
      default ->
          new Reply.Unreachable(
              "%s answered %d when asked for %s: %s"
                  .formatted(client.getMasterUrl(), e.getCode(), what, said));
    };
  }

  /** The server's own words say most; what came between them and us says the rest. */
  private static String said(KubernetesClientException e) {
    String said =
        Optional.ofNullable(e.getStatus())
            .map(Status::getMessage)
            .or(() -> Optional.ofNullable(e.getCause()).map(Throwable::toString))
            .orElseGet(e::toString)
            .strip();
    return said.length() > SAID_MAX ? said.substring(0, SAID_MAX) + "…" : said;
  }
}
