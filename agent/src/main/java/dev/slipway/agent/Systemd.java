package dev.slipway.agent;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandleProxies;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells systemd that the process is ready and alive, as {@code sd_notify(3)} does.
 *
 * <p>The JDK has no datagrams over Unix sockets, so the C library is called. Without {@code
 * NOTIFY_SOCKET} nothing happens.
 */
final class Systemd {
  private static final Logger LOG = LoggerFactory.getLogger(Systemd.class);
  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int SOCK_CLOEXEC = 0x80000;
  private static final int PATH_MAX = 108;

  private Systemd() {}

  static void ready(String status) {
    send("READY=1\nSTATUS=" + status.replace('\n', ' '));
  }

  static void stopping() {
    send("STOPPING=1");
  }

  static void alive() {
    send("WATCHDOG=1");
  }

  /** Returns how often systemd wants to hear from this process; empty if it does not. */
  static Optional<Duration> watchdog() {
    return Optional.ofNullable(System.getenv("WATCHDOG_USEC"))
        .map(Long::parseLong)
        .map(micros -> Duration.ofNanos(micros * 1000 / 3));
  }

  private static void send(String message) {
    String path = System.getenv("NOTIFY_SOCKET");
    if (path != null && !path.isEmpty()) {
      long sent = send(path, message);
      if (sent < 0) {
        LOG.warn("systemd could not be told '{}' over {}", message, path);
      }
    }
  }

  /** Functions of the C library, public because proxies implement them. */
  public interface Open {
    int socket(int domain, int type, int protocol);
  }

  /** See {@code sendto(2)}. */
  public interface Send {
    long sendto(
        int socket, MemorySegment text, long length, int flags, MemorySegment to, int toLength);
  }

  /** See {@code close(2)}. */
  public interface Close {
    int close(int socket);
  }

  private static long send(String path, String message) {
    Open open = c(Open.class, "socket", JAVA_INT, JAVA_INT, JAVA_INT, JAVA_INT);
    Send send =
        c(
            Send.class,
            "sendto",
            JAVA_LONG,
            JAVA_INT,
            ADDRESS,
            JAVA_LONG,
            JAVA_INT,
            ADDRESS,
            JAVA_INT);
    Close close = c(Close.class, "close", JAVA_INT, JAVA_INT);
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment text = arena.allocateFrom(message, StandardCharsets.UTF_8);
      MemorySegment to = address(arena, path);
      int length = 2 + path.getBytes(StandardCharsets.UTF_8).length;
      int socket = open.socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
      try {
        return send.sendto(socket, text, text.byteSize() - 1, 0, to, length);
      } finally {
        close.close(socket);
      }
    }
  }

  /** A {@code sockaddr_un}; a leading @ stands for the abstract namespace. */
  private static MemorySegment address(Arena arena, String path) {
    byte[] name = path.getBytes(StandardCharsets.UTF_8);
    if (name.length >= PATH_MAX) {
      throw new IllegalArgumentException("NOTIFY_SOCKET '%s' is too long".formatted(path));
    }
    if (name[0] == '@') {
      name[0] = 0;
    }
    MemorySegment address = arena.allocate(2 + PATH_MAX);
    address.set(ValueLayout.JAVA_SHORT, 0, (short) AF_UNIX);
    MemorySegment.copy(name, 0, address, ValueLayout.JAVA_BYTE, 2, name.length);
    return address;
  }

  @SuppressWarnings("restricted") // calling C is what this class is for
  private static <T> T c(
      Class<T> type, String name, MemoryLayout result, MemoryLayout... arguments) {
    Linker linker = Linker.nativeLinker();
    MethodHandle function =
        linker.downcallHandle(
            linker.defaultLookup().find(name).orElseThrow(),
            FunctionDescriptor.of(result, arguments));
    return MethodHandleProxies.asInterfaceInstance(type, function);
  }
}
