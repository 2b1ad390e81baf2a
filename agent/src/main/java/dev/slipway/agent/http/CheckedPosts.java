package dev.slipway.agent.http;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.ConnectException;
import java.net.Proxy;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import okhttp3.Response;

/** Posts with OkHttp. */
final class CheckedPosts implements Posts {
  private static final MediaType JSON = MediaType.get("application/json");
  private static final String ADDRESS = "the address in the secret";

  private final OkHttpClient client;

  CheckedPosts(Limits limits, OkHttpClient base) {
    this.client =
        base.newBuilder()
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            // Sent again by us or not at all, since we count.
            .retryOnConnectionFailure(false)
            .connectTimeout(limits.connect())
            .callTimeout(limits.total())
            .addNetworkInterceptor(new AllowedAddresses(_ -> ADDRESS))
            .build();
  }

  @Override
  public Posted post(String url, Message message) {
    var parsed = Optional.ofNullable(HttpUrl.parse(url));
    if (parsed.isEmpty()) {
      return failed("what the secret holds is not an address with https:");
    }
    var request =
        new Request.Builder()
            .url(parsed.get())
            .header("Idempotency-Key", message.id())
            .post(RequestBody.create(message.json().getBytes(StandardCharsets.UTF_8), JSON))
            .build();
    try (var response = client.newCall(request).execute()) {
      return posted(response);
    } catch (NotAllowedException e) {
      return failed(e.getMessage());
    } catch (IOException e) {
      return failed(reason(e));
    }
  }

  private static Posted posted(Response response) {
    int status = response.code();
    if (response.isSuccessful()) {
      return new Posted.Accepted();
    }
    var reason = "it answers %d".formatted(status);
    return switch (status) {
      case 408, 425, 429 -> new Posted.Failed(reason, after(response));
      default ->
          status >= 500 ? new Posted.Failed(reason, after(response)) : new Posted.Refused(reason);
    };
  }

  /** A time is meant by the server's clock, which it tells. */
  private static Optional<Duration> after(Response response) {
    var written = response.header("Retry-After");
    if (written != null && written.matches("[0-9]{1,9}")) {
      return Optional.of(Duration.ofSeconds(Long.parseLong(written)));
    }
    var then = Optional.ofNullable(response.headers().getDate("Retry-After"));
    var now = Optional.ofNullable(response.headers().getDate("Date"));
    return then.flatMap(at -> now.map(here -> Duration.between(here.toInstant(), at.toInstant())))
        .filter(Duration::isPositive);
  }

  private static Posted failed(String reason) {
    return new Posted.Failed(reason, Optional.empty());
  }

  private static String reason(IOException failure) {
    return switch (failure) {
      case InterruptedIOException _ -> "no answer in time";
      case UnknownHostException _ -> "nobody knows its name";
      case ConnectException _ -> "no connection";
      case SSLException _ -> "it does not show who it is: TLS failed";
      case IOException _ -> "the connection broke";
    };
  }
}
