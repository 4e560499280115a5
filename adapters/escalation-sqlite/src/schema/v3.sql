-- Notifications are found by one number, since a claim and its settlement find each three times.

ALTER TABLE escalation_notification RENAME TO escalation_notification_v2;

-- A notification that is neither done nor dead.
CREATE TABLE escalation_notification (
    -- The generation and, in the lowest 24 bits, the sequence.
    id          INTEGER PRIMARY KEY,
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
    -- The tenant of its process.
    tenant      TEXT    NOT NULL,
    channel     TEXT    NOT NULL,
    destination TEXT    NOT NULL,
    bundle      TEXT,
    content     TEXT    NOT NULL,
    history     TEXT
) STRICT;
INSERT INTO escalation_notification
    (id, step, due_at, ready_at, parked, state, token, attempts, doubt, tenant, channel,
     destination, bundle, content, history)
SELECT generation << 24 | sequence, step, due_at, ready_at, parked, state, token, attempts, doubt,
       tenant, channel, destination, bundle, content, history
FROM escalation_notification_v2;
DROP TABLE escalation_notification_v2;

CREATE INDEX escalation_notification_ready ON escalation_notification (ready_at) WHERE parked = 0;
-- For the turns of tenants. Hosts that name none do not pay for it.
CREATE INDEX escalation_notification_tenant
    ON escalation_notification (tenant, ready_at) WHERE parked = 0 AND tenant <> '';
CREATE INDEX escalation_notification_bundle
    ON escalation_notification (tenant, channel, destination, bundle, due_at)
    WHERE bundle IS NOT NULL AND state = 0 AND parked = 0;
CREATE INDEX escalation_notification_in_flight
    ON escalation_notification (channel, destination) WHERE state = 2;
