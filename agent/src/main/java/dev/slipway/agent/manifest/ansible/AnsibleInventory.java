package dev.slipway.agent.manifest.ansible;

import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Place;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An inventory of Ansible: a file in its INI or YAML format, with the {@code group_vars} and {@code
 * host_vars} beside it.
 */
public final class AnsibleInventory {
  private static final String AS_FILE =
      "let Ansible write it as one file: ansible-inventory -i %s --list --yaml > hosts.yml";
  private static final Pattern YAML_NAME = Pattern.compile(".*\\.(yml|yaml|json)");

  private final Path file;
  private final List<Problem> problems = new ArrayList<>();
  private final Groups groups = new Groups();
  private final YamlReader yaml = new YamlReader(groups, problems);

  private AnsibleInventory(Path file) {
    this.file = file;
  }

  /**
   * Returns the inventory as the text of an environment manifest.
   *
   * @param environment the name that the environment is to have
   * @param limit the one group whose hosts are wanted; empty for all hosts
   */
  public static Parsed<String> asEnvironment(
      Path file, String environment, Optional<String> limit) {
    var inventory = new AnsibleInventory(file);
    List<InventoryHost> hosts = inventory.hosts(limit);
    String text = new EnvironmentText(file.toString(), inventory.problems).of(environment, hosts);
    return inventory.problems.isEmpty()
        ? new Parsed.Valid<>(text)
        : new Parsed.Invalid<>(inventory.problems);
  }

  private List<InventoryHost> hosts(Optional<String> limit) {
    if (Files.isDirectory(file)) {
      report("is a directory of inventories", AS_FILE.formatted(file));
    } else if (Files.isExecutable(file)) {
      report("is a program that makes an inventory", AS_FILE.formatted(file));
    } else {
      readAll();
    }
    groups
        .cycle()
        .ifPresent(group ->
            report("group '%s' is among its own children".formatted(group), "take it out"));
    return problems.isEmpty() ? found(limit) : List.of();
  }

  private List<InventoryHost> found(Optional<String> limit) {
    List<InventoryHost> hosts =
        groups.resolve().stream()
            .filter(host -> limit.map(host.groups()::contains).orElse(true))
            .toList();
    if (hosts.isEmpty()) {
      report(
          limit.map("has no host in group '%s'"::formatted).orElse("names no host"),
          limit.isPresent()
              ? "use one of " + String.join(", ", groups.names())
              : "name the file that lists them");
    }
    return hosts;
  }

  private void readAll() {
    String text = text(file);
    if (YAML_NAME.matcher(file.toString()).matches() || text.startsWith("---")) {
      yaml.read(file.toString(), text);
    } else {
      new IniReader(file.toString(), groups, problems).read(text);
    }
    Path beside = file.toAbsolutePath().getParent();
    if (beside != null) {
      var names = new TreeSet<>(groups.names());
      names.add(Groups.ALL);
      beside(beside.resolve("group_vars"), names, groups::setVariables);
      beside(beside.resolve("host_vars"), groups.hostNames(), groups::setHostVariables);
    }
  }

  private void beside(
      Path directory, Set<String> names, BiConsumer<String, Map<String, String>> take) {
    for (String name : List.copyOf(names)) {
      var variables = new TreeMap<String, String>();
      variableFiles(directory, name).forEach(path -> variables.putAll(variables(path)));
      take.accept(name, variables);
    }
  }

  /** What is encrypted is nothing that tells where a host is. */
  private Map<String, String> variables(Path path) {
    String text = text(path);
    return text.startsWith("$ANSIBLE_VAULT") ? Map.of() : yaml.variables(path.toString(), text);
  }

  /** They are in a file of the name, with or without an ending, or in a directory. */
  private List<Path> variableFiles(Path directory, String name) {
    var files = new ArrayList<Path>();
    if (name.contains("/")) {
      return files;
    }
    Stream.of("", ".yml", ".yaml", ".json")
        .map(ending -> directory.resolve(name + ending))
        .filter(Files::isRegularFile)
        .forEach(files::add);
    Path many = directory.resolve(name);
    if (Files.isDirectory(many)) {
      try (Stream<Path> inside = Files.list(many)) {
        inside.filter(Files::isRegularFile).sorted().forEach(files::add);
      } catch (IOException e) {
        report("%s cannot be listed: %s".formatted(many, e.getMessage()), "let your user read it");
      }
    }
    return files;
  }

  private String text(Path path) {
    try {
      return Files.readString(path);
    } catch (CharacterCodingException e) {
      problems.add(Place.start(path.toString()).problem("is no UTF-8 text", "save it as UTF-8"));
    } catch (NoSuchFileException e) {
      problems.add(Place.start(path.toString()).problem("does not exist", "name the inventory"));
    } catch (IOException e) {
      problems.add(
          Place.start(path.toString())
              .problem("cannot be read: " + e.getMessage(), "name a file that you may read"));
    }
    return "";
  }

  private void report(String fact, String remedy) {
    problems.add(Place.start(file.toString()).problem(fact, remedy));
  }
}
