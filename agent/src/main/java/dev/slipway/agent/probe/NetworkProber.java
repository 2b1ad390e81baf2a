package dev.slipway.agent.probe;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;

/** Asks by HTTP, by TCP or by a command, from the host itself or from here. */
final class NetworkProber implements Prober {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int DETAIL_MAX = 200;

  private final HttpQuestion http = new HttpQuestion();

  @Override
  public Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables) {
    return switch (health) {
      case Health.Http question -> over(machine, host, slot, question);
      case Health.Tcp question -> over(machine, host, slot, question);
      case Health.Exec question -> exec(question, machine, variables);
      case Health.Running _ -> new Checked.Good("its service is watched by the service manager");
    };
  }

  private Checked over(Machine machine, Host host, Slot slot, Health health) {
    if (slot.port().isEmpty()) {
      return new Checked.Unknown("slot '%s' has no port to ask".formatted(slot.name()));
    }
    Checked answer = new Checked.Unknown("no address was asked");
    for (String address : addresses(host, health)) {
      answer = at(machine, host, new InetSocketAddress(address, slot.port().getAsInt()), health);
      if (answer instanceof Checked.Good) {
        return answer;
      }
    }
    return answer;
  }

  /** On its own host an application may listen on loopback, on the host's address, or on both. */
  private static List<String> addresses(Host host, Health health) {
    boolean tunnelled = host.reach() == Reach.SSH && from(health) == Health.From.HOST;
    return tunnelled && !host.address().equals(LOOPBACK)
        ? List.of(LOOPBACK, host.address())
        : List.of(host.address());
  }

  private static Health.From from(Health health) {
    return switch (health) {
      case Health.Http question -> question.from();
      case Health.Tcp question -> question.from();
      case Health.Exec _, Health.Running _ -> Health.From.HOST;
    };
  }

  private Checked at(Machine machine, Host host, InetSocketAddress target, Health health) {
    return switch (from(health)) {
      case AGENT -> ask(health, host, target, target);
      case HOST -> {
        try (Machine.Tunnel tunnel = machine.tunnel(target)) {
          yield ask(health, host, tunnel.address(), target);
        } catch (IOException e) {
          yield new Checked.Unknown("%s cannot be asked: %s".formatted(host, text(e)));
        }
      }
    };
  }

  private Checked ask(Health health, Host host, InetSocketAddress way, InetSocketAddress target) {
    return switch (health) {
      case Health.Http question -> http.ask(question, way, target);
      case Health.Tcp question -> TcpQuestion.ask(question, way, target);
      case Health.Exec _, Health.Running _ ->
          throw new IllegalArgumentException("%s is not asked over a port".formatted(host));
    };
  }

  private static Checked exec(
      Health.Exec question, Machine machine, Map<String, String> variables) {
    List<String> words =
        question.command().stream().map(word -> new Template(word).fill(variables)).toList();
    return switch (machine.run(new Command(words), question.timing().timeout())) {
      case Reply.Exited(var status, var output, var errors, var _) ->
          status == 0
              ? new Checked.Good("%s exits 0".formatted(words.getFirst()))
              : new Checked.Bad(
                  "%s exits %d: %s"
                      .formatted(
                          words.getFirst(), status, tail(errors.isBlank() ? output : errors)));
      case Reply.Signalled(var signal) ->
          new Checked.Bad("%s is ended by %s".formatted(words.getFirst(), signal));
      case Reply.TimedOut(var after) ->
          new Checked.Bad("%s did not end within %s".formatted(words.getFirst(), after));
      case Reply.Lost(var reason) -> new Checked.Unknown(reason);
      case Reply.Unreachable(var reason) -> new Checked.Unknown(reason);
      case Reply.IdentityRefused(var reason) -> new Checked.Unknown(reason);
    };
  }

  private static String tail(String output) {
    String text = output.strip().replaceAll("\\p{Cntrl}+", " ");
    return text.substring(Math.max(0, text.length() - DETAIL_MAX));
  }

  static String text(IOException e) {
    return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
  }
}
