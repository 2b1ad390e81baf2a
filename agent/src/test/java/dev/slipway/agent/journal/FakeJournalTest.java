package dev.slipway.agent.journal;

/** Goal: the fake promises what the real one does. Method: the shared contract. */
class FakeJournalTest extends JournalContract {
  private final FakeJournal.Disk disk = new FakeJournal.Disk();

  @Override
  protected Journal open() {
    return new FakeJournal(disk, Fuse.endless(), CLOCK);
  }
}
