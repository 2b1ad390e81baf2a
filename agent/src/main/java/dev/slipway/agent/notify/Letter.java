package dev.slipway.agent.notify;

import dev.slipway.agent.journal.Event;
import dev.slipway.agent.journal.Event.Receipt;
import dev.slipway.agent.manifest.Receiver;

/** A notice on its way to somebody. */
record Letter(Notice notice, Receiver receiver) {

  Event tried() {
    return new Event.NoticeTried(notice.started().rollout(), notice.occasion(), receiver.name());
  }

  Event answered(Receipt receipt, String detail) {
    return new Event.NoticeAnswered(
        notice.started().rollout(), notice.occasion(), receiver.name(), receipt, detail);
  }

  @Override
  public String toString() {
    return "%s: '%s' to %s"
        .formatted(notice.started().rollout(), notice.occasion().text(), receiver.name());
  }
}
