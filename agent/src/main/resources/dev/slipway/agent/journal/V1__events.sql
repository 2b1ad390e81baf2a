-- Who this store is, and how often it was opened.
CREATE TABLE store (
  id    TEXT    NOT NULL,
  epoch INTEGER NOT NULL
);

-- Everything that happened, in its order.
CREATE TABLE event (
  sequence INTEGER PRIMARY KEY AUTOINCREMENT,
  at       TEXT NOT NULL,
  rollout  INTEGER,          -- its number, for events of a rollout
  topic    TEXT,             -- for events of which only the last of a topic counts
  body     TEXT NOT NULL     -- JSON with the name and version of the event's kind
);

CREATE INDEX event_of_rollout ON event (rollout, sequence) WHERE rollout IS NOT NULL;
CREATE INDEX event_of_topic ON event (topic, sequence) WHERE topic IS NOT NULL;
