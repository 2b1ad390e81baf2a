package dev.slipway.agent.balancer.edge.proxy.requests;

import dev.slipway.agent.balancer.edge.PoolSpec.CheckSpec;
import dev.slipway.strategies.traffic.Observed.Witness;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The edge's own questions to the members of pools that ask for it. */
public final class HealthChecks implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(HealthChecks.class);
  private static final int OK_MAX = 399;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final Map<Upstream, Long> dueNanos = new HashMap<>();
  private final Set<Upstream> asked = ConcurrentHashMap.newKeySet();

  /** Asks every member whose time has come. */
  public void beat(List<Pool> pools, long now) {
    var current = new HashSet<Upstream>();
    for (var pool : pools) {
      pool.check()
          .ifPresent(check -> {
            current.addAll(pool.reachable());
            pool.reachable().forEach(upstream -> ask(upstream, check, now));
          });
    }
    dueNanos.keySet().retainAll(current);
  }

  private void ask(Upstream upstream, CheckSpec check, long now) {
    var due = dueNanos.get(upstream);
    if ((due == null || now - due >= 0) && asked.add(upstream)) {
      dueNanos.put(upstream, now + check.interval().toNanos());
      Thread.ofVirtual().start(() -> note(upstream, check, answer(upstream, check)));
    }
  }

  private Witness answer(Upstream upstream, CheckSpec check) {
    var request =
        HttpRequest.newBuilder(URI.create("http://" + upstream.authority() + check.path()))
            .timeout(check.timeout())
            .build();
    try {
      int status = client.send(request, BodyHandlers.discarding()).statusCode();
      return status <= OK_MAX ? Witness.UP : Witness.DOWN;
    } catch (IOException e) {
      LOG.debug("{} does not answer a check", upstream, e);
      return Witness.DOWN;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Witness.DOWN;
    }
  }

  private void note(Upstream upstream, CheckSpec check, Witness answer) {
    asked.remove(upstream);
    if (upstream.wellness().checked(answer, check.rise(), check.fall())) {
      LOG.info("{} is {} by GET {}", upstream, answer, check.path());
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
