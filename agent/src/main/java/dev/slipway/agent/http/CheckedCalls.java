package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import dev.slipway.agent.time.Signal;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import okhttp3.Call;
import okhttp3.HttpUrl;
import okhttp3.MediaType;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.RequestBody;
import tools.jackson.databind.json.JsonMapper;

/** Calls with OkHttp. */
final class CheckedCalls implements Calls {
  private static final JsonMapper WRITER = JsonMapper.builder().build();
  private static final MediaType JSON = MediaType.get("application/json");

  private final OkHttpClient client;

  CheckedCalls(Duration connect, OkHttpClient base) {
    this.client =
        base.newBuilder()
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            // Called again by those who count, or not at all.
            .retryOnConnectionFailure(false)
            .connectTimeout(connect)
            .readTimeout(Duration.ZERO)
            .addNetworkInterceptor(new AllowedAddresses(CheckedDownloads::shown))
            .build();
  }

  @Override
  public Called post(
      String url, Message message, Optional<Login> login, Duration total, Signal cut) {
    var parsed = Optional.ofNullable(HttpUrl.parse(url));
    if (parsed.isEmpty()) {
      return new Called.Refused("'%s' is not an address with https:".formatted(url));
    }
    var request = request(parsed.get(), message);
    if (login.isPresent()) {
      var authorization = login.get().authorization(parsed.get().host());
      if (authorization.isEmpty()) {
        return new Called.Refused("its netrc has no machine '%s'".formatted(parsed.get().host()));
      }
      request.header("Authorization", authorization.get());
    }
    return called(request.build(), total, cut);
  }

  private static Request.Builder request(HttpUrl url, Message message) {
    var body = RequestBody.create(WRITER.writeValueAsBytes(message.body()), JSON);
    var request = new Request.Builder().url(url).post(body);
    message.headers().forEach(request::header);
    return request;
  }

  private Called called(Request request, Duration total, Signal cut) {
    Call call = client.newCall(request);
    call.timeout().timeout(total.toNanos(), TimeUnit.NANOSECONDS);
    try (var _ = cut.whenRaised(call::cancel);
        var response = call.execute()) {
      return new Called.Answered(response.code());
    } catch (NotAllowedException e) {
      return new Called.Refused(e.getMessage());
    } catch (InterruptedIOException e) {
      return new Called.Unanswered(
          "%s gave no answer within %d ms"
              .formatted(CheckedDownloads.shown(request.url()), total.toMillis()));
    } catch (IOException e) {
      return new Called.Unanswered(
          "%s cannot be called: %s"
              .formatted(CheckedDownloads.shown(request.url()), e.getMessage()));
    }
  }
}
