package dev.slipway.agent.host.site;

import static org.assertj.core.api.Assertions.assertThat;

import dev.slipway.agent.host.Act;

/** What tests say of acts. */
final class Acts {
  private Acts() {}

  static Act.Done assertDone(Act act) {
    assertThat(act).isInstanceOf(Act.Done.class);
    return (Act.Done) act;
  }

  static String refusal(Act act) {
    assertThat(act).isInstanceOf(Act.Refused.class);
    return ((Act.Refused) act).reason();
  }

  static Act.Failed failure(Act act) {
    assertThat(act).isInstanceOf(Act.Failed.class);
    return (Act.Failed) act;
  }
}
