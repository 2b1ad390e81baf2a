package dev.slipway.agent.ssh;

import dev.slipway.agent.ssh.Dialed.Cause;
import dev.slipway.agent.ssh.Dialed.Failed;
import dev.slipway.agent.ssh.trust.KeyFile;
import dev.slipway.agent.ssh.trust.KnownHosts;
import dev.slipway.agent.ssh.trust.PinnedKeys;
import dev.slipway.agent.ssh.trust.SetupException;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import javax.net.SocketFactory;
import net.schmizz.keepalive.KeepAliveRunner;
import net.schmizz.sshj.SSHClient;
import net.schmizz.sshj.common.DisconnectReason;
import net.schmizz.sshj.common.SSHRuntimeException;
import net.schmizz.sshj.connection.channel.direct.DirectConnection;
import net.schmizz.sshj.transport.TransportException;
import net.schmizz.sshj.userauth.UserAuthException;
import net.schmizz.sshj.userauth.keyprovider.KeyProvider;
import net.schmizz.sshj.userauth.method.AuthMethod;
import net.schmizz.sshj.userauth.method.AuthPublickey;

/**
 * One attempt to connect and log in.
 *
 * <p>It runs in a thread of its own under the eyes of the caller, who closes the socket when the
 * time is up: the library has deadlines for some phases only, and none that a server which drips
 * single bytes could not stretch for ever.
 */
final class Dialling {
  private static final int MISSED_ANSWERS_MAX = 3;

  private final SshTrust trust;
  private final SshLimits limits;
  private final SshEndpoint server;
  private final List<Closeable> opened = new ArrayList<>();
  private volatile String phase = "be found";
  private boolean givenUp;

  Dialling(SshTrust trust, SshLimits limits, SshEndpoint server) {
    this.trust = trust;
    this.limits = limits;
    this.server = server;
  }

  Dialed run() {
    var result =
        CompletableFuture.supplyAsync(
            this::attempt, attempt -> Thread.ofVirtual().name("dial " + server).start(attempt));
    try {
      return result.get(limits.dial().toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      giveUp();
      return unreachable("it did not %s within %s".formatted(phase, limits.dial()));
    } catch (InterruptedException e) {
      giveUp();
      Thread.currentThread().interrupt();
      return unreachable("interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException("dialling " + server + " broke", e);
    }
  }

  private Dialed attempt() {
    try {
      var keys = new KeyFile(trust.privateKey(), trust.passphrase()).load();
      var verifier =
          new PinnedKeys(
              KnownHosts.read(trust.knownHosts()),
              new KnownHosts.Server(server.host(), server.port()));
      return connect(keys, verifier);
    } catch (SetupException e) {
      return new Failed(Cause.SETUP, e.reason());
    }
  }

  private Dialed connect(List<KeyProvider> keys, PinnedKeys verifier) {
    try {
      var client = new SSHClient(new Algorithms());
      keep(client);
      client.addHostKeyVerifier(verifier);
      client.getTransport().setTimeoutMs(Math.toIntExact(limits.dial().toMillis()));
      client.getConnection().setTimeoutMs(Math.toIntExact(limits.answer().toMillis()));
      var keepAlive = (KeepAliveRunner) client.getConnection().getKeepAlive();
      keepAlive.setKeepAliveInterval(Math.toIntExact(limits.keepAlive().toSeconds()));
      keepAlive.setMaxAliveCount(MISSED_ANSWERS_MAX);
      var way = enter(client, keys);
      return new Dialed.Connected(new SshjConnection(server, client, way, limits));
    } catch (JumpException e) {
      giveUp();
      return new Failed(e.failed.cause(), e.failed.reason());
    } catch (UserAuthException e) {
      giveUp();
      return refusedLogin(keys, e);
    } catch (IOException | SSHRuntimeException e) {
      giveUp();
      return failed(verifier, e);
    }
  }

  private Closeable enter(SSHClient client, List<KeyProvider> keys) throws IOException {
    try {
      var way = server.jump().isPresent() ? jump(client, server.jump().get()) : direct(client);
      logIn(client, keys);
      return way;
    } catch (IllegalStateException e) {
      throw gone(client, e);
    }
  }

  /**
   * Returns why a connection is gone of which sshj says no more than that it is not connected: its
   * server died, we gave it up, or the thread that reads from it has met the reason first.
   */
  private static IOException gone(SSHClient client, IllegalStateException notConnected) {
    try {
      client.getTransport().join(1, TimeUnit.MILLISECONDS);
    } catch (TransportException why) {
      if (!(why.getCause() instanceof TimeoutException)) {
        return why;
      }
    }
    return new IOException("the connection was lost before the login", notConnected);
  }

  private Closeable direct(SSHClient client) throws IOException {
    var socket = socket();
    phase = "answer as an SSH server";
    client.setSocketFactory(new Connected(socket));
    client.connect(server.host(), server.port());
    return socket;
  }

  private Socket socket() throws IOException {
    var addresses = InetAddress.getAllByName(server.host());
    phase = "accept a connection";
    IOException last = new IOException("it has no address");
    for (var address : addresses) {
      var socket = new Socket();
      keep(socket);
      try {
        socket.setTcpNoDelay(true);
        socket.connect(
            new InetSocketAddress(address, server.port()),
            Math.toIntExact(limits.dial().toMillis()) / addresses.length);
        return socket;
      } catch (IOException e) {
        socket.close();
        last = e;
      }
    }
    throw last;
  }

  private Closeable jump(SSHClient client, SshEndpoint over) throws IOException {
    phase = "be reached through " + over;
    var bastion =
        switch (new Dialling(trust, limits, over).run()) {
          case Dialed.Connected(SshjConnection connection) -> connection;
          case Dialed.Connected(var other) ->
              throw new AssertionError(other + " is not of our making");
          case Failed failed -> throw new JumpException(failed);
        };
    keep(bastion::close);
    DirectConnection channel = bastion.open(server.host(), server.port());
    phase = "answer as an SSH server";
    client.connectVia(channel);
    return bastion::close;
  }

  private void logIn(SSHClient client, List<KeyProvider> keys) throws IOException {
    phase = "decide about the login";
    var methods = new ArrayList<AuthMethod>();
    keys.forEach(key -> methods.add(new AuthPublickey(key)));
    client.auth(server.user(), methods);
  }

  private Failed refusedLogin(List<KeyProvider> keys, UserAuthException failure) {
    if (failure.getCause() instanceof TransportException lost) {
      // A server that says goodbye has decided; one that vanishes has not.
      boolean isSaid = lost.getDisconnectReason() != DisconnectReason.UNKNOWN;
      return new Failed(
          isSaid ? Cause.LOGIN : Cause.UNREACHABLE,
          "%s ended the connection during the login: %s".formatted(server, lost.getMessage()));
    }
    var tried = keys.stream().map(KeyFile::describe).collect(Collectors.joining("; "));
    var remedy =
        keys.size() > 1
            ? "check accounts, time and authority of the certificate"
            : "add its public key to the account's authorized_keys";
    return new Failed(
        Cause.LOGIN,
        "%s does not let us in with %s (%s); %s"
            .formatted(server, trust.privateKey(), tried, remedy));
  }

  private Dialed failed(PinnedKeys verifier, Exception failure) {
    Optional<String> refusal = verifier.refusal();
    if (refusal.isPresent()) {
      return new Failed(Cause.HOST_KEY, refusal.get());
    }
    var text =
        failure instanceof IOException io
            ? Failures.inWords(io)
            : String.valueOf(failure.getMessage());
    if (failure instanceof TransportException transport
        && transport.getDisconnectReason() == DisconnectReason.KEY_EXCHANGE_FAILED
        && text.contains("certificate")) {
      return new Failed(Cause.HOST_KEY, "%s is refused: %s".formatted(server, text));
    }
    return unreachable(text);
  }

  private Failed unreachable(String why) {
    return new Failed(Cause.UNREACHABLE, "%s cannot be reached: %s".formatted(server, why));
  }

  private void keep(Closeable closeable) throws IOException {
    boolean late;
    synchronized (opened) {
      late = givenUp;
      opened.addFirst(closeable);
    }
    if (late) {
      closeable.close();
      throw new IOException("given up");
    }
  }

  /** Sockets come first in the list, because closing the client may wait for them. */
  private void giveUp() {
    List<Closeable> all;
    synchronized (opened) {
      givenUp = true;
      all = List.copyOf(opened);
    }
    all.forEach(Quietly::close);
  }

  /** Hands the library the socket that we connected, and can close, ourselves. */
  private static final class Connected extends SocketFactory {
    private final Socket socket;

    Connected(Socket socket) {
      this.socket = socket;
    }

    @Override
    public Socket createSocket() {
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port) {
      return socket;
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) {
      return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port) {
      return socket;
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) {
      return socket;
    }
  }

  /** The jump host could not be entered. */
  private static final class JumpException extends IOException {
    private static final long serialVersionUID = 1L;
    private final transient Failed failed;

    JumpException(Failed failed) {
      super(failed.reason());
      this.failed = failed;
    }
  }
}
