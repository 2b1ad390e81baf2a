package dev.slipway.agent.time;

/** Goal: the real time keeps the promises of a waiter. Method: it is waited for, briefly. */
class SystemWaiterTest extends WaiterContract {
  private final Waiter waiter = Waiter.system();

  @Override
  protected Waiter waiter() {
    return waiter;
  }

  @Override
  protected Thread thread(Runnable work) {
    return Thread.ofVirtual().unstarted(work);
  }
}
