import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.ImportOrderer;
import com.google.googlejavaformat.java.JavaFormatterOptions.Style;
import com.google.googlejavaformat.java.RemoveUnusedImports;
import com.google.googlejavaformat.java.StringWrapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks ({@code check}) or rewrites ({@code write}) every Java file below a directory.
 *
 * <p>Files that are older than the last run without a complaint are passed over, so that a build
 * with few changes pays for few files.
 */
final class Format {
  private static final Formatter FORMATTER = new Formatter();

  public static void main(String[] args) throws IOException {
    var write = args[0].equals("write");
    var root = Path.of(args[1]);
    var stamp = root.resolve("target/formatter/last-run-without-a-complaint");
    var started = FileTime.fromMillis(System.currentTimeMillis());
    var complaints = new ArrayList<String>();
    for (var file : newerThan(stamp, root)) {
      var source = Files.readString(file);
      try {
        var formatted = format(source);
        if (!formatted.equals(source) && write) {
          Files.writeString(file, formatted);
        } else if (!formatted.equals(source)) {
          complaints.add(root.relativize(file) + ": not formatted");
        }
      } catch (FormatterException e) {
        complaints.add(root.relativize(file) + ":" + e.getMessage());
      }
    }
    if (complaints.isEmpty()) {
      Files.writeString(stamp, "");
      Files.setLastModifiedTime(stamp, started);
      return;
    }
    complaints.forEach(System.err::println);
    System.err.println("To format all files: ./mvnw -q -N validate -Dformat=write");
    System.exit(1);
  }

  private static String format(String source) throws FormatterException {
    var sorted = ImportOrderer.reorderImports(source, Style.GOOGLE);
    var used = RemoveUnusedImports.removeUnusedImports(sorted);
    return StringWrapper.wrap(FORMATTER.formatSource(used), FORMATTER);
  }

  private static List<Path> newerThan(Path stamp, Path root) throws IOException {
    var last = Files.exists(stamp) ? Files.getLastModifiedTime(stamp) : FileTime.fromMillis(0);
    var files = new ArrayList<Path>();
    for (var top : List.of(".mvn", "strategies/src", "agent/src")) {
      try (Stream<Path> tree = Files.walk(root.resolve(top))) {
        for (var file : tree.filter(path -> path.toString().endsWith(".java")).toList()) {
          if (Files.getLastModifiedTime(file).compareTo(last) >= 0) {
            files.add(file);
          }
        }
      }
    }
    return files;
  }
}
