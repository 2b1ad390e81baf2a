package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.artifact.ConfigFile;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.ApplicationDocument;
import dev.slipway.agent.manifest.kind.ApplicationDocument.FileEntry;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.kind.RoleDocument;
import dev.slipway.agent.manifest.yaml.Shown;
import dev.slipway.agent.source.Blob;
import dev.slipway.agent.source.Tree.Read;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Service;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The files of the config repository that an application lays into its releases. */
final class ConfigFiles {
  /** All of them are in every record of the release. */
  private static final int BYTES_MAX = 64 * 1024;

  private static final String TIMER = ".timer";
  private static final String MODE = "644";

  private final Scope scope;
  private final List<Problem> problems;
  private final String version;
  private final Map<FileEntry, String> texts = new LinkedHashMap<>();

  ConfigFiles(Scope scope, List<Problem> problems, ApplicationDocument application) {
    this.scope = scope;
    this.problems = problems;
    this.version = application.version().text();
    for (FileEntry file : entries(application)) {
      text(file).ifPresent(text -> texts.put(file, text));
    }
  }

  private List<FileEntry> entries(ApplicationDocument application) {
    var units = new LinkedHashMap<String, FileEntry>();
    for (RoleDocument role : application.roles().values()) {
      for (FileEntry file : units(role)) {
        FileEntry other = units.putIfAbsent(file.path().text(), file);
        if (other != null && !other.from().text().equals(file.from().text())) {
          report(file, "is called as %s is".formatted(other.from()), "give one another name");
        }
      }
    }
    return Stream.concat(application.files().stream(), units.values().stream()).toList();
  }

  /** What a timer starts lies beside it. */
  private List<FileEntry> units(RoleDocument role) {
    return role.unitFile().stream()
        .flatMap(file -> Stream.of(Optional.of(file), beside(file)))
        .flatMap(Optional::stream)
        .map(file ->
            new FileEntry(
                new Located(ConfigFile.UNITS + name(file), file.place(), file.style()), file, MODE))
        .toList();
  }

  private Optional<Located> beside(Located file) {
    String service = file.text().replaceFirst("\\.timer$", ".service");
    return file.text().endsWith(TIMER) && scope.branch().tree().read(service) instanceof Read.Found
        ? Optional.of(new Located(service, file.place(), file.style()))
        : Optional.empty();
  }

  private static String name(Located file) {
    return file.text().substring(file.text().lastIndexOf('/') + 1);
  }

  /** Returns a role's service with the names of the unit files that come with it. */
  Service service(RoleDocument role) {
    return role.service() instanceof Service.Systemd(var unit, var onActivate, var _)
        ? new Service.Systemd(
            unit, onActivate, units(role).stream().map(file -> name(file.from())).toList())
        : role.service();
  }

  /** Returns those that could be read. */
  List<ConfigFile> read() {
    var files = new ArrayList<ConfigFile>();
    texts.forEach((file, text) -> files.add(new ConfigFile(file.path().text(), file.mode(), text)));
    int bytes =
        texts.values().stream()
            .mapToInt(text -> text.getBytes(StandardCharsets.UTF_8).length)
            .sum();
    if (bytes > BYTES_MAX) {
      report(
          new ArrayList<>(texts.keySet()).getLast(),
          "is the last of files that hold %d bytes together, and at most %d are allowed"
              .formatted(bytes, BYTES_MAX),
          "put what is the same everywhere into the release");
    }
    return files;
  }

  /** Every variable must have a value on every host; a slot's have none, for slots share files. */
  void check(Collection<Host> hosts) {
    var values = new HashMap<>(scope.variables());
    values.put("version", version);
    texts.forEach((file, text) -> hosts.forEach(host -> check(file, text, host, values)));
  }

  private void check(FileEntry file, String text, Host host, Map<String, String> values) {
    new Templates(problems)
        .check(
            file.from().place(), Shown.text(file.from().text()), text, Templates.of(host, values));
  }

  private Optional<String> text(FileEntry file) {
    return switch (scope.branch().tree().read(file.from().text())) {
      case Read.Found(var blob, var _) -> decoded(file, blob);
      case Read.Missing() -> {
        report(file, "is not a file of this commit", "commit the file there");
        yield Optional.empty();
      }
      case Read.Refused(var reason) -> {
        report(file, "cannot be used: " + reason, "commit a file there");
        yield Optional.empty();
      }
    };
  }

  private Optional<String> decoded(FileEntry file, Blob blob) {
    try {
      return Optional.of(
          StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(blob.bytes())).toString());
    } catch (CharacterCodingException e) {
      report(file, "is not text in UTF-8", "put what is no text into the release");
      return Optional.empty();
    }
  }

  private void report(FileEntry file, String fact, String remedy) {
    problems.add(file.from().place().problem(Shown.text(file.from().text()) + " " + fact, remedy));
  }
}
