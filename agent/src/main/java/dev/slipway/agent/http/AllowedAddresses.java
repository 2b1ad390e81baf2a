package dev.slipway.agent.http;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Optional;
import java.util.function.Function;
import okhttp3.Connection;
import okhttp3.HttpUrl;
import okhttp3.Interceptor;
import okhttp3.Response;

/** Looks at where a connection leads, once it is made: a name may lead elsewhere each time. */
final class AllowedAddresses implements Interceptor {
  private final Function<HttpUrl, String> shown;

  /** Takes what an address is called in messages, since some may not be repeated as they are. */
  AllowedAddresses(Function<HttpUrl, String> shown) {
    this.shown = shown;
  }

  @Override
  public Response intercept(Chain chain) throws IOException {
    var address =
        Optional.ofNullable(chain.connection())
            .map(Connection::route)
            .map(route -> route.socketAddress().getAddress())
            .orElseThrow(() -> new IOException("there is no connection"));
    var url = chain.request().url();
    if (!url.isHttps() && !address.isLoopbackAddress()) {
      throw new NotAllowedException(
          "%s is not https; http is allowed from loopback only".formatted(shown.apply(url)));
    }
    if (isNobodys(address)) {
      throw new NotAllowedException(
          "%s leads to %s, an address that nothing may be fetched from"
              .formatted(shown.apply(url), address.getHostAddress()));
    }
    return chain.proceed(chain.request());
  }

  /** Whether no server of anyone's has this address, but perhaps the machine's own platform. */
  private static boolean isNobodys(InetAddress address) {
    return address.isLinkLocalAddress()
        || address.isMulticastAddress()
        || address.isAnyLocalAddress();
  }
}
