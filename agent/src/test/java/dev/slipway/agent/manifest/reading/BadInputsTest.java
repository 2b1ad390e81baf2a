package dev.slipway.agent.manifest.reading;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Goal: every bad input of the list that we keep gives the error that is listed there, with file,
 * line and column. Method: a repository that is right, made wrong in one place; the numbers are
 * those of the list. What is left out belongs to other layers: artifacts, signatures, archives.
 */
class BadInputsTest {
  private static final String APP = "apps/shop.yaml";
  private static final String PLACE = "environments/production.yaml";
  private static final String RULES = "slipway.yaml";
  private static final String SPECIAL = "strategies/special.yaml";

  /** A number of the list, the repository with the bad input, and what the error must say. */
  record Bad(String number, MapTree tree, String file, List<String> said) {
    Bad(String number, MapTree tree, String file, String... said) {
      this(number, tree, file, List.of(said));
    }

    Arguments named() {
      return Arguments.of(Named.of(number, this));
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource({"empty", "documents", "texts", "scalars", "numbers", "hosts", "names", "releases"})
  void givesTheErrorThatIsListed(Bad bad) {
    List<Problem> problems = Validation.tree(bad.tree()).problems();
    assertThat(problems)
        .as("problems")
        .anySatisfy(problem -> {
          assertThat(problem.file()).isEqualTo(bad.file());
          assertThat(problem.line()).isPositive();
          assertThat(problem.column()).isPositive();
          assertThat(problem.fact() + "; " + problem.remedy()).contains(bad.said());
        });
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("accepted")
  void acceptsWhatIsOnlyUnusual(MapTree tree) {
    assertThat(Validation.tree(tree).problems()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("remotes")
  void refusesARemoteWithoutRepeatingIt(String url) {
    byte[] bytes = Shop.agent(url).getBytes(StandardCharsets.UTF_8);
    assertThat(AgentFile.parse(bytes, Path.of("/etc/slipway/agent.yaml"), Map.of()))
        .isInstanceOfSatisfying(
            Parsed.Invalid.class,
            invalid ->
                assertThat(invalid.problems().toString())
                    .contains("is not a URL of a repository", "use ssh://")
                    .doesNotContain(url)
                    .doesNotContain("secret-password"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("good")
  void takesARemoteThatIsGood(String url) {
    byte[] bytes = Shop.agent(url).getBytes(StandardCharsets.UTF_8);
    Parsed<AgentConfig> parsed =
        AgentFile.parse(bytes, Path.of("/etc/slipway/agent.yaml"), Map.of());
    assertThat(parsed).isInstanceOf(Parsed.Valid.class);
  }

  static Stream<Arguments> empty() {
    return Stream.of(
            app("1 empty file", "", "manifest is empty"),
            app("2 only comments", "# nothing\n# here\n", "manifest is empty"),
            app("3 null document", "null\n", "manifest is empty"))
        .map(Bad::named);
  }

  static Stream<Arguments> documents() {
    return Stream.of(
            app(
                "4 two documents",
                Shop.APPLICATION + "---\na: b\n",
                "expected one document, second starts at line 9"),
            app(
                "5 duplicate key",
                Shop.application("port: 8002"),
                "duplicate key 'port', first on line 8"),
            app(
                "6 unknown key",
                Shop.application("keepRelease: 5"),
                "unknown key 'keepRelease'",
                "did you mean 'keepReleases'?"),
            app(
                "7 key in wrong case",
                Shop.application("healthCheck: {}"),
                "unknown key 'healthCheck'",
                "did you mean 'healthcheck'?"),
            app(
                "8 anchor",
                Shop.application("linkedDirs: &dirs [log]"),
                "anchor '&dirs' is not supported here"),
            app("8 alias", Shop.application("linkedDirs: *dirs"), "alias '*dirs' is not supported"),
            app("9 merge", Shop.application("<<: {port: 1}"), "merge key '<<' is not supported"),
            app(
                "10 tag",
                Shop.application("keepReleases: !!int \"5\""),
                "tag '!!int' is not supported here"))
        .map(Bad::named);
  }

  static Stream<Arguments> texts() {
    return Stream.of(
            app("11 tab", Shop.application("drain:\n\ttimeout: 5s"), "TAB", "indent with spaces"),
            app("12 trailing garbage", Shop.APPLICATION + "]\n", "found ']'"),
            app("13 alias bomb", bomb(), "anchor '&a' is not supported here"),
            app("14 nested brackets", "[".repeat(2000), "limit 'manifest levels' of 64"),
            app(
                "15 huge scalar",
                "a: " + "x".repeat(4 << 20),
                "more than the limit 'manifest size' of 1,048,576"),
            new Bad(
                "18 invalid UTF-8",
                Shop.tree().with(APP, new byte[] {'a', ':', ' ', (byte) 0xC3, '('}),
                APP,
                "not valid UTF-8 at byte 3"),
            app("18 NUL", "a: \0", "not valid UTF-8 at byte 3"))
        .map(Bad::named);
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        Arguments.of(Named.of("16 byte order mark", with(APP, "\uFEFF" + Shop.APPLICATION))),
        Arguments.of(Named.of("17 CRLF", with(APP, Shop.APPLICATION.replace("\n", "\r\n")))));
  }

  static Stream<Arguments> scalars() {
    return Stream.of(
            version("19 number", "1.10"),
            version("20 short SHA", "1234e5"),
            version("21 truth value", "no"),
            version("22 date", "2026-01-01"),
            version("19 unquoted", "1.2.3"),
            app(
                "23 mode",
                Shop.application("files: [{path: a, from: b, mode: 0777}]"),
                "quote file modes"),
            app(
                "19 variable",
                Shop.application("env: {clear: {THREADS: 8}}"),
                "'8' must be a string: quote it"))
        .map(Bad::named);
  }

  static Stream<Arguments> numbers() {
    return Stream.of(
            app("24 below zero", Shop.application("keepReleases: -1"), "2 to 100"),
            app("25 zero", Shop.application("keepReleases: 0"), "2 to 100"),
            app("26 too many", Shop.application("keepReleases: 1e9"), "2 to 100"),
            app(
                "27 beyond 64 bits",
                Shop.application("keepReleases: 99999999999999999999"),
                "2 to 100"),
            special(
                "28 never proceeds",
                "{rolling: {maxUnavailable: 0, maxSurge: 0}}",
                "a rollout could never proceed"),
            new Bad(
                "29 more than hosts",
                Shop.tree()
                    .with(SPECIAL, Shop.strategy("{rolling: {maxUnavailable: 5}}"))
                    .with(RULES, rule("strategy: special")),
                RULES,
                "maxUnavailable 5 is more than the 4 hosts"),
            special("30 percent", "{rolling: {maxUnavailable: 150%}}", "'150%'", "1% to 100%"),
            special("30 negative", "{rolling: {maxUnavailable: -5%}}", "'-5%'", "1% to 100%"),
            special("30 fraction", "{rolling: {maxUnavailable: 33.3%}}", "'33.3%'", "1% to 100%"),
            app(
                "36 no unit",
                Shop.application("drain: {timeout: 5}"),
                "'5' is not a duration",
                "needs a unit, e.g. 5m"),
            app(
                "37 negative",
                Shop.application("drain: {timeout: -1s}"),
                "'-1s' is not a duration",
                "needs a unit, e.g. 5m"),
            app(
                "38 unknown unit",
                Shop.application("drain: {timeout: 1d2x}"),
                "'1d2x' is not a duration",
                "needs a unit, e.g. 5m"))
        .map(Bad::named);
  }

  static Stream<Arguments> hosts() {
    return Stream.of(
            hosts(
                "42 host twice",
                "{name: a, groups: [web]}, {name: A, groups: [web]}",
                "host 'A' stands twice, first at environments/production.yaml:6"),
            hosts(
                "43 address twice",
                "{name: a, address: '2001:DB8::1', groups: [web]},"
                    + " {name: b, address: '2001:db8:0:0::1'}",
                "has two names, 'b' and 'a' at environments/production.yaml:6"),
            hosts("44 group twice", "{name: a, groups: [web, web]}", "names one thing twice"),
            hosts("45 empty group", "{name: a, groups: [job]}", "no host is in group 'web'"),
            host("46 option", "-oProxyCommand=x"),
            host("47 command", "a;reboot"),
            host("48 line break", "host\\nname"),
            host("48 final line break", "host\\n"),
            host("49 too long", "x".repeat(300)),
            app("50 port zero", port("0"), "'0' is not a port", "1 to 65535"),
            app("51 port too large", port("65536"), "'65536' is not a port", "1 to 65535"),
            app("52 port by name", port("http"), "'http' is not a port", "1 to 65535"),
            app(
                "53 ports clash",
                Shop.APPLICATION.replace(
                    "port: 8001", "slots: [{name: blue, port: 1}, {name: green, port: 1}]"),
                "two slots clash on port 1, first at apps/shop.yaml:8"))
        .map(Bad::named);
  }

  static Stream<Arguments> names() {
    return Stream.of(
            path("54 up and away", "../../etc"),
            new Bad(
                "55 outside base",
                Shop.tree().with(APP, Shop.APPLICATION.replace("/srv/shop", "/srv/../etc")),
                APP,
                "outside allowed base"),
            path("56 root", "/"),
            path("57 NUL", "/srv/a\\0b"),
            new Bad("58 link to a file", with(APP, MapTree.LINK), APP, "outside allowed base"),
            new Bad(
                "58 link to a release",
                with(APP, Shop.APPLICATION.replace("releases/shop", "releases/link"))
                    .with("releases/link", MapTree.LINK),
                APP,
                "outside allowed base: it is a symbolic link"),
            app(
                "54 linked directory",
                Shop.application("linkedDirs: [log/../../x]"),
                "outside allowed base"),
            unit("59 command", "x; rm -rf /"),
            unit("60 no unit", "x.service@"),
            unit("61 substitution", "$(id)"),
            server("62 semicolon", "app;set server app/green state maint"),
            server("63 space", "a b"),
            server("64 line break", "a\\n"))
        .map(Bad::named);
  }

  static Stream<Arguments> releases() {
    return Stream.of(
            ref("77 option", "--upload-pack=x"),
            ref("78 path", "refs/../x"),
            ref("79 dots", "a..b"),
            ref("80 control character", "a\\tb"),
            source("81 no checksum", "url: https://x.example.com/a.tgz", "'sha256' is missing"),
            source(
                "82 wrong length",
                "url: https://x.example.com/a.tgz, sha256: abc",
                "'abc' is not a SHA-256"),
            source(
                "84 SHA-1",
                "url: https://x.example.com/a.tgz, sha256: a94a8fe5ccb19ba61c4c0873d391e98798",
                "is not a SHA-256",
                "64 lower-case hexadecimal digits"),
            source(
                "76 credentials",
                "url: 'https://u:secret-password@x.example.com/a.tgz'",
                "the value is not a URL that releases may come from"))
        .map(Bad::named);
  }

  static Stream<Arguments> remotes() {
    return Stream.of(
        Arguments.of(Named.of("73 helper", "ext::sh -c id")),
        Arguments.of(Named.of("74 option", "-u/x")),
        Arguments.of(Named.of("75 system directory", "file:///etc")),
        Arguments.of(Named.of("75 system directory, bare", "/etc/shadow")),
        Arguments.of(Named.of("76 password", "http://user:secret-password@git.example.com/x")),
        Arguments.of(Named.of("76 password, ssh", "ssh://user:secret-password@example.com/x")),
        Arguments.of(Named.of("73 option as host", "ssh://-oProxyCommand=x/y")));
  }

  static Stream<String> good() {
    return Stream.of(
        "ssh://git@git.example.com:2222/ops/config.git",
        "git@git.example.com:ops/config.git",
        "https://git.example.com/ops/config.git",
        "http://127.0.0.1:3000/ops/config",
        "file:///srv/git/config.git",
        "/srv/git/config.git");
  }

  private static MapTree with(String file, String text) {
    return Shop.tree().with(file, text);
  }

  private static Bad app(String number, String text, String... said) {
    return new Bad(number, with(APP, text), APP, said);
  }

  private static Bad version(String number, String version) {
    return app(
        number,
        Shop.APPLICATION.replace("\"1.0\"", version),
        version + (version.equals("1.2.3") ? "" : "'") + " must be a string: quote it");
  }

  private static Bad special(String number, String spec, String... said) {
    return new Bad(number, with(SPECIAL, Shop.strategy(spec)), SPECIAL, said);
  }

  private static String rule(String more) {
    return Shop.PROJECT.replace("production}", "production, " + more + "}");
  }

  private static Bad hosts(String number, String hosts, String... said) {
    String usual =
        "hosts:\n    - {name: \"web[1:4]\", address: \"{{host.name}}.example.com\", groups: [web]}";
    String text = Shop.ENVIRONMENT.replace(usual, "hosts: [" + hosts + "]");
    return new Bad(number, with(PLACE, text), PLACE, said);
  }

  private static Bad host(String number, String name) {
    return hosts(number, "{name: \"" + name + "\", groups: [web]}", "is not a host name");
  }

  private static String port(String port) {
    return Shop.APPLICATION.replace("8001", port);
  }

  private static Bad path(String number, String path) {
    return app(
        number,
        Shop.APPLICATION.replace("/srv/shop", "\"" + path + "\""),
        "is outside allowed base");
  }

  private static Bad unit(String number, String unit) {
    return app(
        number,
        Shop.APPLICATION.replace("shop.service", "\"" + unit + "\""),
        "is not a systemd service or timer unit",
        "use letters, digits and :_.@-");
  }

  private static Bad server(String number, String server) {
    return new Bad(
        number,
        with(
            PLACE,
            Shop.ENVIRONMENT.replace("name: front}", "name: front, server: \"" + server + "\"}")),
        PLACE,
        "is not a server name",
        "use letters, digits and _.:-");
  }

  private static Bad ref(String number, String ref) {
    return new Bad(
        number,
        with(RULES, Shop.PROJECT.replace("match: main", "match: \"" + ref + "\"")),
        RULES,
        "is not a valid ref name");
  }

  private static Bad source(String number, String source, String... said) {
    return app(number, Shop.APPLICATION.replace("path: releases/shop", source), said);
  }

  private static String bomb() {
    var text = new StringBuilder("a: &a [x, x, x, x, x, x, x, x, x]\n");
    for (char name = 'b'; name < 'z'; name++) {
      String before = "*" + (char) (name - 1);
      text.append(name).append(": &").append(name).append(" [").append(before);
      text.append((", " + before).repeat(8)).append("]\n");
    }
    return text.toString();
  }
}
