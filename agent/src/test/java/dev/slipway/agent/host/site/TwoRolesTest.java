package dev.slipway.agent.host.site;

import static dev.slipway.agent.host.site.Acts.assertDone;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;
import static org.awaitility.Awaitility.await;

import dev.slipway.agent.bench.Server;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.ProcessSighting.Origin;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.SshSettings.Become;
import dev.slipway.strategies.fleet.Application;
import dev.slipway.strategies.fleet.DrainPolicy;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Occupant;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Role;
import dev.slipway.strategies.fleet.Service;
import dev.slipway.strategies.fleet.Slot;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Goal: two roles on one link share the link, the files and the variables, and nothing else: each
 * has a record, a log and a process of its own.
 *
 * <p>Method: the real script on this machine, run by dash, bash and busybox.
 */
@ParameterizedClass
@EnumSource(
    value = Server.class,
    names = {"DASH", "BASH", "BUSYBOX"})
class TwoRolesTest {
  private static final Duration SECONDS = Duration.ofSeconds(5);
  private static final Slot WEB_SLOT = new Slot(Slot.CURRENT, OptionalInt.of(18_000));
  private static final Slot WORKER_SLOT = new Slot(Slot.CURRENT, OptionalInt.empty());
  private static final Role WEB = role("web", WEB_SLOT);
  private static final Role WORKER = role("worker", WORKER_SLOT);

  private final Scene scene;

  TwoRolesTest(Server shell, @TempDir Path directory) {
    this.scene = new Scene(shell, directory);
  }

  private static Role role(String name, Slot slot) {
    var timing = new Health.Timing(SECONDS, SECONDS, 1, Duration.ZERO, Duration.ofSeconds(9));
    var drain = new DrainPolicy(SECONDS, DrainPolicy.OnTimeout.PROCEED);
    return new Role(name, List.of(slot), new Health.Running(timing), drain, SECONDS);
  }

  private Site site(Role role, Role... onHost) {
    var application =
        new Application("shop", scene.base.toString(), Optional.empty(), List.of(WEB, WORKER), 2);
    var host = new Host("web1", "127.0.0.1", Optional.empty(), Reach.LOCAL, Map.of());
    var place = new Place(application, role, List.of(onHost), host, Map.of(), Become.NONE);
    return Sites.scripted().open(scene.machine, place, Scene.EPOCH);
  }

  private Site web() {
    return site(WEB, WEB, WORKER);
  }

  private Site worker() {
    return site(WORKER, WEB, WORKER);
  }

  private Release staged(String version) {
    var artifact = scene.artifact(version);
    var services = new LinkedHashMap<String, Service>();
    services.put("web", new Service.Detached(List.of("bin/run", "as-{{role}}", "{{port}}")));
    services.put("worker", new Service.Detached(List.of("bin/run", "as-{{role}}")));
    var release =
        new Release("shop", version, artifact.content(), Map.of(), services, List.of(), List.of());
    assertDone(web().stage(release, artifact));
    return release;
  }

  private Release running(String version) {
    Release release = staged(version);
    assertDone(web().activate(WEB_SLOT, release));
    assertDone(web().start(WEB_SLOT, release));
    assertDone(worker().start(WORKER_SLOT, release));
    return release;
  }

  private static Sighting.SlotSeen seen(Site site) {
    return site.look() instanceof Sighting.Seen(var slots, _, _)
        ? Optional.ofNullable(slots.get(Slot.CURRENT)).orElseThrow()
        : fail("it cannot be looked at");
  }

  private static ProcessSighting.Running process(Site site) {
    return seen(site).process() instanceof ProcessSighting.Running running
        ? running
        : fail("it does not run: " + seen(site).process());
  }

  @AfterEach
  void clear() {
    Release release = staged("9");
    web().stop(WEB_SLOT, release, SECONDS);
    worker().stop(WORKER_SLOT, release, SECONDS);
  }

  @Test
  void eachRoleHasAProcessALogAndARecordOfItsOwn() {
    Release release = running("1");

    assertThat(process(web()).origin()).isEqualTo(Origin.RECORDED);
    assertThat(process(worker()).origin()).isEqualTo(Origin.RECORDED);
    assertThat(process(web()).mark()).isNotEqualTo(process(worker()).mark());
    assertThat(worker().process(WORKER_SLOT, release)).isEqualTo(process(worker()));
    await().until(() -> web().log(WEB_SLOT, release).contains("bin/run as-web"));
    await().until(() -> worker().log(WORKER_SLOT, release).contains("bin/run as-worker"));
    assertThat(web().log(WEB_SLOT, release)).doesNotContain("worker");
    assertThat(scene.list(".slipway/slots"))
        .containsExactly("current.link", "current.run", "current.since", "current@worker.run");
  }

  @Test
  void oneActivateIsEnoughAndTheOtherRolesChangesNothing() {
    Release release = running("1");
    String before = process(web()).mark();

    assertDone(worker().activate(WORKER_SLOT, release));

    assertThat(process(web()))
        .extracting("mark", "origin")
        .containsExactly(before, Origin.RECORDED);
    assertThat(seen(worker()).occupant()).isEqualTo(new Occupant.Known(release.id()));
    assertThat(seen(worker()).environment()).isEqualTo(seen(web()).environment());
    assertThat(scene.read("env/current.env")).contains("PORT=\"18000\"");
  }

  @Test
  void stoppingOneLeavesTheOther() {
    Release release = running("1");
    String before = process(web()).mark();

    assertDone(worker().stop(WORKER_SLOT, release, SECONDS));

    assertThat(seen(worker()).process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(process(web()).mark()).isEqualTo(before);

    assertDone(worker().start(WORKER_SLOT, release));
    assertDone(web().stop(WEB_SLOT, release, SECONDS));

    assertThat(seen(web()).process()).isInstanceOf(ProcessSighting.Stopped.class);
    assertThat(process(worker()).origin()).isEqualTo(Origin.RECORDED);
  }

  @Test
  void whatRanBeforeTheLinkWasSetCountsForNeitherRole() {
    running("1");
    Release next = staged("2");

    assertDone(web().activate(WEB_SLOT, next));

    assertThat(process(web()).origin()).isEqualTo(Origin.FORMER);
    assertThat(process(worker()).origin()).isEqualTo(Origin.FORMER);

    assertDone(web().start(WEB_SLOT, next));
    assertDone(worker().start(WORKER_SLOT, next));

    assertThat(process(web()).origin()).isEqualTo(Origin.RECORDED);
    assertThat(process(worker()).origin()).isEqualTo(Origin.RECORDED);
  }

  @Test
  void whatAnApplicationWithOneRoleHadStartedIsTheFirstRoles() {
    var artifact = scene.artifact("1");
    var single = scene.release("1", artifact);
    scene.deploy(single, artifact);
    String before = process(web()).mark();

    assertThat(process(web()).origin()).isEqualTo(Origin.RECORDED);
    assertThat(seen(worker()).process()).isNotInstanceOf(ProcessSighting.Running.class);

    running("2");

    assertThat(process(web()).mark()).isNotEqualTo(before);
    assertThat(process(worker()).origin()).isEqualTo(Origin.RECORDED);
  }

  @Test
  void aRoleAloneOnAHostHasTheLinkToItself() {
    Site alone = site(WORKER, WORKER);
    Release release = staged("1");

    assertDone(alone.activate(WORKER_SLOT, release));
    assertDone(alone.start(WORKER_SLOT, release));

    assertThat(process(alone).origin()).isEqualTo(Origin.RECORDED);
    assertThat(scene.read("env/current.env")).doesNotContain("PORT");
    assertDone(alone.clear(WORKER_SLOT));
    assertThat(seen(alone).occupant()).isEqualTo(new Occupant.None());
    assertThat(scene.list(".slipway/slots")).isEmpty();
    assertThat(Files.exists(scene.base.resolve("current"))).isFalse();
  }
}
