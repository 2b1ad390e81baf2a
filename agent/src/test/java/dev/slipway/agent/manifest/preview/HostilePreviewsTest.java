package dev.slipway.agent.manifest.preview;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.Guarded;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: no branch takes what another one has, or production, and nothing goes because of what is
 * not known.
 *
 * <p>Method: the same repository, with a branch or a trunk that is hostile, wrong or not there.
 */
final class HostilePreviewsTest {
  private final Repository repository = new Repository();

  @Test
  void whatIsNotKnownToBeDeletedStays() {
    repository.branches("feature/a");
    repository.hold();
    repository.branches.remove("feature/a");
    repository.unread = Set.of("feature/a");
    assertThat(repository.of("feature/a")).asString().contains("cannot be read now");
    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Missing.class);

    repository.unread = Set.of();
    repository.trunk("environments/preview.yaml", text -> text + "    onBranchDeleted: keep\n");
    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Missing.class);
  }

  @ParameterizedTest
  @ValueSource(strings = {"slipway.yaml", "environments/preview.yaml"})
  void aTrunkThatIsWrongRemovesNothing(String file) {
    repository.branches("feature/a");
    repository.hold();
    repository.branches.remove("feature/a");
    repository.trunk = repository.trunk.with(file, "spec: {");
    repository.branches.put("main", repository.trunk);

    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Invalid.class);
  }

  @Test
  void aRuleThatIsTakenBackRemovesNothing() {
    repository.branches("feature/a");
    repository.hold();
    repository.trunk("slipway.yaml", text -> text.replace("feature/*", "topic/*"));

    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Missing.class);
  }

  @Test
  void onlyBranchesThatTheAgentsFileLetsInHaveOne() {
    repository.trunk("slipway.yaml", text -> text.replace("feature/*", "*"));
    repository.branches("feature/a", "topic/b");

    assertThat(repository.previews()).containsOnlyKeys("preview.feature-a");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/srv/tryout", "/srv/{{host.name}}"})
  void aDirectoryThatAllPreviewsWouldShareIsRefused(String path) {
    repository.branch("feature/a", Repository.TRYOUT.replace("/srv/{{environment}}", path));

    Guarded.assertRefused(
        repository.of("feature/a"),
        "apps/tryout.yaml",
        "would be the same for every preview & put {{environment}} or {{branch.slug}} into it");
  }

  @Test
  void aUnitThatAllPreviewsWouldShareIsRefused() {
    repository.branch("feature/a", Repository.TRYOUT.replace("@{{branch.slug}}", ""));

    Guarded.assertRefused(
        repository.of("feature/a"), "apps/tryout.yaml", "unit 'tryout.service' would be the same");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/srv/shop/{{environment}}",
        "/srv/shop/releases/{{branch.slug}}",
        "/srv/{{environment}}/../shop",
        "/etc/{{environment}}",
        "/srv/{{branch}}"
      })
  void aBranchThatClaimsWhatIsProductionsGetsNothing(String path) {
    repository.branch("feature/a", Repository.TRYOUT.replace("/srv/{{environment}}", path));

    assertThat(repository.of("feature/a")).isInstanceOf(Wanted.Invalid.class);
    assertThat(Guarded.of(repository.read().wanted(), "production", "shop"))
        .isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aBranchNamesNoPortItself() {
    repository.branch("feature/a", Repository.TRYOUT.replace("port: 9001", "port: 22"));

    assertThat(repository.port("feature/a")).isEqualTo(9000);
  }

  @Test
  void twoBranchesThatShareADirectoryAreNotBothTaken() {
    repository.branch("feature/a", Repository.TRYOUT.replace("{{environment}}", "{{environment}}"));
    repository.branch(
        "feature/b",
        Repository.TRYOUT.replace(
            "/srv/{{environment}}", "/srv/preview.feature-a/{{environment}}"));

    assertThat(repository.previews().values())
        .filteredOn(Wanted.Invalid.class::isInstance)
        .hasSize(1);
  }

  @Test
  void aDomainThatIsProductionsPoolIsRefused() {
    repository.trunk =
        repository.trunk.with(
            "environments/production.yaml",
            Guarded.PRODUCTION
                .replace("haproxy: {socket: /run/haproxy.sock}", "edge: {control: /run/edge.sock}")
                .replace(
                    "{name: shop, group: web, balancers: [{name: front}]}",
                    "{name: shop, group: web, balancers: [{name: front, backend:"
                        + " Feature-A.dev.example.com}]}"));
    repository.branches.put("main", repository.trunk);
    repository.branches("feature/a", "feature/b");

    assertThat(repository.of("feature/a"))
        .asString()
        .contains("is claimed by 'tryout' and by 'shop'");
    assertThat(repository.of("feature/b")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void aDomainThatAllPreviewsWouldShareIsRefused() {
    repository.trunk(
        "environments/preview.yaml",
        text -> text.replace("{{branch.slug}}.dev.example.com", "dev.example.com"));
    repository.branches("feature/a");

    assertThat(repository.of("feature/a"))
        .asString()
        .contains("would be the same for every preview");
  }

  @Test
  void nginxIsNotToldOfPreviews() {
    repository.trunk(
        "environments/preview.yaml",
        text -> text.replace("edge: {control: /run/edge.sock}", "nginx: {file: /a.conf}"));
    repository.branches("feature/a");

    assertThat(repository.of("feature/a")).asString().contains("nginx is not told of previews");
  }

  @Test
  void istioIsNotToldOfPreviews() {
    repository.trunk(
        "environments/preview.yaml",
        text ->
            text.replace(
                "edge: {control: /run/edge.sock}",
                "istio: {namespace: s, virtualService: v, secretRef: {name: kube}}"));
    repository.branches("feature/a");

    assertThat(repository.of("feature/a")).asString().contains("Istio is not told of previews");
  }

  @Test
  void haproxyIsToldOfServersAndOfNoDomains() {
    repository.trunk(
        "environments/preview.yaml",
        text -> text.replace("edge: {control: /run/edge.sock}", "haproxy: {socket: /run/h.sock}"));
    repository.branches("feature/a");
    assertThat(repository.of("feature/a"))
        .asString()
        .contains("HAProxy is not told of domains while it runs")
        .contains("every preview would be the same server of balancer 'front'");

    repository.trunk =
        repository.trunk.with(
            "environments/preview.yaml",
            Repository.PREVIEW
                .replace("edge: {control: /run/edge.sock}", "haproxy: {socket: /run/h.sock}")
                .replace("{{branch.slug}}.dev", "{{port}}.dev")
                .replace("[{name: front}]", "[{name: front, backend: \"preview_{{port}}\"}]"));
    repository.branches.put("main", repository.trunk);
    assertThat(repository.deployment("feature/a").fronts().getFirst().route().backend())
        .isEqualTo("preview_9000");
  }
}
