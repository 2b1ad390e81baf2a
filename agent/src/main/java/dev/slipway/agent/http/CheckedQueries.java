package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import okhttp3.FormBody;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Queries with OkHttp. */
final class CheckedQueries implements Queries {
  private final Limits limits;
  private final OkHttpClient client;

  CheckedQueries(Limits limits, OkHttpClient base) {
    this.limits = limits;
    this.client =
        base.newBuilder()
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(limits.connect())
            .callTimeout(limits.total())
            .addNetworkInterceptor(new AllowedAddresses(CheckedDownloads::shown))
            .build();
  }

  @Override
  public Answered ask(String url, Map<String, String> form, Optional<Login> login) {
    var parsed = Optional.ofNullable(HttpUrl.parse(url));
    if (parsed.isEmpty()) {
      return new Answered.Refused("'%s' is not an address with https:".formatted(url));
    }
    var request = request(parsed.get(), form);
    if (login.isPresent()) {
      var authorization = login.get().authorization(parsed.get().host());
      if (authorization.isEmpty()) {
        return new Answered.Refused("its netrc has no machine '%s'".formatted(parsed.get().host()));
      }
      request.header("Authorization", authorization.get());
    }
    return answered(request.build());
  }

  private static Request.Builder request(HttpUrl url, Map<String, String> form) {
    var request = new Request.Builder().url(url).header("Accept", "application/json");
    if (!form.isEmpty()) {
      var body = new FormBody.Builder(StandardCharsets.UTF_8);
      form.forEach(body::add);
      request.post(body.build());
    }
    return request;
  }

  private Answered answered(Request request) {
    try (var response = client.newCall(request).execute()) {
      return text(request.url(), response);
    } catch (NotAllowedException e) {
      return new Answered.Refused(e.getMessage());
    } catch (InterruptedIOException e) {
      return new Answered.Unanswered(
          "%s gave no whole answer within %d ms"
              .formatted(CheckedDownloads.shown(request.url()), limits.total().toMillis()));
    } catch (IOException e) {
      return new Answered.Unanswered(
          "%s cannot be asked: %s"
              .formatted(CheckedDownloads.shown(request.url()), e.getMessage()));
    }
  }

  private Answered text(HttpUrl url, Response response) throws IOException {
    var source = response.body().source();
    if (source.request(limits.bytes() + 1L)) {
      return new Answered.Unanswered(
          "%s answers with more than %d bytes"
              .formatted(CheckedDownloads.shown(url), limits.bytes()));
    }
    return new Answered.Text(response.code(), source.readString(StandardCharsets.UTF_8));
  }
}
