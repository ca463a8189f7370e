//! Every statement on `segue.db`, one place per statement. A test prepares each of them.

macro_rules! statements {
    ($($(#[$doc:meta])* $name:ident = $($part:expr),+;)*) => {
        $($(#[$doc])* pub(super) const $name: &str = concat!($($part),+);)*

        #[cfg(test)]
        pub(super) const ALL: &[(&str, &str)] = &[$((stringify!($name), $name)),*];
    };
}

/// The columns of a projection, in the order that `views::row` reads them.
macro_rules! row {
    () => {
        "c.id, c.customer, c.state, c.closed, c.squad, c.agent, c.channel, c.language, c.tier, c.reason,
         c.opened_at_ms, c.updated_at_ms, c.waiting_since_ms, c.sla_due_at_ms, c.deadline_at_ms,
         c.deadline_kind, c.epoch, c.frustration, c.sealed, c.urgent_at_ms, c.key FROM conversation c "
    };
}

macro_rules! organisation {
    () => {
        "(SELECT key FROM organisation WHERE id = ?1)"
    };
}

/// Ends of lists: `?2` and `?3` are the rank and key to continue after, `?4` the limit.
macro_rules! newest {
    () => {
        "AND (c.updated_at_ms, c.key) < (?2, ?3) ORDER BY c.updated_at_ms DESC, c.key DESC LIMIT ?4"
    };
}

macro_rules! most_urgent {
    () => {
        "AND (c.urgent_at_ms, c.key) > (?2, ?3) ORDER BY c.urgent_at_ms, c.key LIMIT ?4"
    };
}

macro_rules! event {
    () => {
        "SELECT position & 1048575, at_ms, kind, version, open, content FROM event "
    };
}

macro_rules! ticket {
    () => {
        "SELECT t.id, c.id, t.handoff, t.customer, t.created_at_ms, t.due_at_ms, t.tag, t.status, t.body, t.rowid
         FROM ticket t JOIN conversation c ON c.key = t.conversation "
    };
}

macro_rules! record {
    () => {
        "SELECT key, organisation, id, body, version, updated_at_ms, expires_at_ms FROM record "
    };
}

statements! {
    // Organisations
    ADD_ORGANISATION = "INSERT INTO organisation (id) VALUES (?1)";
    ORGANISATION = "SELECT key FROM organisation WHERE id = ?1";
    ORGANISATIONS = "SELECT id FROM organisation
        UNION SELECT organisation FROM record WHERE kind = 'organisation' ORDER BY 1";

    // The commit
    HEAD = "SELECT key, seq, customer FROM conversation WHERE organisation = ?1 AND id = ?2";
    ADD_CONVERSATION = "INSERT INTO conversation (organisation, id, customer, seq) VALUES (?1, ?2, ?3, ?4)";
    ADVANCE = "UPDATE conversation SET seq = ?2 WHERE key = ?1";
    /// The projection with the new sequence; `?1` is the key.
    PROJECT = "UPDATE conversation SET seq = ?2, state = ?3, closed = ?4, squad = ?5, agent = ?6, channel = ?7,
        language = ?8, tier = ?9, reason = ?10, opened_at_ms = ?11, updated_at_ms = ?12,
        waiting_since_ms = ?13, sla_due_at_ms = ?14, urgent_at_ms = ?15, deadline_at_ms = ?16,
        deadline_kind = ?17, epoch = ?18, frustration = ?19, sealed = ?20 WHERE key = ?1";
    MOVE_CUSTOMER = "UPDATE conversation SET customer = ?2 WHERE key = ?1";
    ADD_FORMER_CUSTOMER = "INSERT INTO former_customer (conversation, customer) VALUES (?1, ?2)
        ON CONFLICT DO NOTHING";
    ADD_EVENT = "INSERT INTO event (position, at_ms, kind, version, open, content)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6)";
    ADD_DEDUPE = "INSERT INTO dedupe (conversation, key, body_hash, seq, answer) VALUES (?1, ?2, ?3, ?4, ?5)
        ON CONFLICT DO NOTHING";
    DEDUPE = "SELECT body_hash, seq, answer FROM dedupe WHERE conversation = ?1 AND key = ?2";
    PUT_SNAPSHOT = "INSERT OR REPLACE INTO snapshot (conversation, seq, sealed) VALUES (?1, ?2, ?3)";
    CLAIM_OWNER = "SELECT agent FROM agent_claim WHERE organisation = ?1 AND handoff = ?2";
    CLAIMS_HELD = "SELECT count(*) FROM agent_claim WHERE organisation = ?1 AND agent = ?2";
    TAKE_CLAIM = "INSERT INTO agent_claim (organisation, handoff, agent, conversation) VALUES (?1, ?2, ?3, ?4)";
    RELEASE_CLAIM = "DELETE FROM agent_claim WHERE organisation = ?1 AND handoff = ?2 AND agent = ?3";
    PUT_TICKET = "INSERT INTO ticket (organisation, id, conversation, handoff, customer, created_at_ms,
        due_at_ms, tag, status, body) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        ON CONFLICT (organisation, id) DO UPDATE SET due_at_ms = excluded.due_at_ms, tag = excluded.tag,
        status = excluded.status, body = excluded.body, customer = excluded.customer";

    // The log
    SNAPSHOT = "SELECT seq, sealed FROM snapshot WHERE conversation = ?1";
    /// `?1` exclusive and `?2` inclusive are positions.
    EVENTS = event!(), "WHERE position > ?1 AND position <= ?2 ORDER BY position LIMIT ?3";
    CONVERSATIONS_AFTER = "SELECT key, id, customer FROM conversation
        WHERE organisation = ", organisation!(), " AND id > ?2 ORDER BY id LIMIT ?3";

    // Views
    ROW = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.id = ?2 AND c.closed IS NOT NULL";
    LIST_OPEN = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(), " AND c.closed = 0 ", newest!();
    LIST_CLOSED = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(), " AND c.closed = 1 ", newest!();
    LIST_MINE = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0 AND c.agent = ?5 ", newest!();
    LIST_SQUAD = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0 AND c.squad = ?5 ", newest!();
    LIST_STATE = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0 AND c.state = ?5 ", newest!();
    LIST_WAITING = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.urgent_at_ms IS NOT NULL ", most_urgent!();
    LIST_UNASSIGNED = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.urgent_at_ms IS NOT NULL AND c.agent IS NULL ", most_urgent!();
    LIST_CUSTOMER = "SELECT ", row!(), "WHERE c.organisation = ", organisation!(),
        " AND c.customer = ?2 AND c.closed IS NOT NULL ORDER BY c.key DESC LIMIT ?3";
    VISITS = "SELECT c.id, c.customer, c.opened_at_ms, c.updated_at_ms FROM conversation c
        WHERE c.organisation = ", organisation!(), " AND c.opened_at_ms IS NOT NULL";
    COUNT_OPEN = "SELECT count(*) FROM conversation c WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0";
    COUNT_MINE = "SELECT count(*) FROM conversation c WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0 AND c.agent = ?2";
    COUNT_SQUAD = "SELECT count(*) FROM conversation c WHERE c.organisation = ", organisation!(),
        " AND c.closed = 0 AND c.squad = ?2";
    /// Waiting, and of those without an agent.
    COUNT_WAITING = "SELECT count(*), count(*) FILTER (WHERE c.agent IS NULL) FROM conversation c
        WHERE c.organisation = ", organisation!(), " AND c.urgent_at_ms IS NOT NULL";
    DEADLINES = "SELECT o.id, c.id, c.deadline_at_ms, c.deadline_kind, c.epoch
        FROM conversation c JOIN organisation o ON o.key = c.organisation
        WHERE c.deadline_at_ms <= ?1 ORDER BY c.deadline_at_ms LIMIT ?2";
    NEXT_DEADLINE = "SELECT min(deadline_at_ms) FROM conversation WHERE deadline_at_ms IS NOT NULL";
    CLAIMS = "SELECT a.agent, a.handoff, c.id FROM agent_claim a JOIN conversation c ON c.key = a.conversation
        WHERE a.organisation = ", organisation!(), " ORDER BY a.agent, a.handoff";

    // Outbox
    ADD_OUTBOX = "INSERT OR IGNORE INTO outbox (id, conversation, kind, due_at_ms, ready_at_ms, payload)
        VALUES (?1, ?2, ?3, ?4, ?4, ?5)";
    OUTBOX_DONE = "UPDATE outbox SET state = 'done', payload = NULL, error = NULL
        WHERE id = ?1 AND state <> 'done'";
    OUTBOX_DUE = "SELECT key FROM outbox WHERE state = 'pending' AND ready_at_ms <= ?1
        ORDER BY ready_at_ms LIMIT ?2";
    OUTBOX_LEASE = "UPDATE outbox SET ready_at_ms = ?2, attempts = attempts + 1 WHERE key = ?1";
    OUTBOX_ITEM = "SELECT x.id, x.kind, o.id, c.id, c.customer, x.due_at_ms, x.attempts, x.error, x.payload
        FROM outbox x JOIN conversation c ON c.key = x.conversation
        JOIN organisation o ON o.key = c.organisation WHERE x.key = ?1";
    OUTBOX_NEXT = "SELECT min(ready_at_ms) FROM outbox WHERE state = 'pending'";
    OUTBOX_RETRY = "UPDATE outbox SET ready_at_ms = ?2, error = ?3 WHERE id = ?1 AND state = 'pending'";
    OUTBOX_DEAD = "UPDATE outbox SET state = 'dead', error = ?2 WHERE id = ?1 AND state = 'pending'";
    OUTBOX_REVIVE = "UPDATE outbox SET state = 'pending', ready_at_ms = ?2, attempts = 0
        WHERE id = ?1 AND state = 'dead'";
    DEAD_LETTERS = "SELECT x.key FROM outbox x JOIN conversation c ON c.key = x.conversation
        WHERE x.state = 'dead' AND c.organisation = ", organisation!(), " ORDER BY x.key DESC LIMIT ?2";

    // Tickets
    TICKET = ticket!(), "WHERE t.organisation = ", organisation!(), " AND t.id = ?2";
    TICKET_OF_HANDOFF = ticket!(), "WHERE t.organisation = ", organisation!(), " AND t.handoff = ?2";
    TICKETS = ticket!(), "WHERE t.organisation = ", organisation!(),
        " AND (t.created_at_ms, t.rowid) < (?2, ?3) ORDER BY t.created_at_ms DESC, t.rowid DESC LIMIT ?4";
    TICKETS_OF_STATUS = ticket!(), "WHERE t.organisation = ", organisation!(), " AND t.status = ?5
        AND (t.created_at_ms, t.rowid) < (?2, ?3) ORDER BY t.created_at_ms DESC, t.rowid DESC LIMIT ?4";

    // Records
    RECORD = record!(), "WHERE kind = ?1 AND organisation = ?2 AND id = ?3";
    RECORD_VERSION = "SELECT version FROM record WHERE kind = ?1 AND organisation = ?2 AND id = ?3";
    RECORDS = record!(), "WHERE kind = ?1 AND organisation = ?2 AND id > ?3 ORDER BY id LIMIT ?4";
    RECORDS_OF_LOOKUP = record!(), "WHERE kind = ?1 AND lookup = ?2 ORDER BY scope";
    PUT_RECORD = "INSERT INTO record (kind, organisation, id, scope, lookup, body, version, updated_at_ms,
        expires_at_ms) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)
        ON CONFLICT (kind, organisation, id) DO UPDATE SET lookup = excluded.lookup, body = excluded.body,
        version = excluded.version, updated_at_ms = excluded.updated_at_ms,
        expires_at_ms = excluded.expires_at_ms";
    DELETE_RECORD = "DELETE FROM record WHERE kind = ?1 AND organisation = ?2 AND id = ?3";
    DELETE_EXPIRED = "DELETE FROM record WHERE expires_at_ms <= ?1";

    // Audit
    AUDIT_HEAD = "SELECT n, hash FROM audit WHERE organisation = ?1 ORDER BY n DESC LIMIT 1";
    ADD_AUDIT = "INSERT INTO audit (organisation, n, at_ms, actor, action, detail, previous, hash)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)";
    AUDIT_AFTER = "SELECT n, at_ms, actor, action, detail, previous, hash FROM audit
        WHERE organisation = ?1 AND n > ?2 ORDER BY n LIMIT ?3";
    AUDIT_BEFORE = "SELECT n, at_ms, actor, action, detail, previous, hash FROM audit
        WHERE organisation = ?1 AND n < ?2 ORDER BY n DESC LIMIT ?3";

    // Erasure
    FORMER_CUSTOMERS = "SELECT DISTINCT f.customer FROM former_customer f
        JOIN conversation c ON c.key = f.conversation
        WHERE c.organisation = ", organisation!(), " AND c.customer = ?2";
    CONVERSATIONS_OF = "SELECT key FROM conversation
        WHERE organisation = ", organisation!(), " AND customer = ?2
        UNION SELECT c.key FROM former_customer f JOIN conversation c ON c.key = f.conversation
        WHERE f.customer = ?2 AND c.organisation = ", organisation!();
    ERASE_ROW = "UPDATE conversation SET sealed = NULL, frustration = NULL WHERE key = ?1";
    ERASE_SNAPSHOT = "DELETE FROM snapshot WHERE conversation = ?1";
    ERASE_DEDUPE = "UPDATE dedupe SET body_hash = NULL, answer = NULL WHERE conversation = ?1";
    ERASE_OUTBOX = "UPDATE outbox SET payload = NULL, state = 'dead', error = 'erased'
        WHERE conversation = ?1 AND state <> 'done'";
    ERASE_TICKETS = "UPDATE ticket SET body = NULL WHERE conversation = ?1";
    ADD_ERASURE = "INSERT INTO erasure (key_id, organisation, customer, at_ms) VALUES (?1, ?2, ?3, ?4)
        ON CONFLICT DO NOTHING";
    ERASURES = "SELECT key_id, organisation, customer, at_ms FROM erasure ORDER BY key_id";

    // State hash
    CONVERSATIONS_OF_ALL = "SELECT o.id, c.id, c.key FROM conversation c
        JOIN organisation o ON o.key = c.organisation ORDER BY o.id, c.id";
}

#[cfg(test)]
mod tests {
    use rusqlite::Connection;

    use super::*;
    use crate::sqlite::migrate;

    fn database() -> Connection {
        let mut connection = Connection::open_in_memory().unwrap();
        migrate::RECORD.run(&mut connection).unwrap();
        connection
    }

    #[test]
    fn every_statement_prepares() {
        let connection = database();
        for (name, sql) in ALL {
            connection.prepare(sql).unwrap_or_else(|error| panic!("{name}: {error}"));
        }
        assert!(ALL.len() > 60);
    }

    /// A list that sorts, or that scans a table, would grow with the history of the organisation.
    #[test]
    fn lists_walk_an_index() {
        let connection = database();
        let walked = ALL.iter().filter(|(name, _)| {
            ["LIST_", "COUNT_", "DEADLINES", "OUTBOX_DUE", "TICKETS", "RECORDS", "EVENTS", "AUDIT", "HEAD"]
                .iter()
                .any(|start| name.starts_with(start))
        });
        for (name, sql) in walked {
            let mut plan = connection.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
            let parameters = rusqlite::params_from_iter((0..plan.parameter_count()).map(|_| 1));
            let steps = plan.query_map(parameters, |row| row.get::<_, String>(3)).unwrap();
            for step in steps {
                let step = step.unwrap();
                let bad = step.contains("TEMP B-TREE") || step.starts_with("SCAN");
                assert!(!bad, "{name}: {step}");
            }
        }
    }
}
