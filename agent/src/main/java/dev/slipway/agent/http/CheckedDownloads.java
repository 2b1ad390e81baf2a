package dev.slipway.agent.http;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Proxy;
import java.util.Optional;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.OkHttpClient;
import okhttp3.Request;
import okhttp3.Response;

/** Downloads with OkHttp; every address is looked at again once it is connected to. */
final class CheckedDownloads implements Downloads {
  private static final int REDIRECTS_MAX = 5;

  private final Limits limits;
  private final OkHttpClient client;

  CheckedDownloads(Limits limits) {
    this.limits = limits;
    this.client =
        new OkHttpClient.Builder()
            .proxy(Proxy.NO_PROXY)
            .followRedirects(false)
            .followSslRedirects(false)
            .connectTimeout(limits.connect())
            .readTimeout(limits.idle())
            .callTimeout(limits.total())
            .addNetworkInterceptor(CheckedDownloads::onlyAllowedAddresses)
            .build();
  }

  @Override
  public Downloaded get(String url, Sink sink) {
    var parsed = Optional.ofNullable(HttpUrl.parse(url));
    return parsed.isPresent()
        ? get(parsed.get(), sink, REDIRECTS_MAX)
        : new Downloaded.Refused("'%s' is not an address with https:".formatted(url));
  }

  private Downloaded get(HttpUrl url, Sink sink, int redirectsLeft) {
    try (var response = client.newCall(new Request.Builder().url(url).build()).execute()) {
      if (response.isRedirect()) {
        return redirect(url, response, sink, redirectsLeft);
      }
      return response.isSuccessful() ? read(url, response, sink) : unsuccessful(url, response);
    } catch (NotAllowedException e) {
      return new Downloaded.Refused(e.getMessage());
    } catch (IOException e) {
      return new Downloaded.Unavailable(
          "%s cannot be read: %s".formatted(shown(url), e.getMessage()));
    }
  }

  private Downloaded redirect(HttpUrl url, Response response, Sink sink, int redirectsLeft) {
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
    return get(next, sink, redirectsLeft - 1);
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
    // What the server says of the request stays so; what it says of itself may pass.
    return response.code() < 500 && response.code() != 429 && response.code() != 408
        ? new Downloaded.Refused(reason)
        : new Downloaded.Unavailable(reason);
  }

  private static Response onlyAllowedAddresses(Interceptor.Chain chain) throws IOException {
    var address =
        Optional.ofNullable(chain.connection())
            .map(Connection::route)
            .map(route -> route.socketAddress().getAddress())
            .orElseThrow(() -> new IOException("there is no connection"));
    var url = chain.request().url();
    if (!url.isHttps() && !address.isLoopbackAddress()) {
      throw new NotAllowedException(
          "%s is not https; http is allowed from loopback only".formatted(shown(url)));
    }
    if (isNobodys(address)) {
      throw new NotAllowedException(
          "%s leads to %s, an address that nothing may be fetched from"
              .formatted(shown(url), address.getHostAddress()));
    }
    return chain.proceed(chain.request());
  }

  /** A signed address lets in whoever has it, and it is the query that is the signature. */
  private static String shown(HttpUrl url) {
    return url.newBuilder().username("").password("").query(null).fragment(null).build().toString();
  }

  /** Whether no server of anyone's has this address, but perhaps the machine's own platform. */
  private static boolean isNobodys(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress();
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

  /** An address or answer that the rules do not allow. */
  private static final class NotAllowedException extends IOException {
    private static final long serialVersionUID = 1;

    NotAllowedException(String message) {
      super(message);
    }

    @Override
    public String getMessage() {
      return String.valueOf(super.getMessage());
    }
  }
}
