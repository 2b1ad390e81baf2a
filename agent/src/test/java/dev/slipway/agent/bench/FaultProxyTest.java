package dev.slipway.agent.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.ConnectException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Goal: each fault is what its name says, also for connections that are open already. Method: a
 * server that sends back what it gets, behind the proxy.
 */
final class FaultProxyTest {
  private static final byte[] HELLO = {'h', 'e', 'l', 'l', 'o'};

  private final ServerSocket echo = new ServerSocket();
  private final FaultProxy proxy;
  private final Socket client;

  FaultProxyTest() throws IOException {
    echo.bind(Loopback.at("127.0.0.1", 0));
    proxy = FaultProxy.to(Loopback.at("127.0.0.1", echo.getLocalPort()));
    client = connect();
  }

  @BeforeEach
  void serve() {
    Thread.ofVirtual().start(this::acceptAll);
  }

  @AfterEach
  void closeAll() throws IOException {
    client.close();
    proxy.close();
    echo.close();
  }

  @Test
  void aHealthyNetworkChangesNothing() throws IOException {
    client.getOutputStream().write(HELLO);

    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);
    assertThat(proxy.connections()).isEqualTo(1);
    assertThat(proxy.bytesToServer()).isEqualTo(5);
    await().until(() -> proxy.bytesToClient() == 5);
    client.shutdownOutput();
    assertThat(client.getInputStream().read()).isEqualTo(-1);
  }

  @Test
  void aSilentNetworkDeliversAfterItHealed() throws IOException {
    proxy.silence();
    client.setSoTimeout(200);
    client.getOutputStream().write(HELLO);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);

    proxy.heal();

    client.setSoTimeout(10_000);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);
  }

  @Test
  void aSlowNetworkHoldsBytesBack() throws IOException {
    proxy.delay(Duration.ofHours(1));
    client.setSoTimeout(200);
    client.getOutputStream().write(HELLO);
    assertThatThrownBy(() -> client.getInputStream().read())
        .isInstanceOf(SocketTimeoutException.class);

    proxy.delay(Duration.ofMillis(1));

    client.setSoTimeout(10_000);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);
  }

  @Test
  void aDrippingNetworkLetsSingleBytesThrough() throws IOException {
    proxy.drip(1);
    client.getOutputStream().write(HELLO);

    assertThat(client.getInputStream().read(new byte[5])).isLessThan(5);
  }

  @Test
  void aConnectionIsCutAfterSoManyBytes() throws IOException {
    proxy.cutAfter(3);
    client.getOutputStream().write(HELLO);

    assertThatThrownBy(() -> client.getInputStream().readNBytes(5))
        .isInstanceOf(SocketException.class);
    assertThat(proxy.bytesToClient()).isEqualTo(3);
  }

  @Test
  void aRefusingNetworkKeepsOpenConnections() throws IOException {
    client.getOutputStream().write(HELLO);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);
    proxy.refuse();

    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    client.getOutputStream().write(HELLO);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);

    proxy.heal();
    try (var another = connect()) {
      another.getOutputStream().write(HELLO);
      assertThat(another.getInputStream().readNBytes(5)).isEqualTo(HELLO);
    }
  }

  @Test
  void resetConnectionsAreReset() throws IOException {
    client.getOutputStream().write(HELLO);
    assertThat(client.getInputStream().readNBytes(5)).isEqualTo(HELLO);

    proxy.resetConnections();

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
  }

  private Socket connect() throws IOException {
    return Loopback.connect("127.0.0.1", proxy.address().getPort());
  }

  private void acceptAll() {
    try {
      while (true) {
        var socket = echo.accept();
        Thread.ofVirtual().start(() -> sendBack(socket));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private static void sendBack(Socket socket) {
    try (socket) {
      socket.getInputStream().transferTo(socket.getOutputStream());
    } catch (IOException e) {
      // The client has gone, as some tests want.
    }
  }
}
