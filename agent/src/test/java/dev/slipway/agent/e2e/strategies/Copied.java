package dev.slipway.agent.e2e.strategies;

import dev.slipway.agent.e2e.world.LocalFleet;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * How many requests the instances of a release have had, as they say themselves: while it is in the
 * shadow, all of these are copies.
 */
final class Copied implements LongSupplier, AutoCloseable {
  private static final Pattern ASKED = Pattern.compile("\"asked\": (\\d+)");

  private final HttpClient client = HttpClient.newHttpClient();
  private final List<HttpRequest> requests;
  private volatile String version = "";

  /** Asks every slot of a fleet. */
  Copied(LocalFleet fleet) {
    this.requests =
        fleet.addresses().stream()
            .flatMap(address ->
                Stream.of(fleet.appPort(), fleet.sparePort().orElseThrow())
                    .map(port -> "http://%s:%d/status".formatted(address, port)))
            .map(uri -> HttpRequest.newBuilder(URI.create(uri)).build())
            .toList();
  }

  /** From now on only those count that run this version. */
  void countThoseOf(String candidate) {
    version = candidate;
  }

  @Override
  public long getAsLong() {
    return requests.stream().mapToLong(this::asked).sum();
  }

  private long asked(HttpRequest request) {
    try {
      HttpResponse<String> answer = client.send(request, BodyHandlers.ofString());
      Optional<String> whose = answer.headers().firstValue("X-Slipway-Version");
      Matcher asked = ASKED.matcher(answer.body());
      return whose.filter(version::equals).isPresent() && asked.find()
          ? Long.parseLong(asked.group(1))
          : 0;
    } catch (IOException e) {
      // Nobody runs there now.
      return 0;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return 0;
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
