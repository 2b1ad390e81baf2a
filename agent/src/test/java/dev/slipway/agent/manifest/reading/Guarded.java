package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A repository with an environment that is guarded and one for a branch, on machines of which they
 * share one, read the way the agent reads it.
 */
public final class Guarded {
  public static final String AGENT =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Agent
      spec:
        repositories: [{name: shop, url: "ssh://git@git.example.com/shop.git"}]
        environments:
          - {name: production, repository: shop, refs: [main],
             hosts: ["*.prod.example.com", box.example.com, "10.0.0.*", "2001:db8::23"]}
          - {name: preview, repository: shop, refs: [feature],
             hosts: [dev1.example.com, box.example.com]}
      """;

  static final String RULES =
      Shop.PROJECT + "    - {match: feature, environment: preview, strategy: careful}\n";

  public static final String PRODUCTION =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Environment
      metadata: {name: production}
      spec:
        ssh: {user: deploy, secretRef: {name: key}}
        hosts:
          - {name: web1, address: web1.prod.example.com, groups: [web]}
          - {name: box, address: box.example.com, groups: [web]}
        balancers: [{name: front, haproxy: {socket: /run/haproxy.sock}}]
        applications:
          - {name: shop, group: web, balancers: [{name: front}]}
          - {name: api, group: web, balancers: [{name: front}]}
      """;

  public static final String PREVIEW =
      """
      apiVersion: slipway.dev/v1alpha1
      kind: Environment
      metadata: {name: preview}
      spec:
        ssh: {user: deploy, secretRef: {name: key}}
        hosts:
          - {name: dev1, address: dev1.example.com, groups: [web]}
          - {name: box, address: box.example.com, groups: [web]}
        applications:
          - {name: tryout, group: web}
      """;

  public static final String TRYOUT = application("tryout", "/srv/tryout", 9001);

  public static final MapTree TRUNK =
      MapTree.of(
          Map.of(
              "slipway.yaml",
              RULES,
              "environments/production.yaml",
              PRODUCTION,
              "environments/preview.yaml",
              PREVIEW,
              "apps/shop.yaml",
              application("shop", "/srv/shop", 8001),
              "apps/api.yaml",
              application("api", "/srv/team/api", 8002),
              "releases/shop/index.html",
              "hello"));

  public static final MapTree BRANCH =
      MapTree.of(
          Map.of(
              "apps/tryout.yaml",
              TRYOUT,
              "strategies/careful.yaml",
              Shop.strategy("{rolling: {maxUnavailable: 1}}").replace("special", "careful"),
              "releases/shop/index.html",
              "hello"));

  /** What was deployed before is told of even where its environment cannot be read. */
  private static final Set<Target> KNOWN =
      Set.of(
          new Target("shop", "production", "shop"),
          new Target("shop", "production", "api"),
          new Target("shop", "preview", "tryout"));

  static String application(String name, String path, int port) {
    return Shop.APPLICATION
        .replace("name: shop", "name: " + name)
        .replace("/srv/shop", path)
        .replace("shop.service", name + ".service")
        .replace("8001", String.valueOf(port));
  }

  static List<Wanted> read(MapTree trunk, Map<String, Tree> branches) {
    return Desired.of(config(AGENT), "shop", trunk, branches, KNOWN).wanted();
  }

  static List<Wanted> read(MapTree trunk, MapTree branch) {
    return read(trunk, Map.of("main", trunk, "feature", branch));
  }

  public static AgentConfig config(String text) {
    return AgentFile.parse(text.getBytes(StandardCharsets.UTF_8), Path.of("/a.yaml"), Map.of())
            instanceof Parsed.Valid<AgentConfig>(var config)
        ? config
        : fail(text);
  }

  public static Wanted of(List<Wanted> wanted, String environment, String application) {
    return wanted.stream()
        .filter(each -> each.target().environment().equals(environment))
        .filter(each -> each.target().application().equals(application))
        .findFirst()
        .orElseThrow();
  }

  public static void assertRefused(Wanted wanted, String at, String said) {
    List<Problem> problems =
        wanted instanceof Wanted.Invalid invalid ? invalid.problems() : fail(wanted.toString());
    assertThat(problems)
        .anySatisfy(problem -> {
          assertThat(problem.toString()).startsWith(at + ":");
          assertThat(problem.fact() + "; " + problem.remedy()).contains(said.split(" & "));
        });
  }

  private Guarded() {}
}
