package dev.slipway.agent.probe;

import dev.slipway.strategies.fleet.trial.Inquiry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import okhttp3.ConnectionPool;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;
import org.jspecify.annotations.Nullable;

/**
 * Asks by HTTP, each time on a new connection, and follows no redirect.
 *
 * <p>With {@code https} the certificate must be valid for the question's {@code host}, or for the
 * address if there is none; nothing is taken on trust.
 */
final class HttpQuestion {
  /** Stands in the client's own URL, which nobody sees. */
  private static final String STAND_IN = "instance.invalid";

  private static final RequestBody NOTHING = RequestBody.create(new byte[0]);

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
   * @param headers sent beside the question's own
   * @param most how many bytes of a body are read
   * @param way where to connect to
   * @param target what is meant, for the {@code Host} header
   */
  Answered ask(
      Inquiry question,
      Map<String, String> headers,
      int most,
      InetSocketAddress way,
      InetSocketAddress target) {
    HttpUrl url = url(question, way, target);
    if (url == null) {
      return new Answered.Silent("'%s' is no path".formatted(question.path()));
    }
    OkHttpClient client =
        base.newBuilder()
            .callTimeout(question.timeout())
            .readTimeout(question.timeout())
            .dns(_ -> List.of(way.getAddress()))
            .build();
    Request request = request(question, headers, url, target);
    try (Response response = client.newCall(request).execute()) {
      return new Answered.Got(response.code(), headers(response), body(response, most));
    } catch (IOException e) {
      return new Answered.Silent(
          "%s on %s: %s".formatted(question.path(), target, NetworkProber.text(e)));
    }
  }

  private static @Nullable HttpUrl url(
      Inquiry question, InetSocketAddress way, InetSocketAddress target) {
    return new HttpUrl.Builder()
        .scheme(question.scheme())
        .host(question.host().orElseGet(() -> name(question, target)))
        .port(way.getPort())
        .build()
        .resolve(question.path());
  }

  private static Request request(
      Inquiry question, Map<String, String> headers, HttpUrl url, InetSocketAddress target) {
    var request = new Request.Builder().url(url).header("User-Agent", "slipway");
    question.headers().forEach(request::header);
    request.header("Host", question.host().orElse(authority(target)));
    headers.forEach(request::header);
    return switch (question.method()) {
      case GET -> request.get().build();
      case HEAD -> request.head().build();
      case POST ->
          request
              .post(
                  question
                      .body()
                      .map(text -> RequestBody.create(text.getBytes(StandardCharsets.UTF_8)))
                      .orElse(NOTHING))
              .build();
    };
  }

  private static Map<String, String> headers(Response response) {
    var headers = new TreeMap<String, String>();
    response
        .headers()
        .toMultimap()
        .forEach((name, values) -> headers.put(name, String.join(", ", values)));
    return headers;
  }

  private static Answered.Body body(Response response, int most) throws IOException {
    if (most == 0) {
      return new Answered.Body("", false);
    }
    byte[] read = response.peekBody(most + 1L).bytes();
    boolean isCut = read.length > most;
    return new Answered.Body(
        new String(isCut ? Arrays.copyOf(read, most) : read, StandardCharsets.UTF_8), isCut);
  }

  /** The client goes straight to what is an address already, and past the way that was opened. */
  private static String name(Inquiry question, InetSocketAddress target) {
    return question.scheme().equals("http") ? STAND_IN : target.getHostString();
  }

  private static String authority(InetSocketAddress target) {
    String host = target.getHostString();
    return (host.contains(":") ? "[" + host + "]" : host) + ":" + target.getPort();
  }
}
