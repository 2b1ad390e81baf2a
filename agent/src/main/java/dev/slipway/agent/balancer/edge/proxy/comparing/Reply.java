package dev.slipway.agent.balancer.edge.proxy.comparing;

import dev.slipway.strategies.traffic.Comparison;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * An answer, as far as it is compared.
 *
 * @param headers the values of those that are compared
 * @param isJson whether it says of itself that it is JSON, and is not compressed
 * @param encoding how the body is compressed; empty if it is not
 * @param body its bytes, each as one character; empty if it is too long
 */
record Reply(
    int status,
    Map<String, List<String>> headers,
    boolean isJson,
    String encoding,
    String body,
    boolean isTooLong) {
  Reply {
    headers = Map.copyOf(headers);
  }

  /** Makes what is compared of an answer whose head knows the values of its headers. */
  static Reply of(
      int status, Function<String, List<String>> head, KeptBody body, Comparison comparison) {
    var compared = new TreeMap<String, List<String>>();
    comparison.headers().forEach(name -> compared.put(name, List.copyOf(head.apply(name))));
    String encoding = String.join(",", head.apply("Content-Encoding")).toLowerCase(Locale.ROOT);
    boolean plain = encoding.isEmpty() || encoding.equals("identity");
    return new Reply(
        status,
        compared,
        plain && isJson(head.apply("Content-Type")),
        plain ? "" : encoding,
        body.text(),
        body.isTooLong());
  }

  private static boolean isJson(List<String> types) {
    String type = types.isEmpty() ? "" : types.getFirst().split(";", 2)[0].strip();
    String lower = type.toLowerCase(Locale.ROOT);
    return lower.equals("application/json") || lower.endsWith("+json");
  }
}
