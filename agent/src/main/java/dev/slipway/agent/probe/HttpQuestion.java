package dev.slipway.agent.probe;

import dev.slipway.strategies.fleet.Health;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/**
 * Asks by HTTP, each time on a new connection, and follows no redirect.
 *
 * <p>With {@code https} the certificate must be valid for the check's {@code host}, or for the
 * address if there is none; nothing is taken on trust.
 */
final class HttpQuestion {
  /** Stands in the client's own URL, which nobody sees. */
  private static final String STAND_IN = "instance.invalid";

  private final OkHttpClient base =
      new OkHttpClient.Builder()
          .followRedirects(false)
          .followSslRedirects(false)
          .retryOnConnectionFailure(false)
          .connectionPool(new ConnectionPool(0, 1, TimeUnit.SECONDS))
          .build();

  /**
   * Asks once.
   *
   * @param way where to connect to
   * @param target what is meant, for the {@code Host} header
   */
  Checked ask(Health.Http question, InetSocketAddress way, InetSocketAddress target) {
    String name = question.host().orElseGet(() -> name(question, target));
    HttpUrl url =
        new HttpUrl.Builder()
            .scheme(question.scheme())
            .host(name)
            .port(way.getPort())
            .build()
            .resolve(question.path());
    if (url == null) {
      return new Checked.Bad("'%s' is no path".formatted(question.path()));
    }
    OkHttpClient client =
        base.newBuilder()
            .callTimeout(question.timing().timeout())
            .dns(_ -> List.of(way.getAddress()))
            .build();
    var request =
        new Request.Builder()
            .url(url)
            .header("Host", question.host().orElse(authority(target)))
            .header("User-Agent", "slipway")
            .build();
    try (Response response = client.newCall(request).execute()) {
      return response.code() == question.expectedStatus()
          ? new Checked.Good("%s answers %d".formatted(question.path(), response.code()))
          : new Checked.Bad(
              "%s answers %d, expected %d"
                  .formatted(question.path(), response.code(), question.expectedStatus()));
    } catch (IOException e) {
      return new Checked.Bad(
          "%s on %s: %s".formatted(question.path(), target, NetworkProber.text(e)));
    }
  }

  /** The client goes straight to what is an address already, and past the way that was opened. */
  private static String name(Health.Http question, InetSocketAddress target) {
    return question.scheme().equals("http") ? STAND_IN : target.getHostString();
  }

  private static String authority(InetSocketAddress target) {
    String host = target.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + target.getPort();
  }
}
