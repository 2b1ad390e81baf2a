package dev.slipway.agent.rules;

import static java.util.stream.Collectors.groupingBy;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.source.tree.AnnotationTree;
import com.sun.source.tree.CatchTree;
import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.MemberSelectTree;
import com.sun.source.tree.MethodTree;
import com.sun.source.tree.Tree;
import com.sun.source.tree.UnionTypeTree;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.lang.model.element.Modifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Goal: code stays small and says what it is. Method: the sources of both modules, parsed by the
 * JDK's own compiler, are read for what a formatter cannot see.
 */
class TidyTest {
  private static final int METHOD_LINES_MAX = 40;
  private static final int FILE_LINES_MAX = 400;
  private static final int PACKAGE_FILES_MAX = 20;

  /** The two loops that must outlive any bug of what they run, each in one place. */
  private static final List<String> BROAD_CATCHES =
      List.of(
          "agent/src/main/java/dev/slipway/agent/reconcile/Publisher.java",
          "agent/src/main/java/dev/slipway/agent/reconcile/Worker.java");

  private static final Set<String> BROAD =
      Set.of("Exception", "RuntimeException", "Throwable", "Error");
  private static final Set<String> TESTS = Set.of("Test", "ParameterizedTest", "RepeatedTest");
  private static final Set<String> SLEEPS = Set.of("sleep", "parkNanos", "parkUntil");
  private static final Pattern EMPTY_NAME = Pattern.compile(".*(Impl|Utils?|Helper|Manager)s?");

  /**
   * Camel case, perhaps behind the number of what it shows: {@code fault10_aSecondAgentIsRefused}.
   */
  private static final Pattern SENTENCE =
      Pattern.compile("([a-z]+\\d+_)?(?!(test|should)[A-Z])[a-z][A-Za-z0-9]+");

  private static final Pattern UNFINISHED =
      Pattern.compile("\\b(TO" + "DO|FIX" + "ME|XX" + "X)\\b");
  private static final Pattern PROSE = Pattern.compile("(?s)/\\*\\*.{60,}\\*/\\s*@NullMarked.*");

  private static final List<Source> SOURCES = Source.all();

  @Test
  void bothModulesAreRead() {
    assertThat(SOURCES.stream().filter(Source::isMain))
        .extracting(source -> source.path().getName(0).toString())
        .contains("agent", "strategies");
    assertThat(SOURCES).anyMatch(Source::isTest);
  }

  @Test
  void methodsFitOnAScreen() {
    assertNone(
        found((source, path) ->
            path.getLeaf() instanceof MethodTree method
                && source.codeLinesOf(method) > METHOD_LINES_MAX));
  }

  @Test
  void filesAreShort() {
    assertNone(
        SOURCES.stream()
            .filter(source -> source.lines().size() > FILE_LINES_MAX)
            .map(source -> source.path() + " has " + source.lines().size() + " lines"));
  }

  @Test
  void packagesAreSmall() {
    var byDirectory = SOURCES.stream().collect(groupingBy(Source::directory));
    assertNone(
        byDirectory.entrySet().stream()
            .filter(directory -> directory.getValue().size() > PACKAGE_FILES_MAX)
            .map(directory -> directory.getKey() + " has " + directory.getValue().size()));
  }

  @Test
  void everyPackageSaysWhatItIsAndIsNullMarked() {
    var explained =
        SOURCES.stream()
            .filter(source -> source.fileName().equals("package-info.java"))
            .filter(source -> PROSE.matcher(String.join("\n", source.lines())).matches())
            .map(Source::packageName)
            .toList();
    assertThat(explained).contains("dev.slipway.agent", "dev.slipway.strategies");
    assertNone(SOURCES.stream().map(Source::packageName).filter(name -> !explained.contains(name)));
  }

  @Test
  void typesAreNamedForWhatTheyAre() {
    assertNone(
        found((source, path) ->
            path.getLeaf() instanceof ClassTree type
                && EMPTY_NAME.matcher(type.getSimpleName()).matches()));
  }

  @Test
  void publicTypesAreDefined() {
    assertNone(inMain((source, path) -> isPublicType(path) && !source.hasJavadoc(path)));
  }

  @Test
  void onlyTheTwoLoopsCatchEverything() {
    assertThat(
            inMain((_, path) -> path.getLeaf() instanceof CatchTree clause && isBroad(clause))
                .map(place -> place.substring(0, place.indexOf(':'))))
        .containsExactlyInAnyOrderElementsOf(BROAD_CATCHES);
  }

  @Test
  void nothingIsLeftUnfinished() {
    assertNone(
        SOURCES.stream()
            .flatMap(source ->
                source.lines().stream()
                    .filter(line -> UNFINISHED.matcher(line).find())
                    .map(line -> source.path() + ": " + line.strip())));
  }

  @Test
  void testsNeitherSleepNorRest() {
    assertNone(inTests((source, path) -> isRest(path.getLeaf())));
  }

  @Test
  void testsAreSentences() {
    assertNone(
        inTests((source, path) ->
            path.getLeaf() instanceof MethodTree method
                && isTestMethod(method)
                && !SENTENCE.matcher(method.getName()).matches()));
  }

  @Test
  void suitesOpenWithGoalAndMethod() {
    assertNone(
        inTests((source, path) ->
            path.getLeaf() instanceof ClassTree type
                && path.getParentPath().getLeaf() == source.unit()
                && type.getMembers().stream().anyMatch(TidyTest::isTestMethod)
                && !source.hasJavadoc(path)));
  }

  private static void assertNone(Stream<String> violations) {
    assertThat(violations).isEmpty();
  }

  private static Stream<String> inMain(Rule broken) {
    return found(SOURCES.stream().filter(Source::isMain), broken);
  }

  private static Stream<String> inTests(Rule broken) {
    return found(SOURCES.stream().filter(Source::isTest), broken);
  }

  private static Stream<String> found(Rule broken) {
    return found(SOURCES.stream(), broken);
  }

  private static Stream<String> found(Stream<Source> sources, Rule broken) {
    return sources.flatMap(
        source -> pathsWhere(source, path -> broken.isBrokenBy(source, path)).stream());
  }

  private static List<String> pathsWhere(Source source, Predicate<TreePath> wanted) {
    var places = new ArrayList<String>();
    new TreePathScanner<@Nullable Void, @Nullable Void>() {
      @Override
      public @Nullable Void scan(@Nullable Tree tree, @Nullable Void none) {
        if (tree != null && wanted.test(new TreePath(getCurrentPath(), tree))) {
          places.add(
              source.at(tree) + ": " + tree.toString().strip().lines().findFirst().orElse(""));
        }
        return super.scan(tree, null);
      }
    }.scan(new TreePath(source.unit()), null);
    return places;
  }

  private static boolean isPublicType(TreePath path) {
    return path.getLeaf() instanceof ClassTree type
        && !type.getSimpleName().isEmpty()
        && saysPublic(type, path.getParentPath().getLeaf())
        && (path.getParentPath().getLeaf() instanceof CompilationUnitTree
            || isPublicType(path.getParentPath()));
  }

  private static boolean saysPublic(ClassTree type, Tree parent) {
    return parent.getKind() == Tree.Kind.INTERFACE
        || type.getModifiers().getFlags().contains(Modifier.PUBLIC);
  }

  private static boolean isBroad(CatchTree clause) {
    var type = clause.getParameter().getType();
    var types = type instanceof UnionTypeTree union ? union.getTypeAlternatives() : List.of(type);
    return types.stream()
        .map(each -> each.toString().replaceFirst("^java\\.lang\\.", ""))
        .anyMatch(BROAD::contains);
  }

  private static boolean isRest(Tree tree) {
    return switch (tree) {
      case AnnotationTree annotation -> isNamed(annotation, "Disabled");
      case MemberSelectTree select -> SLEEPS.contains(select.getIdentifier().toString());
      default -> false;
    };
  }

  private static boolean isTestMethod(Tree member) {
    return member instanceof MethodTree method
        && method.getModifiers().getAnnotations().stream()
            .map(each -> each.getAnnotationType().toString())
            .anyMatch(TESTS::contains);
  }

  private static boolean isNamed(AnnotationTree annotation, String name) {
    return annotation.getAnnotationType().toString().equals(name);
  }

  /** What a rule forbids at a place in a source. */
  private interface Rule {
    boolean isBrokenBy(Source source, TreePath path);
  }
}
