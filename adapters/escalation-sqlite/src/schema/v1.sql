-- All instants are microseconds since 1970 UTC.

-- A process that runs. AUTOINCREMENT never gives a generation twice, not even after a delete.
CREATE TABLE escalation_process (
    generation    INTEGER PRIMARY KEY AUTOINCREMENT,
    id            TEXT    NOT NULL UNIQUE,
    tenant        TEXT    NOT NULL,
    started_at    INTEGER NOT NULL,
    held_since    INTEGER,
    held_until    INTEGER,
    -- The first sequence never given out; NULL if that is not known any more.
    next_sequence INTEGER
) STRICT;
CREATE INDEX escalation_process_hold_end ON escalation_process (held_until)
    WHERE held_until IS NOT NULL;

-- A notification that is neither done nor dead. It repeats what a claim needs of its process, so
-- that a claim reads nothing else of it; and no claim writes here, since the row is long.
CREATE TABLE escalation_notification (
    -- The generation and, in the lowest 24 bits, the sequence.
    id          INTEGER PRIMARY KEY,
    -- When it is looked at next, if nobody has it: due, or tried again.
    ready_at    INTEGER NOT NULL,
    -- When it was planned for.
    due_at      INTEGER NOT NULL,
    -- Which round and step of its policy: (round - 1) * 16384 + step - 1.
    step        INTEGER NOT NULL,
    -- 1: its process never had another.
    alone       INTEGER NOT NULL,
    attempts    INTEGER NOT NULL DEFAULT 0,
    -- 1: an attempt may have been delivered.
    doubt       INTEGER NOT NULL DEFAULT 0,
    process     TEXT    NOT NULL,
    tenant      TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    destination TEXT    NOT NULL,
    bundle      TEXT,
    content     TEXT    NOT NULL,
    history     TEXT
) STRICT;
CREATE INDEX escalation_notification_bundle
    ON escalation_notification (tenant, channel, destination, bundle, due_at)
    WHERE bundle IS NOT NULL;

-- The notifications that nobody has and whose process is not held, in the order of claims.
CREATE TABLE escalation_waiting (
    ready_at INTEGER NOT NULL,
    id       INTEGER NOT NULL,
    tenant   TEXT    NOT NULL,
    PRIMARY KEY (ready_at, id)
) STRICT, WITHOUT ROWID;
-- For the turns of tenants. Hosts that name none do not pay for it.
CREATE INDEX escalation_waiting_tenant ON escalation_waiting (tenant, ready_at, id)
    WHERE tenant <> '';

-- The notifications that somebody has.
CREATE TABLE escalation_lease (
    id          INTEGER PRIMARY KEY,
    token       INTEGER NOT NULL,
    until       INTEGER NOT NULL,
    -- 1: an attempt has begun; 2: and its process was stopped since.
    in_flight   INTEGER NOT NULL DEFAULT 0,
    -- Of the attempt, which limits are counted by.
    channel     TEXT,
    destination TEXT
) STRICT;
CREATE INDEX escalation_lease_end ON escalation_lease (until);
CREATE INDEX escalation_lease_in_flight ON escalation_lease (channel, destination)
    WHERE in_flight > 0;

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
    tenant     TEXT    NOT NULL DEFAULT '',
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

-- The tenant that had the last turn.
CREATE TABLE escalation_turn (last TEXT NOT NULL) STRICT;
INSERT INTO escalation_turn VALUES ('');
