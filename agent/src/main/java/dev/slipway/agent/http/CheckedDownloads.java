package dev.slipway.agent.http;

import dev.slipway.agent.secret.Login;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Proxy;
import java.util.Optional;
import okhttp3.HttpUrl;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Downloads with OkHttp; every address is looked at again once it is connected to. */
final class CheckedDownloads implements Downloads {
  private static final int REDIRECTS_MAX = 5;

  private final Limits limits;
  private final OkHttpClient client;

  CheckedDownloads(Limits limits, OkHttpClient base) {
    this.limits = limits;
    this.client =
        base.newBuilder()
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(limits.connect())
            .readTimeout(limits.idle())
            .callTimeout(limits.total())
            .addNetworkInterceptor(new AllowedAddresses(CheckedDownloads::shown))
            .build();
  }

  @Override
  public Downloaded get(String url, Optional<Login> login, Sink sink) {
    var parsed = Optional.ofNullable(HttpUrl.parse(url));
    if (parsed.isEmpty()) {
      return new Downloaded.Refused("'%s' is not an address with https:".formatted(url));
    }
    return login
        .map(one -> get(parsed.get(), one, sink))
        .orElseGet(() -> get(parsed.get(), _ -> Optional.empty(), sink, REDIRECTS_MAX));
  }

  private Downloaded get(HttpUrl first, Login login, Sink sink) {
    var authorization = login.authorization(first.host());
    if (authorization.isEmpty()) {
      return new Downloaded.Denied(
          "%s: its netrc has no machine '%s'".formatted(shown(first), first.host()));
    }
    Access access = next -> authorization.filter(_ -> isSameServer(first, next));
    return scrubbed(get(first, access, sink, REDIRECTS_MAX), login);
  }

  /** What listens on another port may be somebody else's. */
  private static boolean isSameServer(HttpUrl first, HttpUrl next) {
    return first.scheme().equals(next.scheme())
        && first.host().equals(next.host())
        && first.port() == next.port();
  }

  /** A server may repeat what it was told. */
  private static Downloaded scrubbed(Downloaded downloaded, Login login) {
    return switch (downloaded) {
      case Downloaded.Complete complete -> complete;
      case Downloaded.Refused(var reason) -> new Downloaded.Refused(login.scrub(reason));
      case Downloaded.Denied(var reason) -> new Downloaded.Denied(login.scrub(reason));
      case Downloaded.Unavailable(var reason) -> new Downloaded.Unavailable(login.scrub(reason));
    };
  }

  private Downloaded get(HttpUrl url, Access access, Sink sink, int redirectsLeft) {
    var request = new Request.Builder().url(url);
    access.authorization(url).ifPresent(text -> request.header("Authorization", text));
    try (var response = client.newCall(request.build()).execute()) {
      if (response.isRedirect()) {
        return redirect(url, response, access, sink, redirectsLeft);
      }
      return response.isSuccessful() ? read(url, response, sink) : unsuccessful(url, response);
    } catch (NotAllowedException e) {
      return new Downloaded.Refused(e.getMessage());
    } catch (IOException e) {
      return new Downloaded.Unavailable(
          "%s cannot be read: %s".formatted(shown(url), e.getMessage()));
    }
  }

  private Downloaded redirect(
      HttpUrl url, Response response, Access access, Sink sink, int redirectsLeft) {
    var location = Optional.ofNullable(response.header("Location")).map(url::resolve);
    if (location.isEmpty() || redirectsLeft == 0) {
      return new Downloaded.Refused("%s redirects without an end".formatted(shown(url)));
    }
    var next = location.get();
    if (!next.host().equals(url.host()) || !next.scheme().equals(url.scheme())) {
      return new Downloaded.Refused(
          "%s redirects to %s; name that address itself, redirects to other hosts are not followed"
              .formatted(shown(url), next.redact()));
    }
    return get(next, access, sink, redirectsLeft - 1);
  }

  private Downloaded read(HttpUrl url, Response response, Sink sink) throws IOException {
    var length = response.body().contentLength();
    if (length > limits.bytes()) {
      return new Downloaded.Refused(
          "%s has %d bytes; at most %d are allowed".formatted(shown(url), length, limits.bytes()));
    }
    try (var in = new Bounded(url, response.body().byteStream())) {
      sink.accept(in);
    }
    return new Downloaded.Complete();
  }

  private static Downloaded unsuccessful(HttpUrl url, Response response) {
    var reason = "%s answers %d %s".formatted(shown(url), response.code(), response.message());
    if (response.code() == 401 || response.code() == 403) {
      return new Downloaded.Denied(reason);
    }
    // What the server says of the request stays so; what it says of itself may pass.
    return response.code() < 500 && response.code() != 429 && response.code() != 408
        ? new Downloaded.Refused(reason)
        : new Downloaded.Unavailable(reason);
  }

  /** A signed address lets in whoever has it, and it is the query that is the signature. */
  static String shown(HttpUrl url) {
    return url.newBuilder().username("").password("").query(null).fragment(null).build().toString();
  }

  /** The body up to the limit. */
  private final class Bounded extends FilterInputStream {
    private final HttpUrl url;
    private long left = limits.bytes();

    Bounded(HttpUrl url, InputStream in) {
      super(in);
      this.url = url;
    }

    @Override
    public int read() throws IOException {
      int one = super.read();
      count(one < 0 ? 0 : 1);
      return one;
    }

    @Override
    public int read(byte[] many, int offset, int length) throws IOException {
      int count = super.read(many, offset, length);
      count(Math.max(count, 0));
      return count;
    }

    private void count(int bytes) throws NotAllowedException {
      left -= bytes;
      if (left < 0) {
        throw new NotAllowedException(
            "%s has more than the %d bytes that are allowed".formatted(shown(url), limits.bytes()));
      }
    }
  }

  /** What is shown to the server of an address, if anything. */
  private interface Access {
    Optional<String> authorization(HttpUrl url);
  }
}
