package dev.slipway.agent.host.site;

import dev.slipway.agent.artifact.Artifact;
import dev.slipway.agent.host.Act;
import dev.slipway.agent.host.Machine.Input;
import dev.slipway.agent.host.ProcessSighting;
import dev.slipway.agent.host.Sighting;
import dev.slipway.agent.host.Site;
import dev.slipway.agent.host.site.RunCall.Order;
import dev.slipway.strategies.fleet.Digest;
import dev.slipway.strategies.fleet.Procedures.Hooks;
import dev.slipway.strategies.fleet.Procedures.Lifecycle;
import dev.slipway.strategies.fleet.Procedures.Task;
import dev.slipway.strategies.fleet.Release;
import dev.slipway.strategies.fleet.Slot;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A place on a host, changed by calls of the script. */
final class ScriptedSite implements Site {
  // As long as systemd waits for a unit by default.
  private static final Duration START = Duration.ofSeconds(90);
  private static final Duration MARGIN = Duration.ofSeconds(60);
  private static final Duration UPLOAD = Duration.ofMinutes(10);
  private static final long UPLOAD_BYTES_PER_SECOND_MIN = 64 * 1024;
  private static final Duration REMOVAL = Duration.ofMinutes(10);
  private static final Pattern OWN_LOOPBACK =
      Pattern.compile("127\\.(\\d{1,3})\\.(\\d{1,3})\\.(\\d{1,3})");

  private final ScriptSession session;
  private final Place place;
  private final Call anyCall;
  private final Map<String, String> told;

  ScriptedSite(ScriptSession session, Place place, Call anyCall) {
    this(session, place, anyCall, Map.of());
  }

  private ScriptedSite(ScriptSession session, Place place, Call anyCall, Map<String, String> told) {
    this.session = session;
    this.place = place;
    this.anyCall = anyCall;
    this.told = told;
  }

  @Override
  public Site during(Occasion occasion) {
    return new ScriptedSite(session, place, anyCall, RunCall.told(occasion));
  }

  @Override
  public Act stage(Release release, Artifact artifact) {
    Artifact filled;
    try {
      filled = artifact.filled(place.variables(release));
    } catch (IllegalArgumentException e) {
      return new Act.Refused(String.valueOf(e.getMessage()));
    }
    // Files that are not the release's are not what the host is told to expect.
    boolean isItsOwn = artifact.content().equals(release.content());
    return stage(release, filled, isItsOwn ? filled.content() : release.content());
  }

  private Act stage(Release release, Artifact artifact, Digest content) {
    var room =
        anyCall
            .of("room")
            .with("directory", release.directory())
            .with("bytes", String.valueOf(artifact.unpackedBytes()))
            .with("inodes", String.valueOf(inodes(artifact)))
            .with(place.owner());
    var answer = session.answer(room);
    if (answer instanceof ScriptReply.Ended(var outcome, var detail, var _)
        && outcome == ScriptReply.Outcome.DONE) {
      return switch (detail) {
        case "room" -> installed(release, send(release, artifact, content));
        case "pending" -> installed(release, answer.act(0));
        default -> answer.act(0);
      };
    }
    return answer.act(0);
  }

  /** Runs what belongs to having the release, which is complete only then. */
  private Act installed(Release release, Act sent) {
    Hooks hooks = release.procedures().hooks();
    return hooks.ofInstall().isEmpty() || !(sent instanceof Act.Done(_, var bytes))
        ? sent
        : act(
            RunCall.of(place, release, Order.install(hooks, told)),
            call -> session.answer(call.of("install")).act(bytes));
  }

  @Override
  public Act run(Release release, Task task) {
    return act(
        RunCall.of(place, release, Order.of(release, task, told)),
        call -> session.change(call.of("run")));
  }

  @Override
  public Act run(Slot slot, Release release, Lifecycle moment) {
    Order order = Order.of(release.procedures().hooks(), moment, told);
    return act(
        RunCall.of(place, slot, release, order),
        call -> session.change(call.with("slot", slot.name()).with(place.part()).of("hook")));
  }

  @Override
  public Ran ran(Release release, Task task) {
    var call = anyCall.of("ran").with("token", RunCall.token(release, task));
    return session.ask(call) instanceof ScriptReply.Ended(var outcome, var detail, var _)
            && outcome == ScriptReply.Outcome.DONE
        ? switch (detail) {
          case "ran" -> Ran.WELL;
          case "running" -> Ran.RUNNING;
          default -> Ran.NOT;
        }
        : Ran.UNKNOWN;
  }

  private Act act(RunCall run, Function<Call, Act> act) {
    return switch (run) {
      case RunCall.Refused(var reason) -> new Act.Refused(reason);
      case RunCall.Ready(var arguments, var words, var environment, var timeout) ->
          act.apply(
              anyCall
                  .with(arguments)
                  .with("timeout", String.valueOf(Math.max(1, timeout.toSeconds())))
                  .words(words)
                  .reading(out -> out.write(environment.getBytes(StandardCharsets.UTF_8)))
                  .within(timeout.plus(MARGIN)));
    };
  }

  private Act send(Release release, Artifact artifact, Digest content) {
    var upload = new CountedUpload(artifact);
    var call =
        anyCall
            .of("stage")
            .with("directory", release.directory())
            .with("content", content.hex())
            .with(
                "into",
                release.procedures().hooks().ofInstall().isEmpty() ? "manifests" : "pending")
            .with(place.owner())
            .words(linked(release))
            .reading(upload)
            .within(UPLOAD.plusSeconds(artifact.unpackedBytes() / UPLOAD_BYTES_PER_SECOND_MIN));
    return session.answer(call).act(upload.bytes());
  }

  /** Files and as many directories, at the worst. */
  private static long inodes(Artifact artifact) {
    return 2 * artifact.manifest().lines().count() + 16;
  }

  private static List<String> linked(Release release) {
    return Stream.concat(
            release.linkedDirs().stream().map(path -> "dir:" + path),
            release.linkedFiles().stream().map(path -> "file:" + path))
        .toList();
  }

  @Override
  public Act activate(Slot slot, Release release) {
    return switch (place.environment(slot, release)) {
      case Place.Furnished.Lacking(var reason) -> new Act.Refused(reason);
      case Place.Furnished.With(var environment) -> activate(slot, release, environment);
    };
  }

  private Act activate(Slot slot, Release release, SiteEnvironment environment) {
    Input text = out -> out.write(environment.text().getBytes(StandardCharsets.UTF_8));
    return act(
        ServiceCall.ofLink(place, slot, release),
        call ->
            session.change(
                call.of("activate").with("environment", environment.digest().hex()).reading(text)));
  }

  @Override
  public Act relink(Slot slot, String target) {
    return session.change(named(slot).of("relink").with("target", target));
  }

  @Override
  public Act clear(Slot slot) {
    return session.change(named(slot).of("clear"));
  }

  @Override
  public Act start(Slot slot, Release release) {
    var patience = START.compareTo(stopTimeout()) > 0 ? START : stopTimeout();
    return withService(
        slot,
        release,
        call ->
            session.change(
                call.of("start")
                    .with("timeout", String.valueOf(patience.toSeconds()))
                    .with(listener(slot))
                    .within(patience.multipliedBy(2).plus(MARGIN))));
  }

  private Duration stopTimeout() {
    return place.role().stopTimeout();
  }

  @Override
  public Act stop(Slot slot, Release release, Duration timeout) {
    return withService(
        slot,
        release,
        call ->
            session.change(
                call.of("stop")
                    .with("timeout", String.valueOf(Math.max(1, timeout.toSeconds())))
                    .with(listener(slot))
                    .within(timeout.plus(MARGIN))));
  }

  /** Where the slot's service would still listen if anything of it were left. */
  private List<String> listener(Slot slot) {
    if (slot.port().isEmpty()) {
      return List.of();
    }
    var port = "port=" + slot.port().getAsInt();
    var own = OWN_LOOPBACK.matcher(place.host().address());
    // Several hosts may share one machine, each with a loopback address of its own.
    return own.matches()
        ? List.of(port, "address=" + kernelForm(own.group(1), own.group(2), own.group(3)))
        : List.of(port);
  }

  private static String kernelForm(String second, String third, String fourth) {
    return "%02X%02X%02X7F"
        .formatted(Integer.parseInt(fourth), Integer.parseInt(third), Integer.parseInt(second));
  }

  @Override
  public Act prune(Set<String> neededDirectories, int keepReleases) {
    return session.change(
        anyCall
            .of("prune")
            .with(place.owner())
            .with("keep", String.valueOf(keepReleases))
            .words(List.copyOf(new TreeSet<>(neededDirectories)))
            .within(REMOVAL));
  }

  @Override
  public Act remove() {
    return session.change(anyCall.of("remove").within(REMOVAL));
  }

  @Override
  public Sighting look() {
    var names = new LinkedHashMap<String, String>();
    place.role().slots().forEach(slot -> names.put(place.nameOf(slot), slot.name()));
    var words = List.copyOf(names.keySet());
    return SightingReader.sighting(session.ask(anyCall.of("look").words(words)), names);
  }

  @Override
  public OptionalLong freeBytes() {
    return SightingReader.free(session.ask(anyCall.of("free")));
  }

  @Override
  public boolean lies(String path) {
    var call = anyCall.of("look").with("target", path).with("directory", "it");
    return SightingReader.sighting(session.ask(call), Map.of())
            instanceof Sighting.Seen(var _, var releases, var _)
        && releases.contains("it");
  }

  @Override
  public ProcessSighting process(Slot slot, Release release) {
    return switch (ServiceCall.of(place, slot, release)) {
      case ServiceCall.Refused(var reason) -> new ProcessSighting.Unknown(reason);
      case ServiceCall.Ready(var arguments, var words) ->
          SightingReader.process(session.ask(anyCall.of("process").with(arguments).words(words)));
    };
  }

  @Override
  public String log(Slot slot, Release release) {
    return switch (ServiceCall.of(place, slot, release)) {
      case ServiceCall.Refused _ -> "";
      case ServiceCall.Ready(var arguments, var words) ->
          SightingReader.log(session.ask(anyCall.of("log").with(arguments).words(words)));
    };
  }

  private Call named(Slot slot) {
    return anyCall.with("slot", slot.name());
  }

  private Act withService(Slot slot, Release release, Function<Call, Act> act) {
    return act(ServiceCall.of(place, slot, release), act);
  }

  private Act act(ServiceCall service, Function<Call, Act> act) {
    return switch (service) {
      case ServiceCall.Refused(var reason) -> new Act.Refused(reason);
      case ServiceCall.Ready(var arguments, var words) ->
          act.apply(anyCall.with(arguments).words(words));
    };
  }
}
