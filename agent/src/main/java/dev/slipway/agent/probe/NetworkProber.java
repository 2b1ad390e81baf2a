package dev.slipway.agent.probe;

import dev.slipway.agent.host.Command;
import dev.slipway.agent.host.Machine;
import dev.slipway.agent.host.Reply;
import dev.slipway.strategies.fleet.Health;
import dev.slipway.strategies.fleet.Host;
import dev.slipway.strategies.fleet.Reach;
import dev.slipway.strategies.fleet.Slot;
import dev.slipway.strategies.fleet.Template;
import dev.slipway.strategies.fleet.trial.Inquiry;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import dev.slipway.strategies.fleet.trial.Warmup;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.BiFunction;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Predicate;

/** Asks by HTTP, by TCP or by a command, from the host itself or from here. */
final class NetworkProber implements Prober {
  private static final String LOOPBACK = "127.0.0.1";
  private static final int DETAIL_MAX = 200;

  /** How much of an answer a smoke test looks at. */
  private static final int BODY_MAX = 256 << 10;

  private final HttpQuestion http = new HttpQuestion();

  /**
   * What is asked at one address after the other until an answer settles it.
   *
   * @param ask asks by a way to a target
   * @param unknown says that nobody can be asked
   */
  private record Question<T>(
      BiFunction<InetSocketAddress, InetSocketAddress, T> ask,
      Predicate<T> settles,
      Function<String, T> unknown) {}

  @Override
  public Checked check(
      Health health, Machine machine, Host host, Slot slot, Map<String, String> variables) {
    return switch (health) {
      case Health.Http question ->
          over(
              new Addressee(machine, host, slot, question.from(), Map.of()),
              healthy((way, target) -> http(question, way, target)));
      case Health.Tcp question ->
          over(
              new Addressee(machine, host, slot, question.from(), Map.of()),
              healthy((way, target) -> TcpQuestion.ask(question, way, target)));
      case Health.Exec question -> exec(question, machine, variables);
      case Health.Running _ -> new Checked.Good("its service is watched by the service manager");
    };
  }

  private static Question<Checked> healthy(
      BiFunction<InetSocketAddress, InetSocketAddress, Checked> ask) {
    return new Question<>(ask, Checked.Good.class::isInstance, Checked.Unknown::new);
  }

  @Override
  public Checked smoke(SmokeTest test, Addressee to) {
    Answered answer =
        over(
            to,
            new Question<>(
                (way, target) -> http.ask(test.inquiry(), to.headers(), BODY_MAX, way, target),
                Answered.Got.class::isInstance,
                Answered.Unknown::new));
    return switch (answer) {
      case Answered.Got got -> Judgement.of(test, got);
      case Answered.Silent(var reason) -> new Checked.Bad(reason);
      case Answered.Unknown(var reason) -> new Checked.Unknown(reason);
    };
  }

  @Override
  public Warmed warm(Warmup warmup, Addressee to, BooleanSupplier isOver) {
    return over(
        to,
        new Question<>(
            (way, target) ->
                new WarmupRun(
                        warmup,
                        () -> http.ask(warmup.inquiry(), to.headers(), BODY_MAX, way, target),
                        isOver)
                    .all(),
            warmed -> warmed instanceof Warmed.Sent sent && sent.answered() > 0,
            Warmed.Unknown::new));
  }

  private static <T> T over(Addressee to, Question<T> question) {
    OptionalInt port = to.slot().port();
    if (port.isEmpty()) {
      return question.unknown.apply("slot '%s' has no port to ask".formatted(to.slot().name()));
    }
    T answer = question.unknown.apply("no address was asked");
    for (String address : addresses(to)) {
      answer = at(to, new InetSocketAddress(address, port.getAsInt()), question);
      if (question.settles.test(answer)) {
        return answer;
      }
    }
    return answer;
  }

  /** On its own host an application may listen on loopback, on the host's address, or on both. */
  private static List<String> addresses(Addressee to) {
    boolean tunnelled = to.host().reach() == Reach.SSH && to.from() == Health.From.HOST;
    String own = to.host().address();
    return tunnelled && !own.equals(LOOPBACK) ? List.of(LOOPBACK, own) : List.of(own);
  }

  private static <T> T at(Addressee to, InetSocketAddress target, Question<T> question) {
    return switch (to.from()) {
      case AGENT -> question.ask.apply(target, target);
      case HOST -> {
        try (Machine.Tunnel tunnel = to.machine().tunnel(target)) {
          yield question.ask.apply(tunnel.address(), target);
        } catch (IOException e) {
          yield question.unknown.apply("%s cannot be asked: %s".formatted(to.host(), text(e)));
        }
      }
    };
  }

  private Checked http(Health.Http question, InetSocketAddress way, InetSocketAddress target) {
    var inquiry =
        new Inquiry(
            Inquiry.Method.GET,
            question.path(),
            question.scheme(),
            question.host(),
            Map.of(),
            Optional.empty(),
            question.timing().timeout());
    return switch (http.ask(inquiry, Map.of(), 0, way, target)) {
      case Answered.Got(int status, _, _) when status == question.expectedStatus() ->
          new Checked.Good("%s answers %d".formatted(question.path(), status));
      case Answered.Got(int status, _, _) ->
          new Checked.Bad(
              "%s answers %d, expected %d"
                  .formatted(question.path(), status, question.expectedStatus()));
      case Answered.Silent(var reason) -> new Checked.Bad(reason);
      case Answered.Unknown(var reason) -> new Checked.Unknown(reason);
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
