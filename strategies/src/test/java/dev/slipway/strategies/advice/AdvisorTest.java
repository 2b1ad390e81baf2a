package dev.slipway.strategies.advice;

import static dev.slipway.strategies.advice.Technique.BLUE_GREEN;
import static dev.slipway.strategies.advice.Technique.CANARY;
import static dev.slipway.strategies.advice.Technique.RECREATE;
import static dev.slipway.strategies.advice.Technique.ROLLING;
import static dev.slipway.strategies.advice.Technique.ROLLING_BESIDE;
import static dev.slipway.strategies.advice.Technique.SHADOW;
import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.strategies.advice.Advice.Reason;
import dev.slipway.strategies.advice.Question.Choice;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Goal: the advice is that of the decision tree that it grew from, and never one that its own
 * answers forbid.
 *
 * <p>Method: the tree's own leaves, then every combination of answers.
 */
class AdvisorTest {
  private static final Set<Technique> ALL = EnumSet.allOf(Technique.class);
  private static final Set<Technique> LEAST = Set.of(ROLLING, ROLLING_BESIDE, RECREATE, BLUE_GREEN);

  private static Choice choice(Question question, String word) {
    return question.choice(word).orElseThrow();
  }

  private static boolean says(Map<Question, Choice> answers, Question question, String word) {
    return choice(question, word).equals(answers.get(question));
  }

  private static Advice advice(Set<Technique> built, Map<Question, Choice> answers) {
    return switch (new Advisor(built).consult(answers)) {
      case Consultation.Advises(var advice) -> advice;
      case Consultation.Asks(var question) -> throw new AssertionError("asks " + question);
    };
  }

  private static Map<Question, Choice> answers(
      String monitoring, String traffic, String slots, String balancer) {
    var answers = new EnumMap<Question, Choice>(Question.class);
    answers.put(Question.GOAL, choice(Question.GOAL, "replace"));
    answers.put(Question.APART, choice(Question.APART, "no"));
    answers.put(Question.SEVERAL, choice(Question.SEVERAL, "yes"));
    answers.put(Question.GROWTH, choice(Question.GROWTH, "steps"));
    answers.put(Question.MONITORING, choice(Question.MONITORING, monitoring));
    answers.put(Question.TRAFFIC, choice(Question.TRAFFIC, traffic));
    answers.put(Question.DOUBLE, choice(Question.DOUBLE, slots));
    answers.put(Question.BALANCER, choice(Question.BALANCER, balancer));
    return answers;
  }

  private static List<Map<Question, Choice>> everyCombination() {
    List<Map<Question, Choice>> found = new ArrayList<>(List.of(Map.of()));
    for (Question question : Question.values()) {
      found =
          found.stream()
              .flatMap(begun ->
                  question.choices().stream()
                      .map(choice -> {
                        var answers = new EnumMap<Question, Choice>(Question.class);
                        answers.putAll(begun);
                        answers.put(question, choice);
                        return (Map<Question, Choice>) answers;
                      }))
              .toList();
    }
    assertThat(found).hasSize(512);
    return found;
  }

  @ParameterizedTest
  @CsvSource({
    "no,  yes, yes, BLUE_GREEN",
    "no,  yes, no,  ROLLING",
    "yes, yes, yes, CANARY",
    "yes, no,  yes, ROLLING"
  })
  void theLeavesAreThoseOfTheFirstTree(
      String monitoring, String traffic, String slots, Technique expected) {
    assertThat(advice(ALL, answers(monitoring, traffic, slots, "yes")).best()).isEqualTo(expected);
  }

  @Test
  void whatIsNotBuiltIsNamedWithTheBestThatIs() {
    Advice today = advice(LEAST, answers("yes", "yes", "yes", "yes"));
    Advice later = advice(ALL, answers("yes", "yes", "yes", "yes"));

    assertThat(today.best()).isEqualTo(CANARY);
    assertThat(today.use()).isEqualTo(BLUE_GREEN);
    assertThat(today.isBuilt()).isFalse();
    assertThat(later.use()).isEqualTo(CANARY);
    assertThat(later.reasons()).isEqualTo(today.reasons());
  }

  @Test
  void nothingIsRecommendedThatTheAnswersForbid() {
    for (var answers : everyCombination()) {
      Technique use = advice(LEAST, answers).use();
      assertThat(LEAST).as("%s", answers).contains(use);
      if (says(answers, Question.BALANCER, "no") || says(answers, Question.DOUBLE, "no")) {
        assertThat(use).as("%s", answers).isNotIn(BLUE_GREEN, ROLLING_BESIDE);
        assertThat(advice(ALL, answers).use()).as("%s", answers).isNotEqualTo(SHADOW);
      }
      if (says(answers, Question.APART, "yes")) {
        assertThat(use).as("%s", answers).isNotIn(ROLLING, ROLLING_BESIDE);
      }
      if (says(answers, Question.SEVERAL, "no")) {
        assertThat(use).as("%s", answers).isNotEqualTo(ROLLING);
      }
    }
  }

  @Test
  void itsReasonsAreAllThatItHadToKnow() {
    for (var answers : everyCombination()) {
      Advice advice = advice(LEAST, answers);
      var needed = new EnumMap<Question, Choice>(Question.class);
      Stream.concat(advice.reasons().stream(), advice.further().stream())
          .forEach(reason -> assertThat(needed.put(reason.question(), reason.answer())).isNull());

      assertThat(advice(LEAST, needed)).isEqualTo(advice);
      for (Question one : List.copyOf(needed.keySet())) {
        var fewer = new EnumMap<>(needed);
        fewer.remove(one);
        assertThat(new Advisor(LEAST).consult(fewer)).isEqualTo(new Consultation.Asks(one));
      }
    }
  }

  @Test
  void everyTechniqueIsRecommendedToSomebody() {
    assertThat(everyCombination().stream().map(answers -> advice(ALL, answers).best()))
        .containsAll(ALL);
  }

  @Test
  void theFirstQuestionIsWhatItIsFor() {
    assertThat(new Advisor(LEAST).consult(Map.of()))
        .isEqualTo(new Consultation.Asks(Question.GOAL));
    assertThat(advice(ALL, Map.of(Question.GOAL, choice(Question.GOAL, "hide"))).reasons())
        .containsExactly(new Reason(Question.GOAL, choice(Question.GOAL, "hide")));
  }
}
