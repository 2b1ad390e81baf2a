package dev.slipway.agent.manifest.kind;

import dev.slipway.agent.manifest.Receiver.Kind;
import dev.slipway.agent.manifest.Receiver.Occasion;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Somebody who is told of rollouts, as it is written. */
public record ReceiverEntry(Kind kind, Located secret, Set<Occasion> on) {
  private static final Set<Occasion> WHAT_NEEDS_A_LOOK =
      Set.of(Occasion.ROLLED_BACK, Occasion.ABORTED, Occasion.NEEDS_HELP);

  private static final Map<String, Kind> KINDS =
      Map.of("slack", Kind.SLACK, "webhook", Kind.WEBHOOK);

  public ReceiverEntry {
    on = Set.copyOf(on);
  }

  static List<ReceiverEntry> all(Fields spec) {
    var all = new ArrayList<ReceiverEntry>();
    var seen = new HashMap<String, Located>();
    for (Fields fields : spec.children("notify")) {
      var on = on(fields);
      KINDS.forEach((key, kind) ->
          fields
              .child(key)
              .flatMap(to -> to.child("secretRef"))
              .flatMap(reference -> reference.located("name"))
              .ifPresent(secret -> {
                all.add(new ReceiverEntry(kind, secret, on));
                Located first = seen.putIfAbsent(key + " " + secret, secret);
                if (first != null) {
                  fields
                      .reading()
                      .report(
                          secret.place(),
                          "'%s' is told already, at %s".formatted(secret, first.place().mention()),
                          "make one entry of both");
                }
              }));
    }
    return all;
  }

  private static Set<Occasion> on(Fields fields) {
    var words = fields.texts("on").stream().map(Located::text).toList();
    return words.isEmpty()
        ? WHAT_NEEDS_A_LOOK
        : Set.of(Occasion.values()).stream()
            .filter(occasion -> words.contains(occasion.text()))
            .collect(Collectors.toUnmodifiableSet());
  }
}
