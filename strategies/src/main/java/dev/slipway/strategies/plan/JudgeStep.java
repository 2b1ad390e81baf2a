package dev.slipway.strategies.plan;

import dev.slipway.strategies.fleet.Instance;
import dev.slipway.strategies.fleet.Naming;
import dev.slipway.strategies.fleet.trial.SmokeTest;
import java.util.List;
import java.util.stream.Collectors;

/** A step that asks whether to go on. */
public sealed interface JudgeStep extends Step {

  /**
   * At least so many instances of the role are healthy and, by every balancer's word, get requests.
   */
  record Capacity(String role, int minServing) implements JudgeStep {
    public Capacity {
      if (minServing < 0) {
        throw new IllegalArgumentException("minServing %d is below zero".formatted(minServing));
      }
    }

    @Override
    public String render(Naming naming) {
      return "check that at least %d%s serve".formatted(minServing, naming.whose(role));
    }
  }

  /** The instance answers every smoke test well; asking does no harm, however often it is done. */
  record Smoke(Instance instance, List<SmokeTest> tests) implements JudgeStep {
    public Smoke {
      tests = List.copyOf(tests);
      if (tests.isEmpty()) {
        throw new IllegalArgumentException("there is no smoke test of %s".formatted(instance));
      }
    }

    @Override
    public String render(Naming naming) {
      return "smoke-test %s: %s"
          .formatted(
              naming.of(instance),
              tests.stream().map(Smoke::text).collect(Collectors.joining(", ")));
    }

    private static String text(SmokeTest test) {
      int count = test.tries().count();
      return test.inquiry().text()
          + (count == 1 ? "" : ", well %d times of %d".formatted(test.tries().enough(), count));
    }
  }
}
