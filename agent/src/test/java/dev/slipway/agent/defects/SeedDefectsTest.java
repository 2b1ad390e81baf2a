package dev.slipway.agent.defects;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.Map;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Goal: each of the 27 defects of the first scripts has a test that would see it come back, or a
 * reason why nothing that exists can have it.
 *
 * <p>Method: the compiled tests are searched for methods whose names begin with the number. Where a
 * defect was one of a strategy or balancer that does not exist yet, its test is about what a
 * rolling update or a recreate could do wrong in the same way.
 */
class SeedDefectsTest {
  private static final int DEFECTS = 27;
  private static final Pattern NUMBERED = Pattern.compile("defect([0-9]{2})[A-Z].*");

  /** What only something that does not exist yet could have; it gets its test with that. */
  private static final Map<Integer, String> NOT_YET =
      Map.of(
          23, "verdicts on too few requests, or on those of the stage before: needs a canary",
          24, "a VirtualService replaced whole, or found by a program's presence: needs Istio");

  @Test
  void everyDefectHasATestOrAReason() {
    var named =
        new ClassFileImporter()
            .importPackages("dev.slipway").stream()
                .flatMap(SeedDefectsTest::tests)
                .flatMap(test -> NUMBERED.matcher(test.getName()).results())
                .map(found -> Integer.valueOf(found.group(1)))
                .collect(toCollection(TreeSet::new));

    assertThat(named).doesNotContainAnyElementsOf(NOT_YET.keySet());
    assertThat(Stream.of(named, NOT_YET.keySet()).flatMap(each -> each.stream()))
        .containsExactlyInAnyOrderElementsOf(IntStream.rangeClosed(1, DEFECTS).boxed().toList());
  }

  private static Stream<JavaMethod> tests(JavaClass type) {
    return Stream.of(Test.class, ParameterizedTest.class)
        .map(annotation ->
            type.getMethods().stream().filter(each -> each.isAnnotatedWith(annotation)))
        .flatMap(Function.identity());
  }
}
