package dev.slipway.agent.host.site.activation;

import static dev.slipway.agent.host.site.activation.UnitHost.assertDone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.site.activation.UnitHost.App;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Service.OnActivate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/**
 * Goal: a unit that is shared is reloaded, a socket and a job that runs are waited for, and nothing
 * of a former release counts for the new one.
 *
 * <p>Method: one machine with systemd, php-fpm and nginx; callers on the machine itself ask without
 * a pause, and every failure of theirs is counted.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class ActivationTest {
  private static final String FPM = "php8.2-fpm.service";
  private static final String WEB =
      """
      [Service]
      EnvironmentFile=/srv/web/env/current.env
      WorkingDirectory=/srv/web/current
      ExecStart=/srv/web/current/bin/run
      """;

  private final UnitHost host;

  ActivationTest(@TempDir Path directory) {
    host = new UnitHost(directory);
  }

  @AfterAll
  void removeHost() {
    host.close();
  }

  @AfterEach
  void endCallers() {
    host.run(
        "touch /tmp/over; systemctl stop web report.timer report socket.socket socket || true");
  }

  @Test
  void aUnitThatSeveralShareIsReloadedAndNeverStopped() {
    servePhp();
    var shop = php("shop");
    var blog = php("blog");
    shop.deploy("1", page("shop 1"));
    assertThat(get("shop")).startsWith("shop 1");
    String former = host.shown(FPM, "InvocationID") + host.shown(FPM, "MainPID");
    blog.deploy("1", page("blog 1"));
    call("http://127.0.0.1:8080/shop");

    shop.deploy("2", page("shop 2"));

    assertThat(get("shop")).startsWith("shop 2");
    assertThat(get("blog")).startsWith("blog 1");
    assertThat(shop.origin()).isEqualTo(Origin.RECORDED);
    // The way back is the same, and to stop one application stops neither.
    shop.deploy("1", page("shop 1"));
    assertThat(get("shop")).startsWith("shop 1");
    assertDone(shop.site().stop(shop.slot(), shop.release("1", page("shop 1")), UnitHost.SECONDS));
    assertThat(shop.process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(get("shop")).startsWith("shop 1");
    assertThat(host.shown(FPM, "InvocationID") + host.shown(FPM, "MainPID")).isEqualTo(former);
    assertThat(answers()).contains("shop 1", "shop 2").doesNotContain("LOST");
  }

  @Test
  void whoAnswersAfterTheReloadBeganAfterIt() {
    servePhp();
    var shop = php("shop");
    shop.deploy("1", page("shop 1"));
    String former = host.run("pgrep -P %s".formatted(host.shown(FPM, "MainPID")));
    // One worker is busy for a while: it may end, and the reload is not over before.
    host.run("curl -fsS 'http://127.0.0.1:8080/shop?busy' >/tmp/busy 2>&1 & sleep 1");

    var release = shop.activate("2", page("shop 2"));

    assertThat(shop.origin()).isEqualTo(Origin.FORMER);
    assertDone(shop.site().start(shop.slot(), release));
    assertThat(host.run("cat /tmp/busy")).startsWith("shop 1");
    assertThat(host.run("pgrep -P %s".formatted(host.shown(FPM, "MainPID"))).lines())
        .isNotEmpty()
        .doesNotContainAnyElementsOf(former.lines().toList());
    assertThat(shop.origin()).isEqualTo(Origin.RECORDED);
  }

  @Test
  void withNoneTheLinkIsSetAndTheUnitIsLeftAlone() {
    host.install("/etc/systemd/system/web.service", WEB.replaceFirst("EnvironmentFile.*\n", ""));
    var web = app(OnActivate.NONE);
    web.activate("1", sleep("1"));
    host.run("systemctl start web");
    String former = host.shown("web", "InvocationID");

    web.deploy("2", sleep("2"));

    assertThat(web.origin()).isEqualTo(Origin.RECORDED);
    assertThat(host.shown("web", "InvocationID")).isEqualTo(former);
    assertThat(host.run("cat /srv/web/current/bin/run")).contains("# 2");
  }

  @Test
  void aServiceRestartsWhileSystemdHoldsItsPort() {
    host.install("/etc/systemd/system/socket.socket", "[Socket]\nListenStream=127.0.0.1:8090\n");
    host.install(
        "/etc/systemd/system/socket.service",
        "[Service]\nExecStart=/srv/socket/current/bin/serve\nTimeoutStopSec=20s\n");
    var app = host.app("socket", new Service.Systemd("socket.service"), OptionalInt.of(8090));
    app.activate("1", server("version 1"));
    host.run("systemctl start socket.socket");
    app.deploy("1", server("version 1"));
    call("http://127.0.0.1:8090/");

    app.deploy("2", server("version 2"));

    await().until(() -> answers().contains("version 2"));
    assertThat(app.origin()).isEqualTo(Origin.RECORDED);
    String heard = answers();
    assertThat(heard).contains("version 1").doesNotContain("LOST");
    assertThat(heard.substring(heard.lastIndexOf("version 1"))).contains("version 2");
  }

  @Test
  void aJobThatATimerHasStartedIsAwaitedAndTheNextIsOfTheNewRelease() {
    var report = timer();
    report.deploy("1", job("1"));
    assertThat(host.shown("report.timer", "ActiveState")).isEqualTo("active");
    host.run("systemctl start --no-block report; sleep 1");
    var release = report.release("2", job("2"));
    assertDone(report.site().stage(release, job("2")));

    var stopping =
        CompletableFuture.supplyAsync(
            () -> report.site().stop(report.slot(), release, Duration.ofSeconds(60)));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> host.shown("report.timer", "ActiveState").equals("inactive"));
    assertThat(stopping).isNotDone();
    assertThat(host.shown("report", "ActiveState")).isEqualTo("activating");
    host.run("touch /tmp/go");

    assertDone(stopping.join());
    assertThat(host.run("cat /tmp/report")).isEqualTo("1 begins\n1 ends\n");
    assertDone(report.site().activate(report.slot(), release));
    assertDone(report.site().start(report.slot(), release));
    assertThat(report.origin()).isEqualTo(Origin.RECORDED);
    host.run("systemctl start report");
    assertThat(host.run("cat /tmp/report")).endsWith("2 begins\n2 ends\n");
  }

  @Test
  void aJobThatDoesNotEndInTimeIsNotKilledAndNothingChanges() {
    var report = timer();
    var release = report.deploy("1", job("1"));
    host.run("systemctl start --no-block report; sleep 1");

    var act = report.site().stop(report.slot(), release, Duration.ofSeconds(1));

    assertThat(act).isInstanceOf(Act.Refused.class);
    assertThat(act.toString()).contains("report.service still runs after 1 s");
    assertThat(host.shown("report", "ActiveState")).isEqualTo("activating");
    assertDone(report.site().start(report.slot(), release));
    assertThat(host.shown("report.timer", "ActiveState")).isEqualTo("active");
    host.run("touch /tmp/go");
    await().until(() -> host.run("cat /tmp/report").equals("1 begins\n1 ends\n"));
  }

  @Test
  void aProcessFromBeforeTheLinkWasSetIsAFormerOneUntilSomebodyRestartsIt() {
    host.install("/etc/systemd/system/web.service", WEB);
    var web = app(OnActivate.RESTART);
    web.deploy("1", sleep("1"));

    web.activate("2", sleep("2"));

    assertThat(web.origin()).isEqualTo(Origin.FORMER);
    host.run("systemctl restart web");
    assertThat(web.origin()).isEqualTo(Origin.OTHER);
  }

  @Test
  void aProcessThatSaysItIsOfAnotherReleaseIsAFormerOne() {
    String unit = WEB + "User=deploy\n";
    host.install("/etc/systemd/system/web.service", unit);
    var web = app(OnActivate.RESTART);
    web.deploy("1", sleep("1"));
    assertThat(web.origin()).isEqualTo(Origin.RECORDED);
    String fixed = host.run("readlink -f /srv/web/current").strip();
    host.install("/etc/systemd/system/web.service", unit.replace("/srv/web/current", fixed));

    web.deploy("2", sleep("2"));

    assertThat(web.origin()).isEqualTo(Origin.FORMER);
  }

  @Test
  void whoHoldsThePortAlreadyIsNotTakenForTheNewRelease() {
    host.install("/etc/systemd/system/web.service", WEB);
    var web = host.app("web", new Service.Systemd("web.service"), OptionalInt.of(8070));
    var release = web.deploy("1", sleep("1"));
    assertDone(web.site().stop(web.slot(), release, UnitHost.SECONDS));
    host.run("busybox httpd -p %s:8070 -h /srv".formatted(host.address()));

    var act = web.site().start(web.slot(), release);

    host.run("pkill -f '[b]usybox httpd'");
    assertThat(act).isInstanceOf(Act.Refused.class);
    assertThat(act.toString()).contains("port 8070 is held by another process");
    assertDone(web.site().start(web.slot(), release));
  }

  private App app(OnActivate onActivate) {
    return host.app("web", new Service.Systemd("web.service", onActivate), OptionalInt.empty());
  }

  private Artifact sleep(String version) {
    return app(OnActivate.RESTART)
        .artifact("bin/run", "#!/bin/sh\n# %s\nexec sleep 1000\n".formatted(version));
  }

  private App timer() {
    host.run("rm -f /tmp/go /tmp/report");
    host.install("/etc/systemd/system/report.timer", "[Timer]\nOnActiveSec=1h\n");
    host.install(
        "/etc/systemd/system/report.service",
        "[Service]\nType=oneshot\nExecStart=/srv/report/current/bin/report\n");
    return host.app("report", new Service.Systemd("report.timer"), OptionalInt.empty());
  }

  private Artifact job(String version) {
    String text =
        """
        #!/bin/sh
        echo "%1$s begins" >>/tmp/report
        until [ -e /tmp/go ]; do sleep 0.1; done
        echo "%1$s ends" >>/tmp/report
        """
            .formatted(version);
    return app(OnActivate.NONE).artifact("bin/report", text);
  }

  /** Takes one caller after the other from the socket that systemd holds; ends between two. */
  private Artifact server(String says) {
    String text =
        """
        #!/usr/bin/perl
        my $over = 0;
        $SIG{TERM} = sub { $over = 1 };
        open(my $door, '+<&=', 3) or die $!;
        until ($over) {
          accept(my $guest, $door) or next;
          while (<$guest>) { last if /^\\r?$/ }
          print $guest "HTTP/1.0 200 OK\\r\\nContent-Length: 10\\r\\n\\r\\n%s\\n";
          close $guest;
        }
        """;
    return app(OnActivate.NONE).artifact("bin/serve", text.replace("%s", says));
  }

  private App php(String name) {
    return host.app(name, new Service.Systemd(FPM, OnActivate.RELOAD), OptionalInt.of(8080));
  }

  private Artifact page(String says) {
    return app(OnActivate.NONE)
        .artifact(
            "public/index.php",
            "<?php if ($_SERVER['QUERY_STRING'] == 'busy') sleep(8); usleep(20000); echo '%s', \"\\n\";"
                .formatted(says));
  }

  /** One nginx and one php-fpm for all applications, as on people's hosts. */
  private void servePhp() {
    host.run("systemctl stop nginx php8.2-fpm; rm -f /etc/nginx/sites-enabled/default");
    host.install(
        "/etc/php/8.2/fpm/pool.d/zz-slipway.conf", "[global]\nprocess_control_timeout = 20s\n");
    host.install(
        "/etc/nginx/conf.d/php.conf",
        """
        server {
          listen 127.0.0.1:8080;
          location ~ ^/(shop|blog)$ {
            root /srv/$1/current/public;
            include fastcgi_params;
            fastcgi_param SCRIPT_FILENAME $realpath_root/index.php;
            fastcgi_pass unix:/run/php/php8.2-fpm.sock;
          }
        }
        """);
    host.run("systemctl start nginx");
  }

  private String get(String path) {
    return host.run("curl -fsS --max-time 20 http://127.0.0.1:8080/" + path);
  }

  /** Callers who ask again and again until they are told that it is over. */
  private void call(String url) {
    host.run(
        """
        rm -f /tmp/over /tmp/answers; touch /tmp/answers
        for caller in 1 2 3; do
          (until [ -e /tmp/over ]; do
            curl -fsS --max-time 20 %s >>/tmp/answers 2>&1 || echo LOST >>/tmp/answers
          done) >/dev/null 2>&1 &
        done
        sleep 1
        """
            .formatted(url));
  }

  private String answers() {
    return host.run("cat /tmp/answers");
  }
}
