package dev.slipway.agent.source;

import dev.slipway.agent.ssh.Dialed;
import dev.slipway.agent.ssh.Execution;
import dev.slipway.agent.ssh.Ssh;
import dev.slipway.agent.ssh.SshConnection;
import dev.slipway.agent.ssh.SshEndpoint;
import dev.slipway.agent.ssh.SshLimits;
import dev.slipway.agent.ssh.SshProcess;
import dev.slipway.agent.ssh.SshTrust;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Duration;
import java.util.Map;
import org.eclipse.jgit.errors.TransportException;
import org.eclipse.jgit.transport.CredentialsProvider;
import org.eclipse.jgit.transport.RemoteSession2;
import org.eclipse.jgit.transport.SshSessionFactory;
import org.eclipse.jgit.transport.URIish;
import org.eclipse.jgit.util.FS;
import org.jspecify.annotations.Nullable;

/** Gives Git the same SSH as the hosts have: one policy for keys, and no program is started. */
final class SshSessions extends SshSessionFactory {
  private static final String DEFAULT_USER = "git";

  private final RemoteSpec spec;
  private final Duration deadline;

  /** Makes sessions in which no command runs longer than the deadline. */
  SshSessions(RemoteSpec spec, Duration deadline) {
    this.spec = spec;
    this.deadline = deadline;
  }

  @Override
  public RemoteSession2 getSession(
      URIish uri, @Nullable CredentialsProvider credentials, FS files, int timeoutMs)
      throws TransportException {
    return switch (new Ssh(trust(), limits()).dial(server(uri))) {
      case Dialed.Connected(var connection) -> new Session(connection, deadline);
      case Dialed.Failed(var _, var reason) -> throw new TransportException(reason);
    };
  }

  @Override
  public String getType() {
    return "sshj";
  }

  private SshTrust trust() throws TransportException {
    if (spec.privateKey().isEmpty() || spec.knownHosts().isEmpty()) {
      throw new TransportException(
          "ssh needs a private key and a known_hosts file; name them for this repository");
    }
    return SshTrust.of(spec.privateKey().get(), spec.knownHosts().get());
  }

  // Half of the exchange, so that what SSH has to say about a failure comes before the deadline.
  private SshLimits limits() {
    var most = Duration.ofSeconds(spec.limits().timeoutSeconds()).dividedBy(2);
    var dial = SshLimits.DEFAULT.dial();
    return SshLimits.DEFAULT.withDial(dial.compareTo(most) < 0 ? dial : most);
  }

  private static SshEndpoint server(URIish uri) throws TransportException {
    var user = uri.getUser() == null ? DEFAULT_USER : uri.getUser();
    int port = uri.getPort() > 0 ? uri.getPort() : SshEndpoint.DEFAULT_PORT;
    try {
      return SshEndpoint.of(user, uri.getHost().replaceAll("[\\[\\]]", ""), port);
    } catch (IllegalArgumentException e) {
      throw new TransportException(e.getMessage(), e);
    }
  }

  private record Session(SshConnection connection, Duration deadline) implements RemoteSession2 {
    @Override
    public Process exec(String command, int timeoutSeconds) throws IOException {
      return exec(command, Map.of(), timeoutSeconds);
    }

    // A server may refuse GIT_PROTOCOL, and then speaks the older protocol.
    @Override
    public Process exec(String command, Map<String, String> environment, int timeoutSeconds)
        throws IOException {
      return switch (connection.exec(command, environment, deadline)) {
        case Execution.Begun(var process) -> new Running(process);
        case Execution.NotBegun(var reason) -> throw new TransportException(reason);
        case Execution.Lost(var reason) -> throw new TransportException(reason);
      };
    }

    @Override
    public void disconnect() {
      connection.close();
    }
  }

  /** A remote command as JGit wants to see it. */
  private static final class Running extends Process {
    private static final int UNKNOWN_STATUS = 255;

    private final SshProcess process;

    Running(SshProcess process) {
      this.process = process;
    }

    @Override
    public OutputStream getOutputStream() {
      return process.input();
    }

    @Override
    public InputStream getInputStream() {
      return process.output();
    }

    @Override
    public InputStream getErrorStream() {
      return process.errors();
    }

    @Override
    public int waitFor() {
      return exitValue();
    }

    @Override
    public int exitValue() {
      return switch (process.await()) {
        case SshProcess.End.Exited(var status) -> status;
        case SshProcess.End.Signalled _, SshProcess.End.TimedOut _, SshProcess.End.Lost _ ->
            UNKNOWN_STATUS;
      };
    }

    @Override
    public void destroy() {
      process.close();
    }
  }
}
