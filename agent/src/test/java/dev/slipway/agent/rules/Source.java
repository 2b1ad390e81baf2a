package dev.slipway.agent.rules;

import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.LiteralTree;
import com.sun.source.tree.Tree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreeScanner;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.tools.ToolProvider;
import org.jspecify.annotations.Nullable;

/**
 * A parsed source file of one of the modules.
 *
 * @param path from the top of the repository
 */
record Source(Path path, List<String> lines, CompilationUnitTree unit, DocTrees trees) {
  private static final Path TOP = top();
  private static final List<String> ROOTS =
      List.of(
          "strategies/src/main/java",
          "strategies/src/test/java",
          "agent/src/main/java",
          "agent/src/test/java");

  Source {
    lines = List.copyOf(lines);
  }

  /** Parses the files of both modules, main code and tests. */
  static List<Source> all() {
    var files = ROOTS.stream().flatMap(root -> javaFiles(TOP.resolve(root)).stream()).toList();
    var compiler = Objects.requireNonNull(ToolProvider.getSystemJavaCompiler(), "a JDK is needed");
    var manager = compiler.getStandardFileManager(null, null, null);
    var units = manager.getJavaFileObjectsFromPaths(files);
    var task = (JavacTask) compiler.getTask(null, manager, null, List.of(), null, units);
    try {
      var sources = new ArrayList<Source>();
      for (var unit : task.parse()) {
        sources.add(of(unit, DocTrees.instance(task)));
      }
      return List.copyOf(sources);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Source of(CompilationUnitTree unit, DocTrees trees) throws IOException {
    var file = Path.of(unit.getSourceFile().toUri());
    return new Source(TOP.relativize(file), Files.readAllLines(file), unit, trees);
  }

  private static List<Path> javaFiles(Path root) {
    if (!Files.isDirectory(root)) {
      return List.of();
    }
    try (Stream<Path> tree = Files.walk(root)) {
      return tree.filter(file -> file.toString().endsWith(".java")).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Path top() {
    var top = Path.of("").toAbsolutePath();
    while (!Files.exists(top.resolve("strategies/pom.xml"))) {
      top = Objects.requireNonNull(top.getParent(), "not inside the repository");
    }
    return top;
  }

  boolean isMain() {
    return path.toString().contains("/src/main/");
  }

  boolean isTest() {
    return !isMain();
  }

  String fileName() {
    return Objects.requireNonNull(path.getFileName()).toString();
  }

  Path directory() {
    return Objects.requireNonNull(path.getParent());
  }

  String packageName() {
    return Objects.toString(unit.getPackageName(), "");
  }

  /** Returns file and line of a part of the source, for people and editors. */
  String at(Tree tree) {
    return path + ":" + unit.getLineMap().getLineNumber(start(tree));
  }

  /** Counts the lines of code of a part; a text block is data and counts as one. */
  long codeLinesOf(Tree part) {
    var lines = new AtomicLong(lineBreaksIn(part) + 1);
    new TreeScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void visitLiteral(LiteralTree literal, @Nullable Void none) {
        lines.addAndGet(-lineBreaksIn(literal));
        return null;
      }
    }.scan(part, null);
    return lines.get();
  }

  private long lineBreaksIn(Tree part) {
    var map = unit.getLineMap();
    var end = trees.getSourcePositions().getEndPosition(unit, part);
    return map.getLineNumber(end) - map.getLineNumber(start(part));
  }

  boolean hasJavadoc(TreePath element) {
    return trees.getDocComment(element) != null;
  }

  private long start(Tree tree) {
    return trees.getSourcePositions().getStartPosition(unit, tree);
  }
}
