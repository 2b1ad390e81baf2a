package dev.slipway.agent.cli.advise;

import java.io.Console;
import java.util.Optional;

/** Where a person answers questions. */
@FunctionalInterface
interface Terminal {
  /** Shows a text and returns the line that is typed after it; nothing once nobody answers. */
  Optional<String> ask(String text);

  /** Returns the terminal of this process, if a person sits there. */
  static Optional<Terminal> ofThisProcess() {
    return Optional.ofNullable(System.console())
        .filter(Console::isTerminal)
        .map(console -> text -> Optional.ofNullable(console.readLine("%s", text)));
  }
}
