package dev.slipway.agent.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A real OpenSSH server that plays one or many hosts, one for each loopback address.
 *
 * <p>All hosts share one port, the host keys and the account of whoever runs the tests. The user
 * keys {@link #userKey}, {@link #ecdsaUserKey} and {@link #certifiedUserKey} are let in.
 */
public final class SshdFixture implements AutoCloseable {
  // The limit is compiled into sshd; for more hosts several servers are started.
  private static final int ADDRESSES_PER_SERVER_MAX = 16;
  private static final Path SEPARATION_DIRECTORY = Path.of("/run/sshd");

  private final Path directory;
  private final Path sshd = Server.SSHD.require();
  private final SshKeys keys;
  private final List<String> addresses = new ArrayList<>();
  private final List<String> overrides = new ArrayList<>();
  private final List<Daemon> daemons = new ArrayList<>();
  private boolean certifiedHost;
  private int port;

  private SshdFixture(Path directory) {
    this.directory = directory;
    this.keys = new SshKeys(directory);
  }

  /** A server that keeps all its files in this directory, which is made when it is missing. */
  public static SshdFixture in(Path directory) {
    return new SshdFixture(createDirectories(directory));
  }

  /** Names the loopback addresses to listen on; 127.0.0.1 when none is named. */
  public SshdFixture listenOn(String... loopbackAddresses) {
    addresses.addAll(List.of(loopbackAddresses));
    return this;
  }

  /** Adds a line of {@code sshd_config}, which wins over the line that the fixture would write. */
  public SshdFixture with(String keyword, String value) {
    overrides.add(keyword + " " + value);
    return this;
  }

  /** Presents a certificate of {@link #hostAuthority} for the ed25519 host key. */
  public SshdFixture withHostCertificate() {
    certifiedHost = true;
    return this;
  }

  /** Starts the server; after {@link #stop} or {@link #kill} it comes back on the same port. */
  public SshdFixture start() {
    if (addresses.isEmpty()) {
      addresses.add("127.0.0.1");
    }
    if (port == 0) {
      port = Loopback.freePort(addresses);
      authorizeOwnKeys();
    }
    if (certifiedHost) {
      SshKeys.certifyHost(hostAuthority(), hostKey(), addresses);
    }
    if (isRoot()) {
      createDirectories(SEPARATION_DIRECTORY);
    }
    for (int first = 0; first < addresses.size(); first += ADDRESSES_PER_SERVER_MAX) {
      startServer(
          addresses.subList(first, Math.min(addresses.size(), first + ADDRESSES_PER_SERVER_MAX)));
    }
    return this;
  }

  public int port() {
    return port;
  }

  public List<String> addresses() {
    return List.copyOf(addresses);
  }

  /** The account that clients log in to. */
  public String user() {
    return System.getProperty("user.name");
  }

  public SshKeys keys() {
    return keys;
  }

  public Path userKey() {
    return keys.key("user_ed25519", "ed25519");
  }

  public Path ecdsaUserKey() {
    return keys.key("user_ecdsa", "ecdsa");
  }

  /** A key that is let in only for the certificate beside it. */
  public Path certifiedUserKey() {
    var key = keys.key("user_certified", "ed25519");
    if (!Files.exists(SshKeys.certificateFile(key))) {
      SshKeys.certifyUser(userAuthority(), key, List.of(user()), "-1h:+1d");
    }
    return key;
  }

  public Path userAuthority() {
    return keys.key("user_authority", "ed25519");
  }

  public Path hostAuthority() {
    return keys.key("host_authority", "ed25519");
  }

  public Path hostKey() {
    return keys.key("host_ed25519", "ed25519");
  }

  /** Lets another key in; options such as {@code command="…"} may stand before it. */
  public void authorize(String line) {
    write("authorized_keys", line + "\n", StandardOpenOption.APPEND);
  }

  /** Forgets every key in {@code authorized_keys}. */
  public void revokeAllKeys() {
    write("authorized_keys", "", StandardOpenOption.TRUNCATE_EXISTING);
  }

  /** Gives the host new keys, as a reinstalled machine has; takes effect at the next start. */
  public void replaceHostKeys() {
    hostKeys().forEach(SshdFixture::delete);
  }

  /** A {@code known_hosts} with both keys of every address. */
  public Path knownHosts() {
    return write("known_hosts", knownHostLines());
  }

  /** The same with the addresses hashed. */
  public Path hashedKnownHosts() {
    var file = write("known_hosts_hashed", knownHostLines());
    SshKeys.keygen("-H", "-f", file);
    return file;
  }

  /** A {@code known_hosts} that trusts nothing but certificates of {@link #hostAuthority}. */
  public Path authorityKnownHosts() {
    var hosts = addresses.stream().map(this::hostPattern).collect(Collectors.joining(","));
    var line = "@cert-authority %s %s%n".formatted(hosts, SshKeys.publicLine(hostAuthority()));
    return write("known_hosts_authority", line);
  }

  /** How these hosts stand in {@code known_hosts}. */
  public String hostPattern(String address) {
    return "[%s]:%d".formatted(address, port);
  }

  /** An {@code ssh} command line up to, but without, the destination. */
  public List<String> clientCommand(Path key, Path knownHosts) {
    return List.of(
        Server.SSH.require().toString(),
        "-F",
        "none",
        "-p",
        String.valueOf(port),
        "-i",
        key.toString(),
        "-o",
        "IdentitiesOnly=yes",
        "-o",
        "BatchMode=yes",
        "-o",
        "UserKnownHostsFile=" + knownHosts,
        "-o",
        "GlobalKnownHostsFile=none",
        "-o",
        "StrictHostKeyChecking=yes");
  }

  public String log() {
    return daemons.stream().map(Daemon::log).collect(Collectors.joining());
  }

  /** Hangs: connections are accepted by the kernel, and nobody ever answers. */
  public void pause() {
    daemons.forEach(Daemon::pause);
  }

  public void resume() {
    daemons.forEach(Daemon::resume);
  }

  /** Cuts every open connection and lets the commands that run in them go on. */
  public void cutConnections() {
    daemons.forEach(daemon -> daemon.killChildren(sshd::equals));
  }

  /** Ends the server as an orderly shutdown does; open connections survive, as with systemd. */
  public void stop() {
    daemons.forEach(Daemon::close);
    daemons.clear();
  }

  /** Ends the server, every connection and every command in them at once. */
  public void kill() {
    daemons.forEach(Daemon::kill);
    daemons.clear();
  }

  @Override
  public void close() {
    kill();
  }

  private void startServer(List<String> own) {
    var config = write("sshd_config_" + own.getFirst(), configuration(own));
    var log = directory.resolve("sshd_" + own.getFirst() + ".log");
    var command = List.of(sshd.toString(), "-D", "-e", "-f", config.toString());
    var daemon = Daemon.start(log, Map.of(), command);
    daemons.add(daemon);
    own.forEach(address -> daemon.awaitListening(Loopback.at(address, port)));
  }

  private String configuration(List<String> own) {
    var lines = new ArrayList<>(overrides);
    lines.add("Port " + port);
    own.forEach(address -> lines.add("ListenAddress " + address));
    hostKeys().forEach(key -> lines.add("HostKey " + key));
    if (certifiedHost) {
      lines.add("HostCertificate " + SshKeys.certificateFile(hostKey()));
    }
    lines.add(
        """
        PidFile none
        AuthorizedKeysFile %s
        TrustedUserCAKeys %s
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin yes
        StrictModes no
        UsePAM no
        UseDNS no
        PrintMotd no
        PrintLastLog no
        MaxStartups 2000
        MaxSessions 10
        LogLevel VERBOSE
        Subsystem sftp internal-sftp
        SetEnv HOME=%s
        """
            .formatted(
                directory.resolve("authorized_keys"), SshKeys.publicFile(userAuthority()), home()));
    return String.join("\n", lines);
  }

  /** A home of its own, for what the user's shell does at a login may take long, or wait. */
  private Path home() {
    return createDirectories(directory.resolve("home"));
  }

  private String knownHostLines() {
    var lines = new StringBuilder();
    for (var address : addresses) {
      for (var key : hostKeys()) {
        lines.append("%s %s%n".formatted(hostPattern(address), SshKeys.publicLine(key)));
      }
    }
    return lines.toString();
  }

  private List<Path> hostKeys() {
    return List.of(hostKey(), keys.key("host_ecdsa", "ecdsa"));
  }

  private void authorizeOwnKeys() {
    write(
        "authorized_keys",
        "%s%n%s%n".formatted(SshKeys.publicLine(userKey()), SshKeys.publicLine(ecdsaUserKey())));
  }

  private Path write(String name, String text) {
    return write(name, text, StandardOpenOption.TRUNCATE_EXISTING);
  }

  private Path write(String name, String text, StandardOpenOption option) {
    try {
      return Files.writeString(
          directory.resolve(name),
          text,
          StandardOpenOption.CREATE,
          StandardOpenOption.WRITE,
          option);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void delete(Path privateKey) {
    try {
      Files.deleteIfExists(privateKey);
      Files.deleteIfExists(SshKeys.publicFile(privateKey));
      Files.deleteIfExists(SshKeys.certificateFile(privateKey));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path createDirectories(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isRoot() {
    return user().equals("root");
  }
}
