package dev.slipway.agent.cli;

import dev.slipway.agent.manifest.AgentConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.Writer;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help;

/** What came of a command line that a person typed: the real one, in this process. */
public record Typed(int exitCode, String out, String err) {

  /** Types a command; there is nothing that it could start. */
  public static Typed slipway(String... words) {
    return slipway(new Nothing(), Help.Ansi.OFF, words);
  }

  /** Types a command at a terminal that shows colours. */
  public static Typed inColour(String... words) {
    return slipway(new Nothing(), Help.Ansi.ON, words);
  }

  /** Types a command whose output nobody reads any more, as after {@code | head}. */
  public static int intoClosedPipe(String... words) {
    var closed =
        new Writer() {
          @Override
          public void write(char[] buffer, int offset, int length) throws IOException {
            throw new IOException("Broken pipe");
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    return SlipwayCommand.with(new Nothing(), "1.2.3")
        .setOut(new PrintWriter(closed))
        .execute(words);
  }

  private static Typed slipway(Starts starts, Help.Ansi ansi, String... words) {
    var out = new StringWriter();
    var err = new StringWriter();
    CommandLine line = SlipwayCommand.with(starts, "1.2.3");
    line.setColorScheme(CommandLine.Help.defaultColorScheme(ansi));
    line.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
    return new Typed(line.execute(words), out.toString(), err.toString());
  }

  /** Starts nothing, and says by its exit code what it was asked for. */
  static final class Nothing implements Starts {
    @Override
    public int agent(AgentConfig config, PrintWriter errors) {
      return 0;
    }

    @Override
    public int edge(
        List<InetSocketAddress> listen,
        Path control,
        Path state,
        Damaged damaged,
        PrintWriter errors) {
      errors.println(control);
      return damaged == Damaged.START_EMPTY ? 2 : 1;
    }

    @Override
    public int doctor(AgentConfig config, PrintWriter output) {
      return 0;
    }

    @Override
    public int bootstrap(HostRequest request, PrintWriter output, PrintWriter errors) {
      output.println(request);
      return 0;
    }

    @Override
    public int demo(Ending ending, PrintWriter output) {
      return 0;
    }

    @Override
    public int init(Path directory, PrintWriter output, PrintWriter errors) {
      return 0;
    }
  }
}
