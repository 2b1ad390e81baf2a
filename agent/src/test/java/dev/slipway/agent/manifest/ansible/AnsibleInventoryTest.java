package dev.slipway.agent.manifest.ansible;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.reading.Validation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: whoever has an Ansible inventory has the hosts of an environment. Method: inventories as
 * people write them, and what comes out is put into a config repository and validated.
 */
class AnsibleInventoryTest {
  private static final String INI =
      """
      # the shop
      bastion ansible_host=198.51.100.1

      [web]
      web[01:12] http_port=80
      web13 ansible_host=10.0.0.13 motd="it's # here" # a comment

      [job]
      job[a:c]

      [shop:children]
      web
      job

      [shop:vars]
      ansible_user = deploy
      ansible_become=yes
      ansible_ssh_common_args='-o ProxyJump=bastion -o ControlMaster=auto'

      [all:vars]
      ansible_user=deploy
      """;
  private static final String YAML =
      """
      all:
        vars: &shared
          ansible_user: deploy
          ansible_port: 2222
        children:
          web:
            hosts:
              web[1:3]:
                ansible_host: "{{ inventory_hostname }}.example.com"
              web4:
              db1: {<<: *shared, secret: !vault "33"}
            vars: {tags: [a, b]}
      """;

  @TempDir Path directory;

  @Test
  void anIniInventoryBecomesAnEnvironment() {
    String text = imported("hosts", INI, "shop");
    assertThat(text)
        .contains("metadata: {name: production}")
        .contains(
            "  ssh: {user: deploy, proxyJump: \"bastion\", secretRef: {name: deploy-key}, become:"
                + " sudo}")
        .contains(
            """
              hosts:
                - {name: "web[01:12]", groups: [shop, web]}
                - {name: "web13", address: "10.0.0.13", groups: [shop, web]}
                - {name: "joba", groups: [job, shop]}
                - {name: "jobb", groups: [job, shop]}
                - {name: "jobc", groups: [job, shop]}
            """)
        .contains("# Left out, since they are the playbooks' business: http_port, motd.");
    assertThatItIsValid(text);
  }

  @Test
  void aYamlInventoryBecomesAnEnvironment() {
    String text = imported("hosts.yml", YAML, "");
    assertThat(text)
        .contains("  ssh: {user: deploy, port: 2222, secretRef: {name: deploy-key}}")
        .contains(
            """
                - {name: "web[1:3]", address: "{{host.name}}.example.com", groups: [web]}
                - {name: "web4", groups: [web]}
                - {name: "db1", groups: [web]}
            """)
        .contains("business: secret, tags.");
    assertThatItIsValid(text);
  }

  @Test
  void variablesBesideTheInventoryCount() {
    write("group_vars/all.yml", "ansible_user: root\nansible_become: false\n");
    write("group_vars/web/main.yml", "ansible_user: deploy\n");
    write("group_vars/web/vault.yml", "$ANSIBLE_VAULT;1.1;AES256\n6162\n");
    write("host_vars/web2.yml", "ansible_host: 10.0.0.2\n");
    String text = imported("hosts", "[web]\nweb1\nweb2 ansible_host=10.9.9.9\n", "");
    assertThat(text)
        .contains("{user: deploy, secretRef")
        .contains("    - {name: \"web1\", groups: [web]}\n")
        .contains("    - {name: \"web2\", address: \"10.0.0.2\", groups: [web]}\n");
  }

  @Test
  void aHostOfTheAgentsOwnMachineNeedsNoSsh() {
    String text = imported("hosts", "localhost ansible_connection=local\n", "");
    assertThat(text).contains("- {name: \"localhost\", local: true}").doesNotContain("ssh:");
    assertThatItIsValid(text);
  }

  @Test
  void aPortMayStandBehindANameAndAnAddressMayBeOfIPv6() {
    String text =
        imported("hosts", "v6 ansible_host=2001:db8::23 ansible_port=2200\nweb1:2200\n", "");
    assertThat(text)
        .contains("port: 2200")
        .contains("{name: \"v6\", address: \"2001:db8::23\"}", "{name: \"web1\"}");
    assertThatItIsValid(text);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          [web:kids]            | section [web:kids] is of no known kind
          web[9:1]              | 'web[9:1]' is a range without a host
          web1 port             | 'port' is no variable
          web1 motd="half       | a quotation does not end
          [2001:db8::1]:22      | host '2001:db8::1' has a name that is none here
          web1 ansible_host={{ip}} | the address of 'web1' is '{{ip}}'
          [a b                   | 'b' is no variable
          """)
  void whatCannotBeTakenOverIsSaid(String line, String fact) {
    assertThat(problems("hosts", line + "\n")).anySatisfy(one -> assertThat(one).contains(fact));
  }

  @Test
  void hostsThatAreReachedInDifferentWaysAreNoOneEnvironment() {
    assertThat(problems("hosts", "web1:22\nweb2:2200\nweb3 ansible_port=2200\n"))
        .containsExactly(
            directory.resolve("hosts")
                + ":1:1 /: ansible_port differs between hosts: '22' on web1, '2200' on web2;"
                + " make an environment of each kind, with --limit GROUP");
  }

  @Test
  void groupsThatHoldEachOtherAreRefused() {
    assertThat(problems("hosts", "[a:children]\nb\n[b:children]\na\n[b]\nweb1\n"))
        .singleElement()
        .asString()
        .contains("group 'a' is among its own children");
  }

  @Test
  void aProgramIsNotRun() throws IOException {
    Path program = write("hosts.py", "#!/bin/sh\ntouch " + directory.resolve("ran") + "\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(problems(program)).singleElement().asString().contains("ansible-inventory -i");
    assertThat(problems(directory)).singleElement().asString().contains("ansible-inventory -i");
    assertThat(directory.resolve("ran")).doesNotExist();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          all: [1]                       | all
          all: {hosts: {web1: x}}        | a host must be a mapping
          all: {machines: {}}            | 'machines' is no part of a group
          all: {a: *b}                   | undefined alias
          &a {all: *a}                   | more than 64 levels
          """)
  void aBrokenYamlInventoryIsRefusedWithItsPlace(String text, String fact) {
    assertThat(problems("hosts.yml", text))
        .anySatisfy(one -> assertThat(one).contains("hosts.yml:1:").contains(fact));
  }

  private String imported(String name, String text, String limit) {
    Path file = write(name, text);
    return switch (AnsibleInventory.asEnvironment(file, "production", some(limit))) {
      case Parsed.Valid<String>(var found) -> found;
      case Parsed.Invalid<String>(var problems) -> problems.toString();
    };
  }

  private static Optional<String> some(String text) {
    return text.isEmpty() ? Optional.empty() : Optional.of(text);
  }

  private List<String> problems(String name, String text) {
    return problems(write(name, text));
  }

  private static List<String> problems(Path file) {
    return switch (AnsibleInventory.asEnvironment(file, "production", Optional.empty())) {
      case Parsed.Valid<String>(var found) -> List.of(found);
      case Parsed.Invalid<String>(var problems) ->
          problems.stream().map(Problem::toString).toList();
    };
  }

  private void assertThatItIsValid(String environment) {
    write("config/environments/production.yaml", environment);
    write(
        "config/slipway.yaml",
        """
        apiVersion: slipway.dev/v1alpha1
        kind: Project
        metadata: {name: shop}
        spec:
          branches: [{match: main, environment: production, strategy: rolling}]
        """);
    assertThat(Validation.directory(directory.resolve("config")).problems()).isEmpty();
  }

  private Path write(String name, String text) {
    Path file = directory.resolve(name);
    try {
      Files.createDirectories(Objects.requireNonNull(file.getParent()));
      return Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
