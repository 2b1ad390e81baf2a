package dev.slipway.agent.defects;

import static java.util.stream.Collectors.toCollection;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;

/**
 * Goal: each of the 27 defects of the first scripts has a test that would see it come back.
 *
 * <p>Method: the compiled tests are searched for methods whose names begin with the number.
 */
class SeedDefectsTest {
  private static final int DEFECTS = 27;
  private static final Pattern NUMBERED = Pattern.compile("defect([0-9]{2})[A-Z].*");

  @Test
  void everyDefectHasATest() {
    var named =
        new ClassFileImporter()
            .importPackages("dev.slipway").stream()
                .flatMap(SeedDefectsTest::tests)
                .flatMap(test -> NUMBERED.matcher(test.getName()).results())
                .map(found -> Integer.valueOf(found.group(1)))
                .collect(toCollection(TreeSet::new));

    assertThat(named).containsExactlyElementsOf(IntStream.rangeClosed(1, DEFECTS).boxed().toList());
  }

  private static Stream<JavaMethod> tests(JavaClass type) {
    return Stream.of(Test.class, ParameterizedTest.class)
        .map(annotation ->
            type.getMethods().stream().filter(each -> each.isAnnotatedWith(annotation)))
        .flatMap(Function.identity());
  }
}
