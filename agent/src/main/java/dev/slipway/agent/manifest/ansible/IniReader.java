package dev.slipway.agent.manifest.ansible;

import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.yaml.Shown;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads an inventory in Ansible's INI format, line by line. */
final class IniReader {
  private static final Pattern SECTION =
      Pattern.compile("\\[([^:\\]\\s]+)(?::(\\w+))?]\\s*(?:#.*)?");
  private static final Pattern QUOTED = Pattern.compile("(['\"])(.*)\\1");

  private final String file;
  private final Groups groups;
  private final List<Problem> problems;
  private String group = Groups.UNGROUPED;
  private Kind kind = Kind.HOSTS;
  private int line;

  /** What the lines of a section are. */
  private enum Kind {
    HOSTS,
    CHILDREN,
    VARIABLES
  }

  IniReader(String file, Groups groups, List<Problem> problems) {
    this.file = file;
    this.groups = groups;
    this.problems = problems;
  }

  void read(String text) {
    for (String written : text.split("\n", -1)) {
      line++;
      String stripped = written.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#") && !stripped.startsWith(";")) {
        accept(stripped);
      }
    }
  }

  private void accept(String text) {
    Matcher section = SECTION.matcher(text);
    if (section.matches()) {
      open(section.group(1), Optional.ofNullable(section.group(2)));
      return;
    }
    switch (kind) {
      case HOSTS -> host(text);
      case CHILDREN ->
          words(text).stream().limit(1).forEach(child -> groups.addChild(group, child));
      case VARIABLES -> variable(text);
    }
  }

  private void open(String name, Optional<String> suffix) {
    group = name;
    groups.add(name);
    kind =
        switch (suffix.orElse("hosts")) {
          case "hosts" -> Kind.HOSTS;
          case "children" -> Kind.CHILDREN;
          case "vars" -> Kind.VARIABLES;
          default -> {
            report(
                "section [%s:%s] is of no known kind".formatted(name, suffix.orElse("")),
                "write [%s], [%s:children] or [%s:vars]".formatted(name, name, name));
            yield Kind.VARIABLES;
          }
        };
  }

  private void host(String text) {
    List<String> words = words(text);
    if (words.isEmpty()) {
      return;
    }
    Optional<HostPattern> pattern = HostPattern.of(words.getFirst());
    if (pattern.isEmpty()) {
      report(
          "%s is a range without a host, or with more than 2000"
              .formatted(Shown.text(words.getFirst())),
          "let it rise, as in web[01:12]");
      return;
    }
    Map<String, String> variables = variables(words.subList(1, words.size()));
    pattern.get().port().ifPresent(port -> variables.put("ansible_port", port));
    pattern.get().names().forEach(name -> groups.addHost(group, name, variables));
  }

  private Map<String, String> variables(List<String> words) {
    var variables = new LinkedHashMap<String, String>();
    for (String word : words) {
      int equals = word.indexOf('=');
      if (equals < 1) {
        report("%s is no variable".formatted(Shown.text(word)), "write name=value");
      } else {
        variables.put(word.substring(0, equals), word.substring(equals + 1));
      }
    }
    return variables;
  }

  private void variable(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      report("%s is no variable".formatted(Shown.text(text)), "write name=value");
      return;
    }
    String value = text.substring(equals + 1).strip();
    Matcher quoted = QUOTED.matcher(value);
    groups.setVariable(
        group, text.substring(0, equals).strip(), quoted.matches() ? quoted.group(2) : value);
  }

  private List<String> words(String text) {
    return Words.of(text)
        .orElseGet(() -> {
          report("a quotation does not end", "close it on the same line");
          return List.of();
        });
  }

  private void report(String fact, String remedy) {
    problems.add(new Problem(file, line, 1, "/" + group, fact, remedy));
  }
}
