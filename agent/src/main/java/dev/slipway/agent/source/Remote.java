package dev.slipway.agent.source;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Pattern;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.lib.NullProgressMonitor;
import org.eclipse.jgit.lib.ObjectId;
import org.eclipse.jgit.lib.Repository;
import org.eclipse.jgit.transport.RefSpec;
import org.eclipse.jgit.transport.RemoteRefUpdate;
import org.eclipse.jgit.transport.SshTransport;
import org.eclipse.jgit.transport.TagOpt;
import org.eclipse.jgit.transport.Transport;
import org.eclipse.jgit.transport.TransportHttp;
import org.eclipse.jgit.transport.URIish;

/** The server's side of a repository. Every exchange has a deadline and shows who we are anew. */
final class Remote {
  // A first fetch moves everything there is; listing and pushing move next to nothing.
  private static final int FETCH_DEADLINE_FACTOR = 20;
  private static final Duration CANCEL_DEADLINE = Duration.ofSeconds(5);
  private static final String NO_ATOMIC_PUSH = "atomic push not supported";

  private final RemoteSpec spec;
  private final RemoteUrl url;
  private boolean atomic = true;

  Remote(RemoteSpec spec) {
    this.spec = spec;
    this.url = new RemoteUrl(spec.url());
  }

  /** Returns the refs that begin with one of these; a server may be asked for no others. */
  Map<String, ObjectId> list(Repository clone, Collection<String> prefixes) throws IOException {
    return exchange("list", deadline(1), () -> listNow(clone, prefixes));
  }

  /** Brings what a server has of these refs. */
  void fetch(Repository clone, Collection<RefSpec> specs) throws IOException {
    exchange("fetch", deadline(FETCH_DEADLINE_FACTOR), () -> fetchNow(clone, specs));
  }

  /**
   * Offers updates, all or none where the server can; returns why they were refused, or nothing.
   */
  Optional<Refusal> push(Repository clone, Collection<Push> pushes) throws IOException {
    try {
      return exchange("push", deadline(1), () -> pushNow(clone, pushes));
    } catch (TransportException e) {
      if (!atomic
          || !String.valueOf(e.getMessage()).toLowerCase(Locale.ROOT).contains(NO_ATOMIC_PUSH)) {
        throw e;
      }
      atomic = false;
      return exchange("push", deadline(1), () -> pushNow(clone, pushes));
    }
  }

  /** Says in one line why an exchange failed, without anything secret. */
  String reason(IOException failure) {
    var text = isTimeout(failure) ? timeout() : withoutAddress(FailureText.of(failure));
    // Cut last: of a secret that is cut, its beginning would stay.
    return FailureText.line(scrub("%s (%s): %s".formatted(spec.name(), url, text)));
  }

  /** One ref to move, if it still is where we saw it last. */
  record Push(String ref, String tracking, Optional<ObjectId> from, ObjectId to) {}

  /**
   * A push that was refused.
   *
   * @param fact which ref, and the one word or two that the protocol has for it
   * @param said what a hook has printed; a hook may print another text each time
   */
  record Refusal(String fact, String said) {
    @Override
    public String toString() {
      return said.isEmpty() ? fact : "%s; the server says: %s".formatted(fact, said);
    }
  }

  private Map<String, ObjectId> listNow(Repository clone, Collection<String> prefixes)
      throws IOException {
    var refs = new HashMap<String, ObjectId>();
    try (var transport = open(clone);
        var connection = transport.openFetch(List.of(), prefixes.toArray(String[]::new))) {
      for (var ref : connection.getRefs()) {
        if (prefixes.stream().anyMatch(ref.getName()::startsWith) && ref.getObjectId() != null) {
          refs.put(ref.getName(), ref.getObjectId());
        }
      }
    }
    return refs;
  }

  private boolean fetchNow(Repository clone, Collection<RefSpec> specs) throws IOException {
    try (var transport = open(clone)) {
      transport.setTagOpt(TagOpt.NO_TAGS);
      transport.setCheckFetchedObjects(true);
      transport.fetch(NullProgressMonitor.INSTANCE, specs);
      return true;
    }
  }

  private Optional<Refusal> pushNow(Repository clone, Collection<Push> pushes) throws IOException {
    var updates = new ArrayList<RemoteRefUpdate>();
    for (var push : pushes) {
      var from = push.from().orElse(ObjectId.zeroId());
      updates.add(
          new RemoteRefUpdate(clone, null, push.to(), push.ref(), false, push.tracking(), from));
    }
    try (var transport = open(clone)) {
      transport.setPushAtomic(atomic && updates.size() > 1);
      var said = transport.push(NullProgressMonitor.INSTANCE, updates).getMessages();
      return updates.stream().flatMap(update -> refusal(update, said).stream()).findFirst();
    }
  }

  private Optional<Refusal> refusal(RemoteRefUpdate update, String said) {
    var status = update.getStatus();
    if (status == RemoteRefUpdate.Status.OK || status == RemoteRefUpdate.Status.UP_TO_DATE) {
      return Optional.empty();
    }
    var message = update.getMessage();
    var why = message == null ? status.name().toLowerCase(Locale.ROOT) : message;
    var fact = "%s: %s".formatted(update.getRemoteName(), why);
    return Optional.of(new Refusal(FailureText.line(scrub(fact)), FailureText.line(scrub(said))));
  }

  private Transport open(Repository clone) throws IOException {
    if (url.kind() == RemoteUrl.Kind.FILE) {
      new LocalDirectory(Path.of(url.text().replaceFirst("^file://", ""))).require();
    }
    var transport = Transport.open(clone, address());
    transport.setTimeout(spec.limits().timeoutSeconds());
    if (transport instanceof TransportHttp http) {
      http.setHttpConnectionFactory(new HttpConnections());
      http.setAdditionalHeaders(Credentials.read(spec.token()).headers(address().getHost()));
    }
    if (transport instanceof SshTransport ssh) {
      ssh.setSshSessionFactory(new SshSessions(spec, deadline(FETCH_DEADLINE_FACTOR)));
    }
    return transport;
  }

  private URIish address() throws IOException {
    try {
      return new URIish(url.text());
    } catch (URISyntaxException e) {
      throw new IOException("it is not an address", e);
    }
  }

  private Duration deadline(int factor) {
    return Duration.ofSeconds(spec.limits().timeoutSeconds()).multipliedBy(factor);
  }

  /**
   * A read has a time-out of its own, but a server that sends one byte a second never meets it. An
   * interrupt closes the sockets of a virtual thread.
   */
  private <T> T exchange(String what, Duration deadline, Callable<T> exchange) throws IOException {
    var task = new FutureTask<>(exchange);
    var thread = Thread.ofVirtual().name("git %s %s".formatted(what, spec.name())).start(task);
    try {
      return task.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw rethrown(e);
    } catch (TimeoutException e) {
      cancel(thread);
      throw new InterruptedIOException(what);
    } catch (InterruptedException e) {
      cancel(thread);
      Thread.currentThread().interrupt();
      throw new IOException("the agent is shutting down", e);
    }
  }

  private static IOException rethrown(ExecutionException failure) {
    return switch (failure.getCause()) {
      case IOException e -> e;
      case RuntimeException e -> throw e;
      case Error e -> throw e;
      case null, default -> throw new IllegalStateException(failure);
    };
  }

  private static void cancel(Thread thread) {
    thread.interrupt();
    try {
      thread.join(CANCEL_DEADLINE);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private String timeout() {
    return "no answer, or no end of it, within %d s".formatted(spec.limits().timeoutSeconds());
  }

  private static boolean isTimeout(Throwable failure) {
    for (var cause = failure; cause != null; cause = cause.getCause()) {
      if (cause instanceof InterruptedIOException) {
        return true;
      }
    }
    return false;
  }

  private String withoutAddress(String text) {
    return text.startsWith(url.text() + ": ") ? text.substring(url.text().length() + 2) : text;
  }

  private String scrub(String text) {
    try {
      return Credentials.read(spec.token()).scrub(text);
    } catch (IOException e) {
      // What cannot be read was not sent either.
      return text;
    }
  }

  /** A repository on the agent's own machine, looked at before Git is asked to read it. */
  private record LocalDirectory(Path path) {
    private static final Pattern SHA256 =
        Pattern.compile(
            "^\\s*objectformat\\s*=\\s*sha256\\s*$", Pattern.MULTILINE | Pattern.CASE_INSENSITIVE);

    /**
     * Says what nobody would guess from what JGit says: it takes a plain file for a bundle, a
     * missing one for a mistake in ours, and waits for ever for what a shallow repository does not
     * have.
     */
    void require() throws IOException {
      if (!Files.isDirectory(path)) {
        throw new IOException("there is no directory of this name");
      }
      var inside = path.resolve(".git");
      var repository = Files.isDirectory(inside) ? inside : path;
      var config = repository.resolve("config");
      if (Files.isReadable(config) && SHA256.matcher(Files.readString(config)).find()) {
        throw new IOException(
            "its objects are named by SHA-256, which cannot be followed; make it with git init"
                + " --object-format=sha1");
      }
      if (Files.exists(repository.resolve("shallow"))) {
        throw new IOException("it is shallow, and has no whole history; run git fetch --unshallow");
      }
    }
  }

  /**
   * What failed, in one line that can be shown: neither a server nor a library chooses its form.
   */
  private static final class FailureText {
    private static final int LENGTH_MAX = 500;
    private static final String HIDDEN = "[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]+";

    /** What libraries say, and what people can do about it. */
    private static final Map<String, String> HINTS =
        Map.of(
            "Short read of block",
            "the server broke its answer off, as it does where objects are named by SHA-256, which"
                + " cannot be followed",
            "peer did not supply a complete object graph",
            "the repository there is shallow, or damaged: run git fetch --unshallow, then git fsck",
            "Unsupported or unrecognized SSL message",
            "the server does not speak https at this address");

    private FailureText() {}

    /** Returns what happened and what caused it. */
    static String of(Throwable failure) {
      var top = String.valueOf(failure.getMessage());
      var root = failure;
      while (root.getCause() != null) {
        root = root.getCause();
      }
      var deepest = root.getMessage() == null ? root.getClass().getSimpleName() : root.getMessage();
      return hinted(top.contains(deepest) ? top : top + ": " + deepest);
    }

    /** Returns a text on one line, short, and without characters that steer a terminal. */
    static String line(String text) {
      var clean = text.replaceAll(HIDDEN, " ").strip();
      return clean.substring(0, Math.min(clean.length(), LENGTH_MAX));
    }

    private static String hinted(String text) {
      return HINTS.entrySet().stream()
          .filter(hint -> text.contains(hint.getKey()))
          .map(hint -> text + "; " + hint.getValue())
          .findFirst()
          .orElse(text);
    }
  }
}
