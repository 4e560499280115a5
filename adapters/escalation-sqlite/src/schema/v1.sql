-- All instants are microseconds since 1970 UTC.

-- A run of a process. AUTOINCREMENT never gives a generation twice, not even after a delete.
CREATE TABLE escalation_process (
    generation INTEGER PRIMARY KEY AUTOINCREMENT,
    id         TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    held_since INTEGER,
    held_until INTEGER,
    -- 1: ended by a stop, and kept until its last attempt in flight is settled.
    stopped    INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE UNIQUE INDEX escalation_process_running ON escalation_process (id) WHERE stopped = 0;
CREATE INDEX escalation_process_hold_end ON escalation_process (held_until)
    WHERE held_until IS NOT NULL;

-- A notification that is neither done nor dead.
CREATE TABLE escalation_notification (
    generation  INTEGER NOT NULL,
    sequence    INTEGER NOT NULL,
    step        INTEGER NOT NULL,
    -- When it was planned for.
    due_at      INTEGER NOT NULL,
    -- When it is looked at next: due, tried again, or its lease runs out.
    ready_at    INTEGER NOT NULL,
    -- 1: its process is held, and nobody looks at it.
    parked      INTEGER NOT NULL DEFAULT 0,
    -- 0 waiting, 1 claimed, 2 in flight.
    state       INTEGER NOT NULL DEFAULT 0,
    token       INTEGER NOT NULL DEFAULT 0,
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- 1: an attempt may have been delivered.
    doubt       INTEGER NOT NULL DEFAULT 0,
    channel     TEXT    NOT NULL,
    destination TEXT    NOT NULL,
    content     TEXT    NOT NULL,
    history     TEXT,
    PRIMARY KEY (generation, sequence)
) STRICT, WITHOUT ROWID;
-- All three columns are named, so that a claim can lease exactly the range that it has read.
CREATE INDEX escalation_notification_ready
    ON escalation_notification (ready_at, generation, sequence) WHERE parked = 0;
CREATE INDEX escalation_notification_in_flight
    ON escalation_notification (channel, destination) WHERE state = 2;

-- Requests handled lately, so that their redelivery changes nothing.
CREATE TABLE escalation_request (
    id         TEXT    PRIMARY KEY,
    handled_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX escalation_request_age ON escalation_request (handled_at);

-- The theoretical arrival time of each rate limit.
CREATE TABLE escalation_rate (
    channel     TEXT    NOT NULL,
    -- '' with scope 0: the channel as a whole.
    destination TEXT    NOT NULL,
    scope       INTEGER NOT NULL,
    name        TEXT    NOT NULL,
    arrival     INTEGER NOT NULL,
    PRIMARY KEY (channel, destination, scope, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE escalation_dead_letter (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    died_at    INTEGER NOT NULL,
    reason     TEXT    NOT NULL,
    -- Of a notification.
    process    TEXT,
    generation INTEGER,
    sequence   INTEGER,
    step       INTEGER,
    due_at     INTEGER,
    content    TEXT,
    history    TEXT,
    -- Of a request.
    request    TEXT,
    body       BLOB
) STRICT;

-- The newest fencing token.
CREATE TABLE escalation_token (newest INTEGER NOT NULL) STRICT;
INSERT INTO escalation_token VALUES (0);
