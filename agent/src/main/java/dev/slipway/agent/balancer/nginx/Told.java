package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.machine.Line;
import dev.slipway.agent.balancer.nginx.Upstream.Member;
import dev.slipway.strategies.traffic.FlatTraffic.FlatMember;
import dev.slipway.strategies.traffic.MemberState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What one worker tells of the configuration that it was started with.
 *
 * @param host the name under which it answers
 * @param digest of the {@link Section} that it was loaded with
 * @param worker its process
 */
record Told(String host, Upstream upstream, String digest, int worker) {
  /** A worker that is told to end while we connect closes the connection without a word. */
  private static final int TRIES = 3;

  private static final Pattern HEAD =
      Pattern.compile("(slipway-[0-9a-f]{16}) (\\S{1,255}) ([0-9a-f]{16}) ([0-9]{1,9})");
  private static final Pattern MEMBER =
      Pattern.compile("(\\S{1,255}) (\\S{1,255}) ([0-9]{1,5}) (SERVING|DRAINING|OUT) ([0-9]{1,4})");

  /**
   * Asks whichever worker answers.
   *
   * @param host under which name the upstream is asked for
   * @return empty if something answers that does not know the upstream
   * @throws IOException if nothing answers, or not in the form that we know
   */
  static Optional<Told> ask(Line line, String host) throws IOException {
    String reply = heard(line, host);
    int body = reply.indexOf("\r\n\r\n");
    if (body < 0 || !reply.matches("(?s)HTTP/1\\.[01] .*")) {
      throw new IOException("what answers there is no nginx");
    }
    return reply.matches("(?s)HTTP/1\\.[01] 200 .*")
        ? read(reply.substring(body + 4)).filter(told -> told.host().equals(host))
        : Optional.empty();
  }

  private static String heard(Line line, String host) throws IOException {
    String request = "GET / HTTP/1.0\r\nHost: %s\r\n\r".formatted(host);
    String reply = "";
    for (int tries = 0; tries < TRIES && reply.isEmpty(); tries++) {
      reply = line.ask(request);
    }
    return reply;
  }

  /** Reads what is told; empty if this is something else. */
  static Optional<Told> read(String body) throws IOException {
    var lines = body.lines().toList();
    var head = HEAD.matcher(lines.isEmpty() ? "" : lines.getFirst());
    if (!head.matches()) {
      return Optional.empty();
    }
    var members = new ArrayList<Member>();
    var steering = new ArrayList<String>();
    for (String line : lines.subList(1, lines.size())) {
      if (line.startsWith(SteeringLines.SIGN)) {
        steering.add(line);
      } else {
        members.add(member(line));
      }
    }
    var upstream = new Upstream(head.group(2), members);
    return Optional.of(
        new Told(
            head.group(1),
            steering.isEmpty()
                ? upstream
                : upstream.with(Optional.of(SteeringLines.read(steering))),
            head.group(3),
            Integer.parseInt(head.group(4))));
  }

  private static Member member(String line) throws IOException {
    var found = MEMBER.matcher(line);
    if (!found.matches()) {
      throw new IOException("nginx tells '%s', which is no member".formatted(Hand.shown(line)));
    }
    var state = MemberState.valueOf(found.group(4));
    int weight = Integer.parseInt(found.group(5));
    if (weight > 0 && state != MemberState.SERVING) {
      throw new IOException("nginx tells '%s', which cannot be".formatted(Hand.shown(line)));
    }
    return new Member(
        found.group(1),
        found.group(2),
        Integer.parseInt(found.group(3)),
        new FlatMember(weight, state));
  }
}
