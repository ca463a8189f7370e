-- segue.db: the log and everything that commits with it. Content is sealed; the keys are in keys.db.

CREATE TABLE organisation (
  key INTEGER PRIMARY KEY,
  id  TEXT NOT NULL UNIQUE
) STRICT;

-- A conversation and its projection share a row: one update per commit. The projection's columns are null
-- until a commit carries one.
CREATE TABLE conversation (
  key              INTEGER PRIMARY KEY,
  organisation     INTEGER NOT NULL REFERENCES organisation (key),
  id               TEXT    NOT NULL,
  customer         TEXT    NOT NULL,
  seq              INTEGER NOT NULL,
  closed           INTEGER,
  state            TEXT,
  squad            TEXT,
  agent            TEXT,
  channel          TEXT,
  language         TEXT,
  tier             TEXT,
  reason           TEXT,
  opened_at_ms     INTEGER,
  updated_at_ms    INTEGER,
  waiting_since_ms INTEGER,
  sla_due_at_ms    INTEGER,
  urgent_at_ms     INTEGER,               -- null unless waiting; ranks the waiting ones
  deadline_at_ms   INTEGER,
  deadline_kind    TEXT,
  epoch            INTEGER,
  frustration      BLOB,
  sealed           BLOB,
  CONSTRAINT conversation_id UNIQUE (organisation, id)
) STRICT;

CREATE INDEX conversation_customer ON conversation (organisation, customer);
-- Every row is in exactly one of the next two, so an update touches one of them.
CREATE INDEX conversation_open     ON conversation (organisation, updated_at_ms) WHERE closed = 0;
CREATE INDEX conversation_closed   ON conversation (organisation, updated_at_ms) WHERE closed = 1;
CREATE INDEX conversation_mine     ON conversation (organisation, agent, updated_at_ms)
  WHERE closed = 0 AND agent IS NOT NULL;
CREATE INDEX conversation_squad    ON conversation (organisation, squad, updated_at_ms)
  WHERE closed = 0 AND squad IS NOT NULL;
CREATE INDEX conversation_waiting  ON conversation (organisation, urgent_at_ms) WHERE urgent_at_ms IS NOT NULL;
CREATE INDEX conversation_deadline ON conversation (deadline_at_ms) WHERE deadline_at_ms IS NOT NULL;

-- Former customers of a conversation that was identified later: erased with their successor.
CREATE TABLE former_customer (
  conversation INTEGER NOT NULL REFERENCES conversation (key),
  customer     TEXT    NOT NULL,
  PRIMARY KEY (conversation, customer)
) STRICT, WITHOUT ROWID;

CREATE INDEX former_customer_customer ON former_customer (customer);

-- The log. position = conversation * 2^20 + seq: clustered by conversation, unique per sequence, and one
-- integer to compare. A rowid table, since a WITHOUT ROWID page spills rows above a quarter of a page.
CREATE TABLE event (
  position INTEGER PRIMARY KEY,
  at_ms    INTEGER NOT NULL,
  kind     TEXT    NOT NULL,
  version  INTEGER NOT NULL,
  open     BLOB    NOT NULL,
  content  BLOB                           -- sealed; null when the event has none
) STRICT;

-- For people who look into the file.
CREATE VIEW event_log AS
  SELECT o.id AS organisation, c.id AS conversation, e.position & 1048575 AS seq,
         e.at_ms, e.kind, e.version, CAST(e.open AS TEXT) AS open, length(e.content) AS content_bytes
  FROM event e JOIN conversation c ON c.key = e.position >> 20 JOIN organisation o ON o.key = c.organisation;

CREATE TABLE snapshot (
  conversation INTEGER PRIMARY KEY REFERENCES conversation (key),
  seq          INTEGER NOT NULL,
  sealed       BLOB    NOT NULL
) STRICT;

CREATE TABLE dedupe (
  conversation INTEGER NOT NULL,
  key          TEXT    NOT NULL,
  body_hash    BLOB,                      -- null once erased: any body matches
  seq          INTEGER NOT NULL,
  answer       BLOB,                      -- sealed; null when empty or erased
  CONSTRAINT dedupe_key PRIMARY KEY (conversation, key)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_claim (
  organisation INTEGER NOT NULL REFERENCES organisation (key),
  handoff      TEXT    NOT NULL,
  agent        TEXT    NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversation (key),
  CONSTRAINT agent_claim_handoff PRIMARY KEY (organisation, handoff)
) STRICT, WITHOUT ROWID;

CREATE INDEX agent_claim_agent ON agent_claim (organisation, agent);

CREATE TABLE outbox (
  key          INTEGER PRIMARY KEY,
  id           TEXT    NOT NULL,
  conversation INTEGER NOT NULL REFERENCES conversation (key),
  kind         TEXT    NOT NULL,
  state        TEXT    NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'done', 'dead')),
  due_at_ms    INTEGER NOT NULL,
  ready_at_ms  INTEGER NOT NULL,          -- due, or the end of the lease
  attempts     INTEGER NOT NULL DEFAULT 0,
  error        TEXT,
  payload      BLOB,                      -- sealed; null when empty, done or erased
  CONSTRAINT outbox_id UNIQUE (id)
) STRICT;

CREATE INDEX outbox_ready ON outbox (ready_at_ms) WHERE state = 'pending';
CREATE INDEX outbox_conversation ON outbox (conversation) WHERE state <> 'done';
CREATE INDEX outbox_dead ON outbox (key) WHERE state = 'dead';

CREATE TABLE ticket (
  organisation  INTEGER NOT NULL REFERENCES organisation (key),
  id            TEXT    NOT NULL,
  conversation  INTEGER NOT NULL REFERENCES conversation (key),
  handoff       TEXT    NOT NULL,
  customer      TEXT    NOT NULL,
  created_at_ms INTEGER NOT NULL,
  due_at_ms     INTEGER,
  tag           TEXT    NOT NULL,
  status        TEXT    NOT NULL,
  body          BLOB,                     -- sealed; null once erased
  CONSTRAINT ticket_id PRIMARY KEY (organisation, id),
  CONSTRAINT ticket_handoff UNIQUE (organisation, handoff)
) STRICT;

CREATE INDEX ticket_created ON ticket (organisation, created_at_ms);
CREATE INDEX ticket_status ON ticket (organisation, status, created_at_ms);
CREATE INDEX ticket_conversation ON ticket (conversation);

-- Erasures applied to this file; compared with keys.db at every start.
CREATE TABLE erasure (
  key_id       INTEGER PRIMARY KEY,
  organisation TEXT    NOT NULL,
  customer     TEXT    NOT NULL,
  at_ms        INTEGER NOT NULL
) STRICT;

CREATE TABLE record (
  key           INTEGER PRIMARY KEY,
  kind          TEXT    NOT NULL,
  organisation  TEXT    NOT NULL,
  id            TEXT    NOT NULL,
  scope         TEXT    NOT NULL,         -- '' or the organisation: within what the lookup is unique
  lookup        BLOB,                     -- keyed hash
  body          BLOB    NOT NULL,         -- sealed under the organisation's own key
  version       INTEGER NOT NULL,
  updated_at_ms INTEGER NOT NULL,
  expires_at_ms INTEGER,
  CONSTRAINT record_id UNIQUE (kind, organisation, id),
  CONSTRAINT record_lookup UNIQUE (kind, lookup, scope)
) STRICT;

CREATE INDEX record_expires ON record (expires_at_ms) WHERE expires_at_ms IS NOT NULL;

CREATE TABLE audit (
  organisation TEXT    NOT NULL,
  n            INTEGER NOT NULL,
  at_ms        INTEGER NOT NULL,
  actor        TEXT    NOT NULL,
  action       TEXT    NOT NULL,
  detail       BLOB    NOT NULL,
  previous     BLOB    NOT NULL,
  hash         BLOB    NOT NULL,
  CONSTRAINT audit_place PRIMARY KEY (organisation, n)
) STRICT;
