-- keys.db: the wrapped data keys, apart from everything they open. See src/keys.rs.

-- One row that only the right master key opens.
CREATE TABLE master (
  check_bytes BLOB NOT NULL
) STRICT;

-- Rows are appended in order, never deleted and never resized: destroying a key overwrites `wrapped` with as
-- many zeros, in place. So no page ever holds a second copy of a wrapped key.
CREATE TABLE data_key (
  slot         INTEGER PRIMARY KEY,
  id           INTEGER NOT NULL,          -- random, so that a lost and a new key never share it
  organisation TEXT    NOT NULL,
  customer     TEXT    NOT NULL,          -- '' for the organisation's own key
  generation   INTEGER NOT NULL,          -- 1, and one more after each erasure
  wrapped      BLOB    NOT NULL,
  CONSTRAINT data_key_id UNIQUE (id),
  CONSTRAINT data_key_subject UNIQUE (organisation, customer, generation)
) STRICT;

CREATE TABLE erasure (
  key_id       INTEGER PRIMARY KEY,
  organisation TEXT    NOT NULL,
  customer     TEXT    NOT NULL,
  at_ms        INTEGER NOT NULL
) STRICT;
