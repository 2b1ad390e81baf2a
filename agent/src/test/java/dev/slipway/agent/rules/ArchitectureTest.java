package dev.slipway.agent.rules;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import com.tngtech.archunit.lang.syntax.elements.GivenClassesConjunction;
import java.util.Set;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Goal: data goes one way through the house. Method: ArchUnit on the main classes of both modules.
 */
class ArchitectureTest {
  private static final JavaClasses CODE =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("dev.slipway");

  private static final String AGENT = "dev.slipway.agent";
  private static final String STRATEGIES = "dev.slipway.strategies";

  private static final Set<String> WALL_CLOCKS =
      Set.of(
          "java.time.Instant.now",
          "java.time.LocalDate.now",
          "java.time.LocalDateTime.now",
          "java.time.LocalTime.now",
          "java.time.OffsetDateTime.now",
          "java.time.ZonedDateTime.now",
          "java.time.Clock.system",
          "java.time.Clock.systemUTC",
          "java.time.Clock.systemDefaultZone",
          "java.time.InstantSource.system",
          "java.util.Date.<init>",
          "java.lang.System.currentTimeMillis");

  private static final Set<String> SLEEPS =
      Set.of(
          "java.lang.Thread.sleep",
          "java.util.concurrent.TimeUnit.sleep",
          "java.util.concurrent.locks.LockSupport.parkNanos");

  private static final Set<String> CHANCE =
      Set.of(
          "java.lang.Math.random",
          "java.util.Random.<init>",
          "java.util.concurrent.ThreadLocalRandom.current",
          "java.util.random.RandomGenerator.getDefault");

  private static final Set<String> PROCESSES =
      Set.of("java.lang.ProcessBuilder.<init>", "java.lang.Runtime.exec");

  private static final Pattern WORLD =
      Pattern.compile("java\\.(io|net|nio|sql)\\..*|java\\.lang\\.Process.*");

  @Test
  void strategiesKnowNothingButTheJdkAndStatistics() {
    noClasses()
        .that()
        .resideInAPackage(STRATEGIES + "..")
        .should()
        .dependOnClassesThat()
        .resideOutsideOfPackages(
            STRATEGIES + "..", "java..", "org.jspecify..", "org.apache.commons.statistics..")
        .check(CODE);
  }

  @Test
  void strategiesHaveNoInputNorOutputNorThreads() {
    noClasses()
        .that()
        .resideInAPackage(STRATEGIES + "..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("java.io..", "java.net..", "java.nio.file..", "java.util.concurrent..")
        .orShould()
        .dependOnClassesThat()
        .belongToAnyOf(Thread.class, Process.class, ProcessBuilder.class)
        .check(CODE);
  }

  @Test
  void packagesFormNoCycle() {
    slices().matching("dev.slipway.(**)").should().beFreeOfCycles().check(CODE);
  }

  @Test
  void nobodyKnowsTheRootOfTheAgent() {
    noClasses()
        .that()
        .resideInAPackage(AGENT + ".*..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage(AGENT)
        .check(CODE);
  }

  @Test
  void aLibraryIsUsedOnlyWhereTheTableAllowsIt() {
    classes().that().resideInAPackage(AGENT + "..").should(useLibrariesByTheTable()).check(CODE);
  }

  @Test
  void adaptersAreHiddenAndFinal() {
    classes()
        .that(describe("implement a port of ours", ArchitectureTest::isAdapter))
        .should()
        .notBePublic()
        .andShould()
        .haveModifier(JavaModifier.FINAL)
        .check(CODE);
  }

  @Test
  void onlyOnePlaceReadsTheWallClock() {
    outside(AGENT + ".time").should().callCodeUnitWhere(target(WALL_CLOCKS)).check(CODE);
  }

  @Test
  void nobodySleeps() {
    outside(AGENT + ".time").should().callCodeUnitWhere(target(SLEEPS)).check(CODE);
  }

  @Test
  void chanceComesInFromTheRoot() {
    outside(AGENT).should().callCodeUnitWhere(target(CHANCE)).check(CODE);
  }

  @Test
  void onlyHostsAndTheDemoStartProcesses() {
    outside(AGENT + ".host..", AGENT + ".demo..")
        .should()
        .callCodeUnitWhere(target(PROCESSES))
        .check(CODE);
  }

  @Test
  void onlyTheCommandLineWritesToTheTerminal() {
    outside(AGENT + ".cli..")
        .should()
        .accessFieldWhere(target(Set.of("java.lang.System.out", "java.lang.System.err")))
        .orShould()
        .callCodeUnitWhere(target(Set.of("java.lang.Throwable.printStackTrace")))
        .check(CODE);
  }

  private static GivenClassesConjunction outside(String... packages) {
    return noClasses().that().resideOutsideOfPackages(packages);
  }

  private static <T extends JavaAccess<?>> DescribedPredicate<T> target(Set<String> names) {
    Predicate<T> named =
        access ->
            names.contains(access.getTargetOwner().getName() + "." + access.getTarget().getName());
    return describe("target is one of " + names, named);
  }

  /** An adapter stands between a port and the world: a library, the network, files, processes. */
  private static boolean isAdapter(JavaClass type) {
    return !type.isInterface()
        && !type.isAnonymousClass()
        && type.getAllRawInterfaces().stream().anyMatch(ArchitectureTest::isPort)
        && type.getDirectDependenciesFromSelf().stream().anyMatch(ArchitectureTest::isOfTheWorld);
  }

  private static boolean isOfTheWorld(Dependency dependency) {
    var name = dependency.getTargetClass().getBaseComponentType().getName();
    return WORLD.matcher(name).matches()
        || VendorTable.rowOf(name).stream().anyMatch(row -> !row.anywhere());
  }

  /** A sealed interface is a choice among data, not a port. */
  private static boolean isPort(JavaClass type) {
    return type.getPackageName().startsWith(AGENT)
        && type.getModifiers().contains(JavaModifier.PUBLIC)
        && !type.reflect().isSealed();
  }

  private static ArchCondition<JavaClass> useLibrariesByTheTable() {
    return new ArchCondition<>("use libraries only as the table allows") {
      @Override
      public void check(JavaClass type, ConditionEvents events) {
        type.getDirectDependenciesFromSelf().stream()
            .filter(dependency -> isForbidden(type.getPackageName(), dependency))
            .map(dependency -> SimpleConditionEvent.violated(type, dependency.getDescription()))
            .forEach(events::add);
      }
    };
  }

  private static boolean isForbidden(String ourPackage, Dependency dependency) {
    var target = dependency.getTargetClass().getBaseComponentType();
    if (target.isPrimitive() || isOursOrTheJdks(target.getName())) {
      return false;
    }
    return VendorTable.rowOf(target.getName()).stream().noneMatch(row -> row.allows(ourPackage));
  }

  private static boolean isOursOrTheJdks(String name) {
    return name.startsWith("dev.slipway.")
        || ModuleLayer.boot().modules().stream()
            .filter(module -> module.getName().matches("(java|jdk)\\..*"))
            .anyMatch(module -> module.getPackages().contains(packageOf(name)));
  }

  private static String packageOf(String className) {
    return className.substring(0, Math.max(0, className.lastIndexOf('.')));
  }
}
