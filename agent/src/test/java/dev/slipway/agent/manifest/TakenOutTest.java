package dev.slipway.agent.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.bench.Handbook;
import dev.slipway.agent.manifest.reading.Guarded;
import dev.slipway.agent.manifest.reading.MapTree;
import dev.slipway.agent.manifest.reading.Shop;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/**
 * Goal: an application is stopped only where {@code prune} asks for it, and by nothing that may be
 * a slip.
 *
 * <p>Method: two applications that were deployed, and commits that list one of them no more.
 */
class TakenOutTest {
  private static final Target SHOP = new Target("shop", "production", "shop");
  private static final Target API = new Target("shop", "production", "api");
  private static final String ENVIRONMENT = "environments/production.yaml";
  private static final String PRUNING = "  syncPolicy: {prune: true}\n";
  private static final MapTree WITHOUT_API =
      Shop.tree()
          .with(
              "apps/api.yaml",
              Shop.APPLICATION.replace("name: shop", "name: api").replace("/srv/shop", "/srv/api"));

  private static Wanted api(MapTree tree) {
    return wanted(tree, API);
  }

  private static Wanted wanted(MapTree tree, Target target) {
    List<Wanted> wanted =
        Shop.wanted(
            Guarded.config(Shop.agent("https://git.example.com/shop.git")),
            "shop",
            tree,
            Map.of("main", tree),
            Set.of(SHOP, API));
    return wanted.stream().filter(one -> one.target().equals(target)).findFirst().orElseThrow();
  }

  private static MapTree pruning(MapTree tree) {
    return tree.with(ENVIRONMENT, Shop.ENVIRONMENT + PRUNING);
  }

  private static String reason(Wanted wanted) {
    assertThat(wanted).isInstanceOf(Wanted.Missing.class);
    return ((Wanted.Missing) wanted).reason();
  }

  @Test
  void whatIsListedNoMoreIsMissingUnlessTheEnvironmentPrunes() {
    assertThat(reason(api(WITHOUT_API))).isEqualTo(ENVIRONMENT + " does not list 'api'");
    assertThat(
            api(WITHOUT_API.with(ENVIRONMENT, Shop.ENVIRONMENT + PRUNING.replace("tru", "fals"))))
        .isInstanceOf(Wanted.Missing.class);
  }

  @Test
  void thePageShowsHowBothAreAskedFor() {
    String policy = Handbook.page("sync.md").blocks("yaml").getFirst();
    MapTree tree = WITHOUT_API.with(ENVIRONMENT, Shop.ENVIRONMENT + policy.indent(2));

    assertThat(wanted(tree, SHOP))
        .isInstanceOfSatisfying(
            Wanted.Deploy.class,
            shop -> assertThat(shop.options()).containsOnly(SyncOption.values()));
    assertThat(wanted(WITHOUT_API, SHOP))
        .isInstanceOfSatisfying(Wanted.Deploy.class, shop -> assertThat(shop.options()).isEmpty());
  }

  @Test
  void aShutWindowIsWaitedFor() {
    String freeze = "  syncWindows: [{kind: deny, schedule: \"* * * * *\", duration: 1h}]\n";
    MapTree tree = WITHOUT_API.with(ENVIRONMENT, Shop.ENVIRONMENT + PRUNING + freeze);

    assertThat(reason(api(tree))).contains("it is stopped later: waits for the window");
  }

  @Test
  void whereItPrunesNothingOfItIsToBeThere() {
    MapTree tree = pruning(WITHOUT_API);

    assertThat(api(tree))
        .isEqualTo(
            new Wanted.Absent(
                API,
                "main",
                tree.commit(),
                Wanted.Why.TAKEN_OUT,
                ENVIRONMENT + " lists it no more"));
  }

  @Test
  void nothingIsStoppedByACommitOfWhichAnotherPartCannotBeRead() {
    MapTree tree = pruning(WITHOUT_API).with("apps/shop.yaml", "spec: {}\n");

    assertThat(reason(api(tree)))
        .endsWith("it is stopped when all others can be read, and shop/production/shop cannot");
  }

  @Test
  void nothingIsStoppedByAnEmptyList() {
    String empty = Shop.ENVIRONMENT.replaceAll("applications:\n.*\n", "applications: []\n");
    MapTree tree = WITHOUT_API.with(ENVIRONMENT, empty + PRUNING);

    assertThat(reason(api(tree)))
        .endsWith("it is left running, for no application is listed at all");
  }

  @Test
  void nothingIsStoppedByAFileThatIsWrongOrGone() {
    MapTree wrong = WITHOUT_API.with(ENVIRONMENT, Shop.ENVIRONMENT + PRUNING + "  hostz: []\n");
    MapTree gone = WITHOUT_API.without(ENVIRONMENT);

    assertThat(api(wrong)).isInstanceOf(Wanted.Invalid.class);
    assertThat(reason(api(gone))).isEqualTo(ENVIRONMENT + " does not exist");
  }

  @Test
  void nothingIsStoppedWhenItsFileAloneIsGone() {
    MapTree tree =
        Shop.tree()
            .with(ENVIRONMENT, Shop.ENVIRONMENT + "    - {name: api, group: web}\n" + PRUNING);

    assertThat(reason(api(tree))).isEqualTo("apps/api.yaml does not exist on branch 'main'");
  }
}
