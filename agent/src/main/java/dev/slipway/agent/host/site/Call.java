package dev.slipway.agent.host.site;

import dev.slipway.agent.host.Epoch;
import dev.slipway.agent.host.Machine.Input;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * One call of the script: a verb, named arguments, and words of the application's own.
 *
 * @param time what the verb may take, besides waiting for the lock
 */
record Call(String verb, List<String> arguments, List<String> words, Input input, Duration time) {
  private static final Duration QUICK = Duration.ofSeconds(60);

  Call {
    arguments = List.copyOf(arguments);
    words = List.copyOf(words);
  }

  /** Returns a call that carries who acts, and no verb yet. */
  static Call by(Epoch epoch) {
    return new Call("", List.of(), List.of(), Input.NONE, QUICK)
        .with("store", epoch.store())
        .with("counter", String.valueOf(epoch.counter()));
  }

  Call of(String otherVerb) {
    return new Call(otherVerb, arguments, words, input, time);
  }

  Call with(String name, String value) {
    var more = new ArrayList<>(arguments);
    more.add(name + "=" + value);
    return new Call(verb, more, words, input, time);
  }

  Call with(List<String> moreArguments) {
    var more = new ArrayList<>(arguments);
    more.addAll(moreArguments);
    return new Call(verb, more, words, input, time);
  }

  Call words(List<String> others) {
    return new Call(verb, arguments, others, input, time);
  }

  Call reading(Input other) {
    return new Call(verb, arguments, words, other, time);
  }

  Call within(Duration other) {
    return new Call(verb, arguments, words, input, other);
  }
}
