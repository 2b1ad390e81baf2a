package dev.slipway.agent.manifest.reading;

import static dev.slipway.agent.manifest.reading.Guarded.BRANCH;
import static dev.slipway.agent.manifest.reading.Guarded.PREVIEW;
import static dev.slipway.agent.manifest.reading.Guarded.RULES;
import static dev.slipway.agent.manifest.reading.Guarded.TRUNK;
import static dev.slipway.agent.manifest.reading.Guarded.TRYOUT;
import static dev.slipway.agent.manifest.reading.Guarded.read;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Wanted;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Goal: whoever may push to a branch gets nothing that the agent's own file does not give to its
 * environment. Method: a branch that is right, changed in one place.
 */
class HostileBranchTest {
  /** What the branch tries to get at works as before. */
  private static void assertUnharmed(List<Wanted> wanted) {
    assertThat(Guarded.of(wanted, "production", "shop")).isInstanceOf(Wanted.Deploy.class);
    assertThat(Guarded.of(wanted, "production", "api")).isInstanceOf(Wanted.Deploy.class);
  }

  @Test
  void withoutAnAttemptAllIsAskedFor() {
    assertThat(read(TRUNK, BRANCH)).hasSize(3).allMatch(Wanted.Deploy.class::isInstance);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "directory of another | /srv/tryout | /srv/shop | 6 | on box.example.com is claimed by"
            + " 'tryout' (host box) and by 'shop' (host box) of environment production",
        "inside it | /srv/tryout | /srv/shop/releases/x | 6 | claimed by 'tryout' &"
            + " apps/shop.yaml:6",
        "around another's | /srv/tryout | /srv/team | 6 | claimed by 'tryout' & apps/api.yaml:6",
        "by template | /srv/tryout | /srv/s{{host.name}}/../shop | 6 | outside allowed base",
        "outside | /srv/tryout | /etc/cron.d | 6 | outside allowed base /srv, /opt, /var/www,"
            + " /home",
        "dots | /srv/tryout | /srv/../etc | 6 | outside allowed base",
        "slashes | /srv/tryout | /srv//shop | 6 | outside allowed base",
        "final dot | /srv/tryout | /srv/shop/. | 6 | outside allowed base",
        "filled base | /srv/tryout | /{{environment}}/x | 6 | '/preview/x' & allowed base /srv",
        "unknown variable | /srv/tryout | /srv/{{secret}} | 6 | names secret, which has no value",
        "linked dir | port: 9001 | linkedDirs: [../../shop] | 8 | outside allowed base",
        "linked file | port: 9001 | linkedFiles: [/etc/shadow] | 8 | outside allowed base",
        "port of another | 9001 | 8001 | 8 | port 8001 on box.example.com & environment production",
        "release above | releases/shop | ../shop | 5 | outside allowed base",
        "release outside | releases/shop | /etc | 5 | outside allowed base",
        "name of another | `{name: tryout}` | `{name: shop}` | 3 | the file is called 'tryout'",
        "own hosts | port: 9001 | group: web | 8 | unknown key 'group'",
        "own strategy | port: 9001 | strategy: ../main/careful | 8 | unknown key 'strategy'",
        "own balancer | port: 9001 | balancers: [] | 8 | unknown key 'balancers'",
        "own patch | port: 9001 | patch: {} | 8 | unknown key 'patch'",
        "alias | port: 9001 | port: *shop | 8 | alias '*shop' is not supported here",
        "merge | port: 9001 | `<<: {port: 1}` | 8 | merge key '<<' is not supported here",
        "tag | port: 9001 | `port: !!java.net.URL 1` | 8 | is not supported here",
      })
  void aBranchGetsNothingThroughItsApplications(
      String attempt, String right, String wrong, String line, String said) {
    assertRefused(TRYOUT.replace(right, wrong), line, said);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "unit of another | tryout.service | shop.service | 7 | unit shop.service on box.example.com"
            + " & of environment production",
        "reload of another's unit | tryout.service | `shop.service, onActivate: reload` | 7 | unit"
            + " shop.service on box.example.com & of environment production",
        "job of another | tryout.service | shop.timer | 7 | unit shop.service on box.example.com"
            + " & of environment production",
        "job of the system | tryout.service | apt-daily.timer | 7 | not in the bounds",
        "unit of the system | tryout.service | sshd.service | 7 | unit 'sshd.service' is not in the"
            + " bounds of environment 'preview'; the agent's own file allows every unit but",
        "its login | tryout.service | systemd-logind.service | 7 | not in the bounds",
        "its console | tryout.service | getty@tty1.service | 7 | not in the bounds",
        "the agent itself | tryout.service | slipway-agent.service | 7 | not in the bounds",
        "file of its unit | tryout.service | `tryout.service, unitFile: units/tryout.service` | 7 |"
            + " the file of unit 'tryout.service' is not in the bounds of environment 'preview';"
            + " the agent's own file allows none",
        "file of another's unit | tryout.service | `tryout.service, unitFile: units/shop.service` |"
            + " 7 | the file 'units/shop.service' is not called as its unit",
        "unit as path | tryout.service | ../shop.service | 7 | is not a systemd service or"
            + " timer unit",
        "unit of another kind | tryout.service | shop.socket | 7 | is not a systemd"
            + " service or timer unit",
      })
  void aBranchGetsNoUnitThatIsNotItsOwn(
      String attempt, String right, String wrong, String line, String said) {
    assertRefused(TRYOUT.replace(right, wrong), line, said);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "task on a role of another | port: 9001 | `tasks: [{name: x, role: web, run: [x]}]` | 8 |"
            + " task 'x' names the role 'web', and 'tryout' has no such role in environment"
            + " 'preview'; use tryout",
        "task on a group | port: 9001 | `tasks: [{name: x, group: web, run: [x]}]` | 8 | unknown"
            + " key 'group'",
        "task on a host | port: 9001 | `tasks: [{name: x, host: box, run: [x]}]` | 8 | unknown key"
            + " 'host'",
        "task by template | port: 9001 | `tasks: [{name: x, run: ['{{secret}}']}]` | 8 | names"
            + " secret, which has no value",
        "task as path | port: 9001 | `tasks: [{name: ../x, run: [x]}]` | 8 | is not a name",
        "hook by template | port: 9001 | `hooks: {afterInstall: [['{{secret}}']]}` | 8 | names"
            + " secret, which has no value",
      })
  void aBranchRunsNothingWhereItMayNot(
      String attempt, String right, String wrong, String line, String said) {
    assertRefused(TRYOUT.replace(right, wrong), line, said);
  }

  private static void assertRefused(String application, String line, String said) {
    List<Wanted> wanted = read(TRUNK, BRANCH.with("apps/tryout.yaml", application));
    Guarded.assertRefused(
        Guarded.of(wanted, "preview", "tryout"), "apps/tryout.yaml:" + line, said);
    assertUnharmed(wanted);
  }

  @ParameterizedTest
  @CsvSource({
    "{{version}}.service, sshd, sshd.service",
    "ss{{slot}}.service, hd, sshd.service",
    "{{version}}@{{slot}}.service, getty, getty@hd.service",
    "{{version}}.service, 1+1, 1+1.service"
  })
  void aTemplateMakesNoUnitThatWouldBeRefused(String unit, String version, String filled) {
    String application =
        TRYOUT
            .replace("tryout.service", "\"" + unit + "\"")
            .replace("\"1.0\"", "\"" + version + "\"")
            .replace("port: 9001", "slots: [{name: hd, port: 1}]");
    assertRefused(application, "7", "unit '%s' is not in the bounds".formatted(filled));
  }

  @Test
  void aUnitThatAnotherEnvironmentReloadsIsNotShared() {
    String shared = "fpm.service, onActivate: reload";
    List<Wanted> wanted =
        read(
            sharing(shared, shared),
            BRANCH.with("apps/tryout.yaml", TRYOUT.replace("tryout.service", shared)));

    assertUnharmed(wanted);
    Guarded.assertRefused(
        Guarded.of(wanted, "preview", "tryout"),
        "apps/tryout.yaml:7",
        "unit fpm.service on box.example.com is claimed by 'tryout'");
  }

  @ParameterizedTest
  @CsvSource({"restart, reload", "reload, restart", "none, restart", "restart, restart"})
  void aUnitIsSharedOnlyIfNobodyStopsIt(String first, String second) {
    String unit = "fpm.service, onActivate: ";

    Wanted api =
        Guarded.of(read(sharing(unit + first, unit + second), BRANCH), "production", "api");
    Wanted shop =
        Guarded.of(read(sharing(unit + first, unit + second), BRANCH), "production", "shop");

    assertThat(List.of(shop, api)).hasAtLeastOneElementOfType(Wanted.Invalid.class);
    assertThat(List.of(shop, api).toString()).contains("unit fpm.service on web1");
  }

  private static MapTree sharing(String first, String second) {
    return TRUNK
        .with(
            "apps/shop.yaml",
            Guarded.application("shop", "/srv/shop", 8001).replace("shop.service", first))
        .with(
            "apps/api.yaml",
            Guarded.application("api", "/srv/team/api", 8002).replace("api.service", second));
  }

  @Test
  void aTemplateMakesNoUnitOfAnother() {
    String application =
        TRYOUT.replace("tryout.service", "\"{{version}}.service\"").replace("1.0", "shop");
    assertRefused(application, "7", "unit shop.service on box.example.com is claimed by 'tryout'");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "https://169.254.169.254/latest/meta-data/",
        "https://[fe80::1]/a.tgz",
        "https://[::ffff:169.254.169.254]/a.tgz",
        "https://[0:0:0:0:0:0:0:1]/a.tgz",
        "https://2852039166/a.tgz",
        "https://0xa9fea9fe/a.tgz",
        "https://169.254.43518/a.tgz",
        "https://127.0.0.1:7420/a.tgz",
        "http://127.0.0.1:7420/a.tgz",
        "http://localhost/a.tgz",
        "https://LOCALHOST./a.tgz",
        "https://metadata.google.internal/a.tgz",
        "https://0.0.0.0/a.tgz",
        "https://{{version}}/a.tgz"
      })
  void whatOnlyTheAgentsMachineCanAskIsNoSource(String url) {
    String source = "url: \"%s\", sha256: %s".formatted(url, "a".repeat(64));
    assertRefused(
        TRYOUT.replace("path: releases/shop", source).replace("\"1.0\"", "\"127.0.0.1\""),
        "5",
        "host of a source & is not in the bounds of environment 'preview'");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/etc/slipway/secrets.tar", "/srv/a.tgz", "/srv/builds/../a.tgz"})
  void noFileOfTheAgentsMachineIsASource(String file) {
    String source = "file: \"%s\", sha256: %s".formatted(file, "a".repeat(64));
    assertRefused(
        TRYOUT.replace("path: releases/shop", source),
        "5",
        file.contains("..")
            ? "outside allowed base"
            : "is not in the bounds & the agent's own file allows none; name directories");
  }

  @Test
  void aFileThatIsNoFileIsNotFollowed() {
    MapTree application = BRANCH.with("apps/tryout.yaml", MapTree.LINK);
    Guarded.assertRefused(
        Guarded.of(read(TRUNK, application), "preview", "tryout"),
        "apps/tryout.yaml:1",
        "outside allowed base or limits: it is a symbolic link");
    MapTree strategy = BRANCH.with("strategies/careful.yaml", MapTree.LINK);
    Guarded.assertRefused(
        Guarded.of(read(TRUNK, strategy), "preview", "tryout"),
        "strategies/careful.yaml:1",
        "it is a symbolic link");
    MapTree release =
        BRANCH
            .with("apps/tryout.yaml", TRYOUT.replace("releases/shop", "releases/link"))
            .with("releases/link", MapTree.LINK);
    Guarded.assertRefused(
        Guarded.of(read(TRUNK, release), "preview", "tryout"),
        "apps/tryout.yaml:5",
        "a symbolic link");
  }

  @Test
  void whatIsMadeToTireAReaderIsNotRead() {
    assertRefused("a: " + "x".repeat(2 << 20), "1", "more than the limit 'manifest size'");
    assertRefused("[".repeat(5_000), "1", "limit 'manifest levels' of 64");
    var bomb = new StringBuilder("a: &a [x, x]\n");
    for (char name = 'b'; name < 'z'; name++) {
      bomb.append("%1$c: &%1$c [*%2$c, *%2$c, *%2$c]\n".formatted(name, name - 1));
    }
    assertRefused(bomb.toString(), "1", "anchor '&a' is not supported here");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "slipway.yaml",
        "environments/preview.yaml",
        "environments/production.yaml",
        "apps/shop.yaml",
        "apps/api.yaml"
      })
  void whatABranchSaysOfOthersIsNotEvenRead(String file) {
    String usurping =
        PREVIEW
            .replace("dev1.example.com", "web1.prod.example.com")
            .replace("name: key", "name: k");
    for (String text : List.of(usurping, RULES.replace("preview", "production"), "spec: [")) {
      List<Wanted> wanted = read(TRUNK, BRANCH.with(file, text));
      assertThat(wanted).allMatch(Wanted.Deploy.class::isInstance);
      assertThat(wanted)
          .usingRecursiveComparison()
          .ignoringFieldsMatchingRegexes(".*(revision|commit)")
          .isEqualTo(read(TRUNK, BRANCH));
    }
  }
}
