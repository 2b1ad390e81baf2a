package dev.slipway.agent.secret;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a secret lets somebody in with: {@code user:password}, a bearer token, or lines of a netrc.
 *
 * <p>A text of one line is {@code Bearer <token>}, or {@code user:password}, or, without a colon, a
 * bare token. A text that begins with {@code machine} is a netrc, and lets in to the hosts that it
 * names and to no other; its {@code default} is for every host, which is why it is refused.
 */
public final class Login {
  private static final String BEARER = "Bearer ";

  private final List<Entry> entries;
  private final List<String> words;

  /** Who may get in, and with what. */
  private record Entry(Optional<String> host, String authorization) {}

  private Login(List<Entry> entries, List<String> words) {
    this.entries = List.copyOf(entries);
    this.words = List.copyOf(words);
  }

  /** What came of reading a login. */
  public sealed interface Parsed {
    /** It can be used. */
    record Usable(Login login) implements Parsed {}

    /** It is none; the reason repeats nothing of it. */
    record Unusable(String reason) implements Parsed {}
  }

  /** Reads what a secret lets in with. */
  public static Parsed of(Secret secret) {
    var text = secret.value();
    if (text.startsWith("machine") || text.startsWith("#") || text.startsWith("default")) {
      return netrc(text);
    }
    if (!isToken(token(text)) && !isPair(text)) {
      return new Parsed.Unusable(
          "it must hold one line, user:password or a bearer token, or lines of a netrc");
    }
    return new Parsed.Usable(line(text));
  }

  private static Login line(String text) {
    var token = token(text);
    if (isToken(token)) {
      return new Login(List.of(new Entry(Optional.empty(), BEARER + token)), List.of(text, token));
    }
    return new Login(
        List.of(new Entry(Optional.empty(), basic(text))),
        List.of(text, text.substring(text.indexOf(':') + 1)));
  }

  private static String token(String text) {
    return text.startsWith(BEARER) ? text.substring(BEARER.length()).strip() : bare(text);
  }

  private static String bare(String text) {
    return text.contains(":") ? "" : text;
  }

  /** A header that holds anything else would be refused by the client, or be two headers. */
  private static boolean isToken(String text) {
    return !text.isEmpty() && text.chars().allMatch(one -> one > ' ' && one <= '~');
  }

  private static boolean isPair(String text) {
    return !text.startsWith(BEARER)
        && text.contains(":")
        && text.chars().noneMatch(Character::isISOControl);
  }

  private static String basic(String pair) {
    return "Basic " + Secret.encoded(pair);
  }

  private static Parsed netrc(String text) {
    var tokens =
        text.lines()
            .filter(line -> !line.stripLeading().startsWith("#"))
            .flatMap(line -> Stream.of(line.strip().split("\\s+", -1)))
            .filter(token -> !token.isEmpty())
            .toList();
    var reading = new Netrc();
    for (int at = 0; at < tokens.size(); at += 2) {
      var value =
          at + 1 < tokens.size() ? Optional.of(tokens.get(at + 1)) : Optional.<String>empty();
      if (value.isEmpty() || !reading.take(tokens.get(at), value.get())) {
        return new Parsed.Unusable(
            "its netrc must be made of machine, login and password, each with one word after it");
      }
    }
    return reading.finish();
  }

  /** Returns the header that logs in to a host; empty if the secret is not for that host. */
  public Optional<String> authorization(String host) {
    return entries.stream()
        .filter(entry -> entry.host().isEmpty() || entry.host().get().equals(canonical(host)))
        .map(Entry::authorization)
        .findFirst();
  }

  private static String canonical(String host) {
    return host.toLowerCase(Locale.ROOT).replaceAll("[\\[\\]]", "");
  }

  /** Returns a text in which nothing of the login is left. */
  public String scrub(String text) {
    return Secret.without(words, text);
  }

  @Override
  public String toString() {
    return "Login[%s]".formatted(Secret.HIDDEN);
  }

  /** A netrc as far as it was read. */
  private static final class Netrc {
    private final List<Entry> entries = new ArrayList<>();
    private final List<String> words = new ArrayList<>();
    private String machine = "";
    private String login = "";
    private Optional<String> password = Optional.empty();

    boolean take(String key, String value) {
      switch (key) {
        case "machine" -> {
          if (!machine.isEmpty() && password.isEmpty()) {
            return false;
          }
          close();
          machine = canonical(value);
        }
        case "login" -> login = value;
        case "password" -> password = Optional.of(value);
        case "account" -> {}
        case String _ -> {
          return false;
        }
      }
      return !machine.isEmpty();
    }

    private void close() {
      password.ifPresent(word -> {
        var pair = login + ":" + word;
        entries.add(new Entry(Optional.of(machine), basic(pair)));
        words.addAll(List.of(pair, word));
      });
      login = "";
      password = Optional.empty();
    }

    Parsed finish() {
      if (password.isEmpty()) {
        return new Parsed.Unusable("its netrc has a machine without a password");
      }
      close();
      return new Parsed.Usable(new Login(entries, words));
    }
  }
}
