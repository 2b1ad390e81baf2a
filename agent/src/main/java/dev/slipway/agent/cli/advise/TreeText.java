package dev.slipway.agent.cli.advise;

import dev.slipway.strategies.advice.Decision;
import dev.slipway.strategies.advice.Question;
import dev.slipway.strategies.advice.Question.Choice;
import dev.slipway.strategies.advice.Technique;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.Map;

/** The decision tree as a drawing. */
final class TreeText {
  private final StringBuilder text = new StringBuilder();

  private TreeText() {}

  static String of(Decision tree) {
    var drawn = new TreeText();
    drawn.draw(tree, "", Map.of());
    return drawn.text.toString();
  }

  private void draw(Decision decision, String margin, Map<Question, Choice> known) {
    switch (decision) {
      case Decision.Settled(var technique) -> leaf(technique);
      case Decision.Preferred(var technique, var _) -> leaf(technique);
      case Decision.Fork(var question, var ways) -> {
        Choice answer = known.get(question);
        Decision way = answer == null ? null : ways.get(answer);
        if (way == null) {
          fork(question, ways, margin, known);
        } else {
          draw(way, margin, known);
        }
      }
    }
  }

  private void leaf(Technique technique) {
    text.append(CostTable.name(technique)).append('\n');
  }

  private void fork(
      Question question, Map<Choice, Decision> ways, String margin, Map<Question, Choice> known) {
    text.append(question.text()).append('\n');
    Iterator<Map.Entry<Choice, Decision>> all = ways.entrySet().iterator();
    while (all.hasNext()) {
      Map.Entry<Choice, Decision> way = all.next();
      var answered = new EnumMap<Question, Choice>(Question.class);
      answered.putAll(known);
      answered.put(question, way.getKey());
      String word = way.getKey().word();
      text.append(margin).append(all.hasNext() ? "├─ " : "└─ ").append(word).append(": ");
      draw(way.getValue(), margin + (all.hasNext() ? "│  " : "   "), answered);
    }
  }
}
