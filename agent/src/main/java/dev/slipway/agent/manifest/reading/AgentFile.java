package dev.slipway.agent.manifest.reading;

import dev.slipway.agent.manifest.AgentConfig;
import dev.slipway.agent.manifest.Parsed;
import dev.slipway.agent.manifest.Problem;
import dev.slipway.agent.manifest.kind.AgentDocument;
import dev.slipway.agent.manifest.kind.AgentDocument.Flag;
import dev.slipway.agent.manifest.kind.Located;
import dev.slipway.agent.manifest.schema.Kind;
import dev.slipway.agent.metrics.Program;
import dev.slipway.agent.secret.Secrets;
import dev.slipway.agent.source.RemoteSpec;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The agent's own file, read. */
public final class AgentFile {
  private static final String CREDENTIALS = "CREDENTIALS_DIRECTORY";

  private final AgentDocument document;
  private final Path directory;
  private final Secrets secrets;
  private final List<Problem> problems = new ArrayList<>();

  private AgentFile(AgentDocument document, Path path, Map<String, String> variables) {
    this.document = document;
    this.directory =
        Optional.ofNullable(path.toAbsolutePath().normalize().getParent()).orElse(Path.of("/"));
    this.secrets =
        new Secrets(
            document.secretsDirectory().map(Path::of).orElse(directory.resolve("secrets")),
            Optional.ofNullable(variables.get(CREDENTIALS)).map(Path::of));
  }

  /**
   * Returns what the file says.
   *
   * @param bytes the file's contents
   * @param path where it lies; relative files are beside it
   * @param variables the environment, for systemd's credentials
   */
  public static Parsed<AgentConfig> parse(byte[] bytes, Path path, Map<String, String> variables) {
    return switch (ManifestFile.read(Kind.AGENT, path.toString(), bytes, AgentDocument::read)) {
      case Parsed.Invalid<AgentDocument>(var problems) -> new Parsed.Invalid<>(problems);
      case Parsed.Valid<AgentDocument>(var document) ->
          new AgentFile(document, path, variables).config();
    };
  }

  private Parsed<AgentConfig> config() {
    unique("repository", document.repositories().stream().map(AgentDocument.Repository::name));
    unique("environment", document.environments().stream().map(AgentDocument.Environment::name));
    document.environments().forEach(this::checkRepository);
    document
        .environments()
        .forEach(
            one -> unique("command", one.commands().stream().map(AgentDocument.Command::name)));
    var config =
        new AgentConfig(
            document.repositories().stream().map(this::repository).toList(),
            document.environments().stream().map(AgentFile::bound).toList(),
            secrets,
            directory,
            Path.of(document.stateDirectory()),
            document.listen());
    return problems.isEmpty() ? new Parsed.Valid<>(config) : new Parsed.Invalid<>(problems);
  }

  private void unique(String what, Stream<Located> names) {
    var seen = new HashMap<String, Located>();
    names.forEach(name -> {
      Located first = seen.putIfAbsent(name.text(), name);
      if (first != null) {
        problems.add(
            name.place()
                .problem(
                    "two %ss are called '%s', first at %s"
                        .formatted(what.replace("ry", "rie"), name, first.place().mention()),
                    "choose another name"));
      }
    });
  }

  private void checkRepository(AgentDocument.Environment environment) {
    List<String> known =
        document.repositories().stream().map(found -> found.name().text()).toList();
    Located repository = environment.repository();
    if (!known.contains(repository.text())) {
      problems.add(
          repository
              .place()
              .problem(
                  "there is no repository '%s'".formatted(repository),
                  "use one of " + String.join(", ", known)));
    }
  }

  private AgentConfig.Repository repository(AgentDocument.Repository written) {
    String url = written.url().text();
    boolean http = url.startsWith("http:") || url.startsWith("https:");
    Optional<Path> secret = written.secret().map(secrets::file);
    Path knownHosts = directory.resolve(written.knownHosts().orElse("known_hosts"));
    boolean ssh = !http && !url.startsWith("/") && !url.startsWith("file:");
    var remote =
        new RemoteSpec(
            written.name().text(),
            url,
            secret.filter(_ -> ssh),
            Optional.of(knownHosts).filter(_ -> ssh),
            secret.filter(_ -> http),
            RemoteSpec.Limits.DEFAULT);
    return new AgentConfig.Repository(
        remote,
        written.trunk(),
        written.interval(),
        switch (written.allowRewind()) {
          case ON -> AgentConfig.Rewind.ALLOW;
          case OFF -> AgentConfig.Rewind.STOP;
        });
  }

  private static AgentConfig.Bound bound(AgentDocument.Environment written) {
    return new AgentConfig.Bound(
        written.name().text(),
        written.repository().text(),
        texts(written.refs()),
        texts(written.hosts()),
        written.deployPaths().isEmpty() ? AgentConfig.Bound.DEPLOY_PATHS : written.deployPaths(),
        written.local() == Flag.ON ? AgentConfig.Local.ALLOWED : AgentConfig.Local.REFUSED,
        new AgentConfig.Allowed(
            written.jumpHosts(),
            written.units(),
            written.unitFiles(),
            written.sourceFiles(),
            written.sourceHosts(),
            written.commands().stream().map(AgentFile::program).toList()));
  }

  private static Program program(AgentDocument.Command written) {
    return new Program(
        written.name().text(),
        written.run(),
        written.timeout(),
        written.reads().orElse("output").equals("status")
            ? Program.Reads.STATUS
            : Program.Reads.OUTPUT);
  }

  private static List<String> texts(List<Located> written) {
    return written.stream().map(Located::text).toList();
  }
}
