package dev.slipway.agent.manifest.reading;

import static dev.slipway.agent.manifest.reading.Guarded.BRANCH;
import static dev.slipway.agent.manifest.reading.Guarded.PREVIEW;
import static dev.slipway.agent.manifest.reading.Guarded.PRODUCTION;
import static dev.slipway.agent.manifest.reading.Guarded.TRUNK;
import static dev.slipway.agent.manifest.reading.Guarded.TRYOUT;
import static dev.slipway.agent.manifest.reading.Guarded.assertRefused;
import static dev.slipway.agent.manifest.reading.Guarded.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Wanted;
import dev.slipway.agent.source.Tree;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: not even a commit on the trunk widens what the agent's own file gives to an environment.
 * Method: a trunk that is right, changed in one place.
 */
class HostileTrunkTest {
  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "host of another | dev1.example.com | web1.prod.example.com | 7 | host"
            + " 'web1.prod.example.com' is not in the bounds of environment 'preview'; the agent's"
            + " own file allows dev1.example.com, box.example.com",
        "by range | `dev1, address: dev1.example.com` | `\"web[1:3].prod.example.com\"` | 7 |"
            + " host 'web2.prod.example.com' is not in the bounds",
        "by case | dev1.example.com | WEB1.Prod.Example.Com | 7 | not in the bounds",
        "by template | `dev1, address: dev1.example.com` |"
            + " `web1, address: \"{{host.name}}.prod.example.com\"` | 7 | 'web1.prod.example.com'",
        "by IPv6 | dev1.example.com | `\"2001:DB8:0:0::23\"` | 7 | '2001:DB8:0:0::23' is not",
        "by final dot | dev1.example.com | web1.prod.example.com. | 7 | is not in the bounds",
        "one host twice | dev1.example.com | BOX.example.com | 8 | has two names",
        "the agent's machine | `groups: [web]}` | `groups: [web], local: true}` | 7 | host 'dev1'"
            + " is the agent's own machine & in the agent's own file",
        "a way round | secretRef | `proxyJump: root@jump.example.org:22, secretRef` | 5 | host to"
            + " go through 'root@jump.example.org:22' is not in the bounds & dev1.example.com",
        "a way through IPv6 | secretRef | `proxyJump: \"[2001:db8::23]\", secretRef` | 5 | bounds",
        "known hosts | secretRef | `knownHosts: /etc/ssh/known_hosts, secretRef` | 5 | plain file",
        "known hosts above | secretRef | `knownHosts: ../known_hosts, secretRef` | 5 | plain file",
        "secret of another | `name: key` | `name: ../production/key` | 5 | not the name of a"
            + " secret",
        "secret below | `name: key` | `name: production/key` | 5 | is not the name of a secret",
        "foreign socket | `  hosts:` | `  balancers: [{name: f, haproxy: {socket:"
            + " \"tcp://10.0.0.9:9999\"}}]\n  hosts:` | 6 | is not in the bounds",
        "patched path | `group: web}` | `group: web, patch: {deployPath: /srv/shop}}` | 10 |"
            + " claimed",
        "patched release | `group: web}` | `group: web, patch: {release: {}}}` | 10 | 'release' is",
        "patched unit | `group: web}` | `group: web, patch: {service: {systemd: {unit:"
            + " sshd.service}}}}` | 10 | unit 'sshd.service' is not in the bounds",
      })
  void notEvenTheTrunkWidensTheBounds(
      String attempt, String right, String wrong, String line, String said) {
    String text =
        PREVIEW
            .replaceFirst(Pattern.quote(right), wrong.replace("\\n", "\n"))
            .replace("{name: tryout, group: web}", front(wrong));
    MapTree trunk = TRUNK.with("environments/preview.yaml", text);
    assertRefused(
        Guarded.of(read(trunk, BRANCH), "preview", "tryout"),
        "environments/preview.yaml:" + line,
        said);
  }

  /** A balancer counts where an application stands behind it. */
  private static String front(String wrong) {
    return "{name: tryout, group: web%s}"
        .formatted(wrong.contains("haproxy") ? ", balancers: [{name: f}]" : "");
  }

  @ParameterizedTest
  @CsvSource({
    "feature, production, 6, branch 'feature' may not ask & allows main",
    "MAIN, production, 6, branch 'MAIN' may not ask & allows main",
  })
  void noRuleGivesABranchWhatItsRefsMayNotHave(
      String branch, String environment, String line, String said) {
    MapTree trunk =
        TRUNK.with("slipway.yaml", Shop.PROJECT.replace("match: main", "match: " + branch));
    List<Wanted> wanted = read(trunk, Map.of("main", trunk, "feature", BRANCH, "MAIN", BRANCH));
    assertRefused(Guarded.of(wanted, environment, "shop"), "slipway.yaml:" + line, said);
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.1.evil.example.org, false",
    "10.0.0.0x1, false",
    "10.0.0.1, true",
    "10.0.0.999, false",
    "'\"2001:db8:0:0:0:0:0:23\"', true",
    "'\"2001:db8::24\"', false",
    "web2.prod.example.com, true",
    "web2.prod.example.com.evil.org, false",
    "evil.org, false"
  })
  void aPatternOfNumbersMeansNumbers(String address, boolean allowed) {
    MapTree trunk =
        TRUNK.with(
            "environments/production.yaml", PRODUCTION.replace("web1.prod.example.com", address));
    Wanted shop = Guarded.of(read(trunk, BRANCH), "production", "shop");
    assertThat(shop instanceof Wanted.Deploy).as(shop.toString()).isEqualTo(allowed);
  }

  @Test
  void aServerOfAnotherApplicationIsNotTaken() {
    MapTree trunk =
        TRUNK.with(
            "environments/production.yaml",
            PRODUCTION.replace(
                "{name: api, group: web, balancers: [{name: front}]}",
                "{name: api, group: web, balancers: [{name: front, backend: shop}]}"));
    assertRefused(
        Guarded.of(read(trunk, BRANCH), "production", "api"),
        "environments/production.yaml:12",
        "server 'web1' on backend 'shop' of balancer 'front' is claimed by 'api' and by 'shop'");
  }

  @Test
  void whatTheAgentsFileGivesMayBeUsed() {
    AgentConfig wider =
        Guarded.config(
            Guarded.AGENT.replace(
                "hosts: [dev1",
                "jumpHosts: [jump.example.org], units: [\"ssh*.service\"], sourceFiles: [/srv/b],"
                    + " sourceHosts: [127.0.0.1], hosts: [dev1"));
    MapTree trunk =
        TRUNK.with(
            "environments/preview.yaml",
            PREVIEW.replace("secretRef", "proxyJump: jump.example.org, secretRef"));
    String unit = TRYOUT.replace("tryout.service", "sshd.service");
    for (String source : List.of("url: \"http://127.0.0.1/a.tgz\"", "file: /srv/b/a.tgz")) {
      MapTree branch =
          BRANCH.with(
              "apps/tryout.yaml",
              unit.replace("path: releases/shop", source + ", sha256: " + "a".repeat(64)));
      Map<String, Tree> branches = Map.of("main", trunk, "feature", branch);
      assertThat(Desired.of(wider, "shop", trunk, branches, Set.of()).wanted())
          .allMatch(Wanted.Deploy.class::isInstance);
    }
  }
}
