package dev.slipway.agent.manifest.preview;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import dev.slipway.agent.manifest.Deployment;
import dev.slipway.agent.manifest.Preview;
import dev.slipway.agent.manifest.Slug;
import dev.slipway.agent.manifest.Target;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.manifest.reading.Desired;
import dev.slipway.agent.manifest.reading.Guarded;
import dev.slipway.agent.manifest.reading.MapTree;
import dev.slipway.agent.manifest.reading.Shop;
import dev.slipway.agent.source.Tree;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** A repository with a production, and previews on the same machine, as a test makes it. */
final class Repository {
  static final Instant NOW = Instant.parse("2026-06-01T12:00:00Z");

  private static final String AGENT =
      Guarded.AGENT
          .replace("refs: [feature],", "refs: [\"feature/*\"],")
          .replace("hosts: [dev1.example.com, box", "hosts: [\"10.0.0.*\", dev1.example.com, box");

  private static final String RULES =
      Shop.PROJECT + "    - {match: \"feature/*\", environment: preview, strategy: recreate}\n";

  static final String PREVIEW =
      Guarded.PREVIEW
              .replace(
                  "  applications:",
                  "  balancers: [{name: front, edge: {control: /run/edge.sock}}]\n  applications:")
              .replace(
                  "{name: tryout, group: web}",
                  "{name: tryout, group: web, balancers: [{name: front}]}")
          + """
            preview:
              max: 3
              ttl: 2h
              ports: 9000-9005
              domain: "{{branch.slug}}.dev.example.com"
          """;

  static final String TRYOUT =
      Guarded.TRYOUT
          .replace("/srv/tryout", "\"/srv/{{environment}}\"")
          .replace("tryout.service", "\"tryout@{{branch.slug}}.service\"");

  static final MapTree TRUNK =
      Guarded.TRUNK.with("slipway.yaml", RULES).with("environments/preview.yaml", PREVIEW);

  final Map<String, Tree> branches = new HashMap<>(Map.of("main", TRUNK));
  final Map<String, Instant> pushed = new HashMap<>();
  List<Preview> held = List.of();
  Set<Integer> foreign = Set.of();
  Set<String> unread = Set.of();
  MapTree trunk = TRUNK;

  void branch(String name, String application) {
    branches.put(name, Guarded.BRANCH.with("apps/tryout.yaml", application));
    pushed.putIfAbsent(name, NOW);
  }

  void branches(String... names) {
    Stream.of(names).forEach(name -> branch(name, TRYOUT));
  }

  Desired read() {
    return Desired.of(
        Guarded.config(AGENT),
        "shop",
        trunk,
        branches,
        Set.of(),
        new Standing(NOW, pushed, unread, held, foreign));
  }

  Map<String, Wanted> previews() {
    var found = new HashMap<String, Wanted>();
    read().wanted().stream()
        .filter(one -> one.target().isPreview())
        .forEach(one -> found.put(one.target().environment(), one));
    return found;
  }

  Wanted of(String branch) {
    Wanted found = previews().get(environment(branch));
    return found == null ? fail("nothing is said of " + branch) : found;
  }

  Deployment deployment(String branch) {
    return of(branch) instanceof Wanted.Deploy(var deployment, var _, var _, var _)
        ? deployment
        : fail(of(branch).toString());
  }

  int port(String branch) {
    return deployment(branch)
        .fleet()
        .application()
        .judged()
        .slots()
        .getFirst()
        .port()
        .orElseThrow();
  }

  void hold() {
    held =
        previews().values().stream()
            .filter(Wanted.Deploy.class::isInstance)
            .map(one -> ((Wanted.Deploy) one).deployment().asPreview())
            .toList();
  }

  static String environment(String branch) {
    return Target.preview("preview", Slug.of(branch));
  }

  void trunk(String file, UnaryOperator<String> change) {
    String before = file.equals("slipway.yaml") ? RULES : PREVIEW;
    String after = change.apply(before);
    assertThat(after).isNotEqualTo(before);
    trunk = trunk.with(file, after);
    branches.put("main", trunk);
  }
}
