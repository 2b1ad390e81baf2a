package dev.slipway.agent.balancer.nginx;

import dev.slipway.agent.balancer.BalancerSpec;
import dev.slipway.agent.balancer.nginx.Upstream.Member;
import dev.slipway.agent.host.Epoch;
import dev.slipway.strategies.fleet.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One upstream's part of the file: the upstream, the {@link Ways} to it, and the server that tells
 * what was loaded.
 *
 * <p>What is told holds a digest of the whole part, so that what runs can be compared with what
 * lies there, also where the members are the same.
 */
record Section(String text) {
  /** The greatest weight that is written. */
  static final int SCALE = 256;

  /** A word of nginx's configuration has to fit into a buffer of 4,096 bytes. */
  private static final int CHUNK = 3_000;

  private static final int DIGITS = 16;
  private static final int ZONE_KIB = 256;
  private static final Pattern COMMENT = Pattern.compile("(?m)^#.*\\R");
  private static final Pattern TOLD =
      Pattern.compile("(return 200 \"\\S+ \\S+) ([0-9a-f]{%d}) ".formatted(DIGITS));

  /** Returns the part as Slipway writes it; an epoch is for people and changes nothing else. */
  static Section of(Upstream upstream, BalancerSpec.Nginx spec, Optional<Epoch> by) {
    var lines = new ArrayList<String>();
    lines.add("# Written by Slipway%s; the next change writes all of it anew.".formatted(by(by)));
    lines.add("upstream %s {".formatted(upstream.name()));
    // Without it each worker counts for itself, and small weights are never right.
    lines.add("  zone slipway_%s %dk;".formatted(upstream.name(), zone(upstream)));
    lines.add("  include %s;".formatted(options(spec, upstream)));
    upstream.members().forEach(member -> lines.add("  " + server(member, spec)));
    if (upstream.members().isEmpty()) {
      lines.add("  server 127.0.0.1:1 down;");
    }
    lines.add("}");
    lines.addAll(Ways.of(upstream, spec));
    lines.add("server {");
    lines.add("  listen %s;".formatted(spec.status()));
    lines.add("  server_name %s;".formatted(host(spec, upstream.name())));
    lines.add("  access_log off;");
    lines.add("  location / {");
    lines.add("    default_type text/plain;");
    lines.add("    set $slipway \"\";");
    told(upstream).forEach(lines::add);
    lines.add(
        "    return 200 \"%s %s - $pid\\n$slipway\";"
            .formatted(host(spec, upstream.name()), upstream.name()));
    lines.add("  }");
    lines.add("}");
    String blank = String.join("\n", lines) + "\n";
    String digest = digest(blank);
    return new Section(blank.replace(" - $pid", " " + digest + " $pid"));
  }

  private static String by(Optional<Epoch> by) {
    return by.map(epoch -> " for epoch %s %d".formatted(epoch.store(), epoch.counter())).orElse("");
  }

  static int zone(Upstream upstream) {
    return ZONE_KIB + 2 * upstream.members().size();
  }

  /** The brackets make it a pattern, and a pattern that matches no file is no error. */
  private static String options(BalancerSpec.Nginx spec, Upstream upstream) {
    return "%s.%s.option[s]".formatted(spec.file(), upstream.name());
  }

  private static String server(Member member, BalancerSpec.Nginx spec) {
    return member.gets()
        ? "server %s weight=%d max_fails=%d;"
            .formatted(member.at(), member.wanted().weight(), spec.maxFails())
        : "server %s down;".formatted(member.at());
  }

  /** Returns lines that add up what is told, as few as fit into nginx's buffer. */
  private static List<String> told(Upstream upstream) {
    var chunks = new ArrayList<StringBuilder>();
    for (String told : lines(upstream)) {
      String line = told + "\\n";
      if (chunks.isEmpty() || chunks.getLast().length() + line.length() > CHUNK) {
        chunks.add(new StringBuilder());
      }
      chunks.getLast().append(line);
    }
    return chunks.stream().map("    set $slipway \"${slipway}%s\";"::formatted).toList();
  }

  private static List<String> lines(Upstream upstream) {
    var lines = new ArrayList<String>();
    for (Member member : upstream.members()) {
      lines.add(
          "%s %s %d %s %d"
              .formatted(
                  member.name(),
                  member.address(),
                  member.port(),
                  member.wanted().state(),
                  member.wanted().weight()));
    }
    upstream.steering().map(SteeringLines::of).ifPresent(lines::addAll);
    return lines;
  }

  /**
   * Returns the name by which one upstream of one file is asked for, and under which it answers:
   * who asks for one that is not there is answered by some other one.
   */
  static String host(BalancerSpec.Nginx spec, String upstream) {
    return "slipway-" + Digest.of(spec.file() + "\n" + upstream).hex().substring(0, DIGITS);
  }

  private static String digest(String blank) {
    return Digest.of(COMMENT.matcher(blank).replaceAll("")).hex().substring(0, DIGITS);
  }

  /** Returns the digest that it tells, empty if it tells none. */
  Optional<String> digest() {
    var told = TOLD.matcher(text);
    return told.find() ? Optional.of(told.group(2)) : Optional.empty();
  }

  private String blank() {
    return TOLD.matcher(text).replaceAll("$1 - ");
  }

  /** Returns whether it is as somebody's Slipway wrote it, to the last byte but for comments. */
  boolean isIntact() {
    return digest().filter(digest(blank())::equals).isPresent();
  }

  /** Returns whether both say the same, whatever digests and comments they hold. */
  boolean saysTheSameAs(Section other) {
    return digest(blank()).equals(digest(other.blank()));
  }

  /** Returns the lines, for people to add. */
  List<String> lines() {
    return text.lines().collect(Collectors.toUnmodifiableList());
  }
}
