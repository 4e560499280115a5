-- Tenants, bundles, extensions.

ALTER TABLE escalation_process ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
-- The first sequence never given out; NULL if that is not known any more.
ALTER TABLE escalation_process ADD COLUMN next_sequence INTEGER;

-- The tenant of its process.
ALTER TABLE escalation_notification ADD COLUMN tenant TEXT NOT NULL DEFAULT '';
ALTER TABLE escalation_notification ADD COLUMN bundle TEXT;

ALTER TABLE escalation_dead_letter ADD COLUMN tenant TEXT NOT NULL DEFAULT '';

-- As before, and with the tenant, so that a claim finds those without one in the index alone.
DROP INDEX escalation_notification_ready;
CREATE INDEX escalation_notification_ready
    ON escalation_notification (ready_at, generation, sequence, tenant) WHERE parked = 0;
-- For the turns of tenants. Hosts that name none do not pay for it.
CREATE INDEX escalation_notification_tenant
    ON escalation_notification (tenant, ready_at, generation, sequence)
    WHERE parked = 0 AND tenant <> '';
CREATE INDEX escalation_notification_bundle
    ON escalation_notification (tenant, channel, destination, bundle, due_at)
    WHERE bundle IS NOT NULL AND state = 0 AND parked = 0;

-- The tenant that had the last turn.
CREATE TABLE escalation_turn (last TEXT NOT NULL) STRICT;
INSERT INTO escalation_turn VALUES ('');
