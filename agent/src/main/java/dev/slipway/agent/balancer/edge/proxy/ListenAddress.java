package dev.slipway.agent.balancer.edge.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/** Addresses to listen on, written as {@code 0.0.0.0:8080} or {@code [::]:8080}. */
public final class ListenAddress {
  private static final Pattern FORM =
      Pattern.compile("(?:\\[([^\\]]+)\\]|([^:\\[\\]]+)):(\\d{1,5})");
  private static final int PORT_MAX = 65_535;

  private ListenAddress() {}

  /** Returns the address, or empty if the text is none; no name service is asked. */
  public static Optional<InetSocketAddress> parse(String text) {
    var form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    int port = Integer.parseInt(form.group(3));
    var host = form.group(1) == null ? form.group(2) : form.group(1);
    try {
      return port > PORT_MAX
          ? Optional.empty()
          : Optional.of(new InetSocketAddress(InetAddress.ofLiteral(host), port));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
