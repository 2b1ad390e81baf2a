package dev.slipway.agent.e2e.examples;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.demo.LoadClient;
import dev.slipway.agent.demo.LoadPlan;
import dev.slipway.agent.demo.LoadReport;
import dev.slipway.agent.time.Signal;
import dev.slipway.agent.time.Waiter;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** People who read all four applications without a pause, and one who writes in the forum. */
final class Visitors implements AutoCloseable {
  private static final Duration BETWEEN_POSTS = Duration.ofMillis(400);

  private final Estate estate;
  private final Map<String, LoadClient> readers = new LinkedHashMap<>();
  private final HttpClient client = HttpClient.newHttpClient();
  private final Signal over = new Signal();
  private final AtomicInteger posts = new AtomicInteger();
  private final List<String> refused = new ArrayList<>();
  private final Thread writer;

  private Visitors(Estate estate) {
    this.estate = estate;
    this.writer = Thread.ofVirtual().unstarted(this::write);
  }

  static Visitors of(Estate estate) {
    var visitors = new Visitors(estate);
    for (String application : ExampleRepository.APPLICATIONS) {
      var plan =
          LoadPlan.against(estate.address(application))
              .withClients(2, 2)
              .withPause(Duration.ofMillis(20));
      visitors.readers.put(application, LoadClient.start(plan, Waiter.system()));
    }
    visitors.writer.start();
    return visitors;
  }

  private void write() {
    while (over.reason().isEmpty()) {
      String answer = post("forum", "/posts", "body=post " + posts.incrementAndGet());
      if (!answer.startsWith("201 ")) {
        refused.add(answer);
      }
      Waiter.system().await(BETWEEN_POSTS, over);
    }
  }

  /** Sends a form to an application; returns status and text of the answer. */
  String post(String application, String path, String form) {
    var request =
        HttpRequest.newBuilder(uri(application, path))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form.replace(' ', '+')))
            .build();
    return send(request);
  }

  /** Returns status and text of a page. */
  String page(String application) {
    return send(HttpRequest.newBuilder(uri(application, "/")).build());
  }

  private String send(HttpRequest request) {
    try {
      var answer = client.send(request, BodyHandlers.ofString());
      return answer.statusCode() + " " + answer.body();
    } catch (IOException e) {
      return "none: " + e;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return "interrupted";
    }
  }

  private URI uri(String application, String path) {
    var address = estate.address(application);
    return URI.create("http://%s:%d%s".formatted(address.getHostString(), address.getPort(), path));
  }

  /** Lets everybody go, and fails if anybody did not get an answer; returns how many posted. */
  int leave() {
    close();
    for (Map.Entry<String, LoadClient> reader : readers.entrySet()) {
      LoadReport report = reader.getValue().stop();
      assertThat(report.lost()).as(reader.getKey() + "\n" + report.render()).isZero();
      assertThat(report.sent()).as(reader.getKey()).isGreaterThan(100);
    }
    assertThat(refused).isEmpty();
    return posts.get();
  }

  @Override
  public void close() {
    over.raise("the test is over");
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    readers.values().forEach(LoadClient::close);
    client.close();
  }
}
