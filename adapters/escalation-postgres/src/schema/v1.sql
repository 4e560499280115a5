-- All instants are microseconds since 1970 UTC; the view `schedule` shows them as timestamps.
--
-- Whoever needs several locks takes them in this order: the name of a process (advisory), its
-- notifications by (generation, sequence), its row in `process`. So nobody waits in a circle.

CREATE TABLE tenant (
    id text PRIMARY KEY
);
COMMENT ON TABLE tenant IS 'On whose behalf processes run. Tenants take turns; the empty text is the default one.';

CREATE TABLE process (
    generation    bigint  PRIMARY KEY,
    id            text    NOT NULL,
    tenant        text    NOT NULL,
    started_at    bigint  NOT NULL,
    held_since    bigint,
    held_until    bigint,
    next_sequence integer,
    stopped       boolean NOT NULL DEFAULT false
) WITH (fillfactor = 90, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_analyze_scale_factor = 0.05);
CREATE UNIQUE INDEX process_running ON process (id) WHERE NOT stopped;
CREATE INDEX process_tenant ON process (tenant);
CREATE INDEX process_hold_end ON process (held_until) WHERE held_until IS NOT NULL;
CREATE SEQUENCE generation OWNED BY process.generation;
COMMENT ON SEQUENCE generation IS 'Numbers the runs of all processes, those without a row too.';
COMMENT ON TABLE process IS 'A run of an escalation process, unless it is nothing but its only notification. Gone with its last notification.';
COMMENT ON COLUMN process.id IS 'Its name; a backslash is written twice, a zero character as \0.';
COMMENT ON COLUMN process.held_since IS 'Acknowledged or snoozed since then.';
COMMENT ON COLUMN process.next_sequence IS 'The first that was never given out; NULL if that is not known any more.';
COMMENT ON COLUMN process.stopped IS 'Ended by a stop, and kept until its last attempt in flight is settled.';

-- To claim a notification and to begin an attempt changes no column that any index names, and a page
-- has room for as many changed rows as it holds: so both write one row each and no index (HOT).
CREATE TABLE notification (
    generation    bigint   NOT NULL,
    sequence      integer  NOT NULL,
    step          integer  NOT NULL,
    due_at        bigint   NOT NULL,
    ready_at      bigint   NOT NULL,
    token         bigint   NOT NULL DEFAULT 0,
    lease_until   bigint   NOT NULL DEFAULT 0,
    attempts      integer  NOT NULL DEFAULT 0,
    state         smallint NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2)),
    process_state smallint NOT NULL DEFAULT 0 CHECK (process_state IN (0, 1, 2)),
    doubt         boolean  NOT NULL DEFAULT false,
    counted       boolean  NOT NULL DEFAULT false,
    alone_since   bigint,
    left_until    bigint,
    process       text     NOT NULL,
    tenant        text     NOT NULL,
    channel       text     NOT NULL,
    destination   text     NOT NULL,
    bundle        text,
    content       json     NOT NULL,
    history       json[],
    PRIMARY KEY (generation, sequence)
) WITH (fillfactor = 45, autovacuum_vacuum_scale_factor = 0.01, autovacuum_vacuum_threshold = 1000,
        autovacuum_vacuum_cost_delay = 0, autovacuum_analyze_scale_factor = 0.05);
CREATE INDEX notification_ready ON notification (tenant, ready_at, generation, sequence)
    WHERE process_state = 0;
CREATE UNIQUE INDEX notification_alone ON notification (process) WHERE alone_since IS NOT NULL;
CREATE INDEX notification_left ON notification (left_until) WHERE left_until IS NOT NULL;
CREATE INDEX notification_counted ON notification (channel, destination) WHERE counted;
CREATE INDEX notification_bundle ON notification (tenant, channel, destination, bundle)
    WHERE bundle IS NOT NULL;
COMMENT ON TABLE notification IS 'A notification that is neither done nor dead.';
COMMENT ON COLUMN notification.step IS 'Which round and step of its policy: (round - 1) * 16384 + step - 1.';
COMMENT ON COLUMN notification.due_at IS 'When it was planned for.';
COMMENT ON COLUMN notification.ready_at IS 'From when on it may be claimed, if nobody has it. Never later than the end of its lease.';
COMMENT ON COLUMN notification.token IS 'Grows with each claim, and with time; whoever names an older one is not heard.';
COMMENT ON COLUMN notification.lease_until IS 'When it may be claimed again if its worker says no more; nothing while it waits.';
COMMENT ON COLUMN notification.state IS '0 waiting, 1 claimed, 2 in flight.';
COMMENT ON COLUMN notification.process_state IS '0 the process runs, 1 it is held, 2 it was stopped.';
COMMENT ON COLUMN notification.doubt IS 'An attempt may have been delivered.';
COMMENT ON COLUMN notification.counted IS 'In flight, on a channel in `limited`.';
COMMENT ON COLUMN notification.alone_since IS 'When its process was started, which never had another notification and has no row in `process`.';
COMMENT ON COLUMN notification.left_until IS 'The end of its lease, if its process was held or stopped while it was in flight.';
COMMENT ON COLUMN notification.bundle IS 'It may travel with others of the same tenant, channel, destination and bundle.';
COMMENT ON COLUMN notification.history IS 'The attempts that failed, oldest first; NULL if there is none.';

CREATE TABLE limited (
    channel text PRIMARY KEY
);
COMMENT ON TABLE limited IS 'Channels with a limit, by now or once, on what may be in flight: only there, what is has to be counted.';

CREATE TABLE request (
    id         text   PRIMARY KEY,
    handled_at bigint NOT NULL
);
CREATE INDEX request_age ON request (handled_at);
COMMENT ON TABLE request IS 'Requests handled lately, so that their redelivery changes nothing.';

CREATE TABLE rate (
    channel     text    NOT NULL,
    destination text,
    name        text    NOT NULL,
    arrival     bigint  NOT NULL
) WITH (fillfactor = 50);
-- Without a destination: the channel as a whole.
CREATE UNIQUE INDEX rate_of_destination ON rate (channel, destination, name)
    WHERE destination IS NOT NULL;
CREATE UNIQUE INDEX rate_of_channel ON rate (channel, name) WHERE destination IS NULL;
COMMENT ON TABLE rate IS 'The theoretical arrival time of each rate limit (generic cell rate algorithm).';

CREATE TABLE dead_letter (
    id          bigint  GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    died_at     bigint  NOT NULL,
    reason      json    NOT NULL,
    -- Of a notification.
    process     text,
    generation  bigint,
    sequence    integer,
    tenant      text,
    token       bigint,
    step        integer,
    due_at      bigint,
    channel     text,
    destination text,
    bundle      text,
    content     json,
    history     json[],
    -- Of a request.
    request     text,
    body        bytea
);
CREATE INDEX dead_letter_age ON dead_letter (died_at);
COMMENT ON TABLE dead_letter IS 'What could not be delivered or read, until somebody looks at it.';

CREATE VIEW schedule AS
SELECT tenant, process, generation, sequence, step / 16384 + 1 AS round, step % 16384 + 1 AS step,
       channel, destination,
       to_timestamp(due_at / 1e6) AS due_at,
       to_timestamp(CASE state WHEN 0 THEN ready_at ELSE lease_until END / 1e6) AS ready_at,
       (ARRAY['waiting', 'claimed', 'in flight'])[state + 1] AS state,
       (ARRAY['running', 'held', 'stopped'])[process_state + 1] AS process_state,
       attempts, doubt, content
FROM notification;
COMMENT ON VIEW schedule IS 'The notifications as people read them.';
COMMENT ON COLUMN schedule.ready_at IS 'When it is looked at next: due, tried again, or its lease runs out.';

-- Every statement below finds few rows by an index. A plan that a session keeps from the day when the
-- tables were empty would scan them instead, so other plans are off.
SET LOCAL enable_seqscan TO off;
SET LOCAL enable_bitmapscan TO off;
SET LOCAL enable_hashjoin TO off;
SET LOCAL enable_mergejoin TO off;
-- Nor does any run long enough to be compiled, whatever the planner expects of tables not yet analyzed.
SET LOCAL jit TO off;
-- The planner would plan a claim anew each time, in the hope that a known LIMIT makes it cheaper: that
-- takes longer than the claim.
SET LOCAL plan_cache_mode TO force_generic_plan;

-- What is under way of a process.
CREATE FUNCTION in_flight(_generation bigint)
RETURNS TABLE (sequence integer, token bigint, attempts integer, content text)
LANGUAGE sql STABLE SET search_path FROM CURRENT AS $$
    SELECT n.sequence, n.token, n.attempts, n.content::text FROM notification n
    WHERE n.generation = _generation AND n.state = 2 ORDER BY n.sequence
$$;

-- Whether a request was handled in the last hour; if not, it is now.
CREATE FUNCTION handled_before(_request text, _now bigint, _remembered bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    IF _request IS NULL THEN
        RETURN false;
    END IF;
    -- Two go for each that comes, so the table stays as large as its hour.
    DELETE FROM request WHERE id IN
        (SELECT r.id FROM request r WHERE r.handled_at < _now - _remembered
         ORDER BY r.handled_at LIMIT 2 FOR UPDATE SKIP LOCKED);
    INSERT INTO request AS r (id, handled_at) VALUES (_request, _now)
        ON CONFLICT (id) DO UPDATE SET handled_at = excluded.handled_at
        WHERE r.handled_at < _now - _remembered;
    RETURN NOT FOUND;
END $$;

-- Starts, stops and holds of one name happen one after another, and none while tenants are forgotten.
CREATE FUNCTION lock_name(_id text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock_shared(hashtextextended(current_schema(), 6)),
        pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || _id, 7));
END $$;

-- A process without notifications is over. Of two workers who settle its last ones at once, the second
-- to get here sees what the first has done.
CREATE FUNCTION forget_if_finished(_generations bigint[]) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
BEGIN
    PERFORM FROM process WHERE generation = ANY (_generations) ORDER BY generation FOR UPDATE;
    DELETE FROM process p WHERE p.generation = ANY (_generations)
        AND NOT EXISTS (SELECT FROM notification n WHERE n.generation = p.generation);
END $$;

-- The running process of a name.
CREATE FUNCTION running(_id text) RETURNS bigint
LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT coalesce((SELECT generation FROM notification WHERE process = _id AND alone_since IS NOT NULL),
                    (SELECT generation FROM process WHERE id = _id AND NOT stopped))
$$;

-- Running processes after a generation, in order, with how much is open and when it is looked at next.
CREATE FUNCTION list(_after bigint, _max bigint)
RETURNS TABLE (id text, generation bigint, tenant text, started_at bigint, held_since bigint,
               held_until bigint, open bigint, ready_at bigint)
LANGUAGE sql STABLE SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
    WITH RECURSIVE place (generation) AS (
        SELECT _after
        UNION ALL
        SELECT (SELECT n.generation FROM notification n WHERE n.generation > place.generation
                ORDER BY n.generation LIMIT 1)
        FROM place WHERE place.generation IS NOT NULL)
    SELECT n.process, place.generation, n.tenant, coalesce(p.started_at, n.alone_since),
           p.held_since, p.held_until, n.open, n.ready_at
    FROM place
        LEFT JOIN process p ON p.generation = place.generation
        CROSS JOIN LATERAL (
            SELECT min(m.process) AS process, min(m.tenant) AS tenant, min(m.alone_since) AS alone_since,
                   count(*) AS open,
                   min(CASE m.state WHEN 0 THEN m.ready_at ELSE m.lease_until END) AS ready_at
            FROM notification m WHERE m.generation = place.generation) AS n
    WHERE place.generation > _after AND p.stopped IS NOT TRUE
    LIMIT _max
$$;

-- Takes the notifications of a process and then the process, and says whether it runs. One that was
-- nothing but its notification gets a row of its own, since more is to be said about it now.
CREATE FUNCTION lock_running(_generation bigint) RETURNS boolean
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    PERFORM FROM notification WHERE generation = _generation ORDER BY sequence FOR UPDATE;
    INSERT INTO process (generation, id, tenant, started_at, next_sequence)
        SELECT generation, process, tenant, alone_since, 1 FROM notification
        WHERE generation = _generation AND alone_since IS NOT NULL;
    IF FOUND THEN
        UPDATE notification SET alone_since = NULL WHERE generation = _generation;
        RETURN true;
    END IF;
    PERFORM FROM process WHERE generation = _generation AND NOT stopped FOR UPDATE;
    RETURN FOUND;
END $$;

-- Of a process that is locked: frees the name, and drops every notification but those in flight.
CREATE FUNCTION end_process(_generation bigint) RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    dropped bigint;
BEGIN
    DELETE FROM notification WHERE generation = _generation AND state <> 2;
    GET DIAGNOSTICS dropped = ROW_COUNT;
    UPDATE notification SET process_state = 2, left_until = lease_until WHERE generation = _generation;
    IF FOUND THEN
        UPDATE process SET stopped = true, held_since = NULL, held_until = NULL
            WHERE generation = _generation;
    ELSE
        DELETE FROM process WHERE generation = _generation;
    END IF;
    RETURN dropped;
END $$;

-- Tells the workers that something is due soon; they look by themselves for what is due later.
CREATE FUNCTION announce(_due_at bigint) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT pg_notify('escalation', current_schema() || ' ' || _due_at)
$$;

CREATE FUNCTION stop_process(_id text, _request text, _now bigint, _remembered bigint, _only bigint)
RETURNS TABLE (outcome text, generation bigint, cancelled bigint,
               sequence integer, token bigint, attempts integer, content text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    running bigint;
    dropped bigint;
BEGIN
    PERFORM lock_name(_id);
    IF handled_before(_request, _now, _remembered) THEN
        outcome := 'duplicate';
        RETURN NEXT;
        RETURN;
    END IF;
    -- Most that are stopped wait for their only notification.
    DELETE FROM notification n WHERE n.process = _id AND n.alone_since IS NOT NULL AND n.state <> 2
            AND (n.generation = _only OR _only IS NULL)
        RETURNING n.generation INTO running;
    IF FOUND THEN
        RETURN QUERY SELECT 'ended', running, 1::bigint, NULL::integer, NULL::bigint, NULL::integer, NULL::text;
        RETURN;
    END IF;
    running := running(_id);
    IF running IS NULL OR running <> _only OR NOT lock_running(running) THEN
        outcome := 'not running';
        RETURN NEXT;
        RETURN;
    END IF;
    dropped := end_process(running);
    RETURN QUERY SELECT 'ended', running, dropped, f.* FROM (SELECT) AS one
        LEFT JOIN in_flight(running) f ON true;
END $$;

CREATE FUNCTION start_process(
    _id text, _request text, _if_running text, _tenant text, _started_at bigint, _now bigint,
    _remembered bigint, _announced bigint, _step integer[], _due_at bigint[],
    _channel text[], _destination text[], _bundle text[], _content text[])
RETURNS TABLE (outcome text, generation bigint, first integer,
               sequence integer, token bigint, attempts integer, content text, replaced bigint)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    before bigint;
    created bigint;
    following integer;
    held_for bigint;
    added integer := cardinality(_step);
    alone_since bigint;
BEGIN
    PERFORM lock_name(_id);
    IF handled_before(_request, _now, _remembered) THEN
        outcome := 'duplicate';
        RETURN NEXT;
        RETURN;
    END IF;
    before := running(_id);
    IF before IS NOT NULL AND _if_running = 'keep' THEN
        outcome := 'running';
        generation := before;
        RETURN NEXT;
        RETURN;
    END IF;
    IF before IS NOT NULL AND NOT lock_running(before) THEN
        before := NULL;
    END IF;
    IF before IS NOT NULL AND _if_running = 'extend' THEN
        generation := before;
        UPDATE process p SET next_sequence = next_sequence + added
            WHERE p.generation = before AND next_sequence <= 2147483647 - added
            RETURNING p.next_sequence - added, p.tenant, CASE WHEN p.held_since IS NOT NULL THEN greatest(_now - p.held_since, 0) END
            INTO following, _tenant, held_for;
        IF NOT FOUND THEN
            outcome := 'running';
            RETURN NEXT;
            RETURN;
        END IF;
        outcome := 'extended';
        first := following;
        RETURN NEXT;
        created := before;
    ELSE
        IF before IS NOT NULL THEN
            PERFORM end_process(before);
        END IF;
        PERFORM FROM tenant WHERE id = _tenant;
        IF NOT FOUND THEN
            INSERT INTO tenant VALUES (_tenant) ON CONFLICT DO NOTHING;
        END IF;
        created := nextval('generation');
        following := 0;
        IF added = 1 THEN
            alone_since := _started_at;
        ELSE
            INSERT INTO process (generation, id, tenant, started_at, next_sequence)
                VALUES (created, _id, _tenant, _started_at, added);
        END IF;
        IF before IS NOT NULL THEN
            RETURN QUERY SELECT 'replaced', created, NULL::integer, f.*, before FROM (SELECT) AS one
                LEFT JOIN in_flight(before) f ON true;
        ELSE
            outcome := 'created';
            generation := created;
            RETURN NEXT;
        END IF;
    END IF;
    -- What is added to a held process is as far away when the hold ends as it is now.
    INSERT INTO notification (generation, sequence, step, due_at, ready_at, process_state, alone_since,
                              process, tenant, channel, destination, bundle, content)
        SELECT created, following + u.position - 1, u.step, d.due_at, d.due_at,
               (held_for IS NOT NULL)::integer, alone_since, _id, _tenant,
               u.channel, u.destination, u.bundle, u.content::json
        FROM unnest(_step, _due_at, _channel, _destination, _bundle, _content) WITH ORDINALITY
                AS u (step, due_at, channel, destination, bundle, content, position),
            LATERAL (SELECT CASE WHEN held_for IS NULL THEN u.due_at
                                 ELSE greatest(u.due_at, _now) - held_for END AS due_at) AS d;
    PERFORM announce(min(due_at)) FROM unnest(_due_at) AS due_at
        HAVING held_for IS NULL AND min(due_at) <= _now + _announced;
END $$;

-- Of a process that is locked: suspends it, or moves only the end of its hold.
CREATE FUNCTION suspend(_generation bigint, _until bigint, _now bigint) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    -- A claimed one has not begun, and must not: without its state its lease is stale.
    UPDATE notification
        SET process_state = 1,
            ready_at = CASE state WHEN 1 THEN _now ELSE ready_at END,
            left_until = CASE state WHEN 2 THEN lease_until END,
            state = CASE state WHEN 1 THEN 0 ELSE state END
        WHERE generation = _generation AND process_state = 0;
    UPDATE process SET held_since = coalesce(held_since, _now), held_until = _until
        WHERE generation = _generation;
END $$;

-- Of a process that is locked: everything still to come is as far away as it was when the hold began.
CREATE FUNCTION release(_generation bigint, _at bigint) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    since bigint;
    held_for bigint;
BEGIN
    SELECT held_since INTO since FROM process WHERE generation = _generation;
    IF since IS NULL THEN
        RETURN;
    END IF;
    held_for := greatest(_at - since, 0);
    UPDATE notification
        SET process_state = 0,
            left_until = NULL,
            -- Nothing is put off beyond the calendar of those who read it.
            due_at = CASE state WHEN 2 THEN due_at
                     ELSE least(greatest(due_at, since) + held_for, 8210266876799999999) END,
            ready_at = CASE state WHEN 2 THEN ready_at
                       ELSE least(greatest(ready_at, since) + held_for, 8210266876799999999) END
        WHERE generation = _generation AND process_state = 1;
    UPDATE process SET held_since = NULL, held_until = NULL WHERE generation = _generation;
END $$;

CREATE FUNCTION hold_process(
    _id text, _request text, _release boolean, _until bigint, _now bigint, _remembered bigint,
    _only bigint)
RETURNS TABLE (outcome text, generation bigint, sequence integer, token bigint, attempts integer, content text)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    running bigint;
BEGIN
    PERFORM lock_name(_id);
    IF handled_before(_request, _now, _remembered) THEN
        outcome := 'duplicate';
        RETURN NEXT;
        RETURN;
    END IF;
    running := running(_id);
    IF running IS NULL OR running <> _only OR NOT lock_running(running) THEN
        outcome := 'not running';
        RETURN NEXT;
        RETURN;
    END IF;
    IF _release THEN
        PERFORM release(running, _now);
        PERFORM announce(_now);
    ELSE
        PERFORM suspend(running, _until, _now);
    END IF;
    RETURN QUERY SELECT 'changed', running, f.* FROM (SELECT) AS one LEFT JOIN in_flight(running) f ON true;
END $$;

-- Lets processes go on whose hold has run out, as of that instant, and settles attempts whose lease has
-- run out while their process was held or stopped.
CREATE FUNCTION tidy(_now bigint) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
DECLARE
    ended record;
    finished bigint[];
BEGIN
    FOR ended IN SELECT generation FROM process
        WHERE held_until IS NOT NULL AND held_until <= _now ORDER BY held_until, generation
    LOOP
        PERFORM FROM notification WHERE generation = ended.generation ORDER BY sequence FOR UPDATE;
        -- Read anew under the lock: another worker may have done it, or the hold may be longer now.
        PERFORM release(p.generation, p.held_until) FROM
            (SELECT generation, held_until FROM process
             WHERE generation = ended.generation AND held_until <= _now FOR UPDATE) AS p;
    END LOOP;
    UPDATE notification n
        SET state = 0, doubt = true, counted = false, left_until = NULL, ready_at = n.lease_until
        FROM (SELECT generation, sequence FROM notification
              WHERE left_until <= _now AND process_state = 1
              ORDER BY generation, sequence FOR UPDATE SKIP LOCKED) AS lost
        WHERE n.generation = lost.generation AND n.sequence = lost.sequence;
    WITH lost AS (
        DELETE FROM notification n
        USING (SELECT generation, sequence FROM notification
               WHERE left_until <= _now AND process_state = 2
               ORDER BY generation, sequence FOR UPDATE SKIP LOCKED) AS lost
        WHERE n.generation = lost.generation AND n.sequence = lost.sequence
        RETURNING n.generation)
    SELECT array_agg(DISTINCT generation) INTO finished FROM lost;
    IF finished IS NOT NULL THEN
        PERFORM forget_if_finished(finished);
    END IF;
END $$;

-- When a claim may find something: the earliest that waits, and the earliest end of a lease. Nothing
-- that lies below the floor of its tenant.
CREATE FUNCTION next_due(_floor_tenant text[], _floor bigint[], _floor_generation bigint[],
                         _floor_sequence integer[], OUT waiting bigint, OUT leased bigint)
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
BEGIN
    SELECT min(first.ready_at), min(held.lease_until) INTO waiting, leased
        FROM tenant t
        LEFT JOIN unnest(_floor_tenant, _floor, _floor_generation, _floor_sequence)
            AS u (tenant, ready_at, generation, sequence) ON u.tenant = t.id
        CROSS JOIN LATERAL (
            SELECT coalesce(u.ready_at, -9223372036854775808) AS ready_at,
                   coalesce(u.generation, 0) AS generation, coalesce(u.sequence, 0) AS sequence) AS f
        LEFT JOIN LATERAL (
            SELECT n.ready_at FROM notification n
            WHERE n.process_state = 0 AND n.tenant = t.id AND n.state = 0
                AND (n.ready_at, n.generation, n.sequence) > (f.ready_at, f.generation, f.sequence)
            ORDER BY n.ready_at, n.generation, n.sequence LIMIT 1) AS first ON true
        -- No lease ends before its notification was ready, so those above the first are no earlier.
        LEFT JOIN LATERAL (
            SELECT min(n.lease_until) AS lease_until FROM notification n
            WHERE n.process_state = 0 AND n.tenant = t.id AND n.state <> 0
                AND (n.ready_at, n.generation, n.sequence) > (f.ready_at, f.generation, f.sequence)
                AND n.ready_at <= coalesce(first.ready_at, 9223372036854775807)) AS held ON true;
    leased := least(leased,
        (SELECT left_until FROM notification WHERE left_until IS NOT NULL ORDER BY left_until LIMIT 1),
        (SELECT held_until FROM process WHERE held_until IS NOT NULL ORDER BY held_until LIMIT 1));
END $$;

-- Whether a later one of the process is due too: 2 to the same channel and destination, 1 to another.
-- One whose deadline has passed stands for nothing.
CREATE FUNCTION superseded(_generation bigint, _due_at bigint, _sequence integer, _channel text,
                           _destination text, _now bigint)
RETURNS integer
LANGUAGE plpgsql STABLE SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
BEGIN
    IF EXISTS (SELECT FROM notification n
               WHERE n.generation = _generation AND n.due_at <= _now
                   AND (n.due_at, n.sequence) > (_due_at, _sequence)
                   AND n.channel = _channel AND n.destination = _destination
                   AND coalesce((n.content->>'deadline')::numeric * 1000000 > _now, true)) THEN
        RETURN 2;
    END IF;
    RETURN EXISTS (SELECT FROM notification n
                   WHERE n.generation = _generation AND n.due_at <= _now
                       AND (n.due_at, n.sequence) > (_due_at, _sequence)
                       AND coalesce((n.content->>'deadline')::numeric * 1000000 > _now, true))::integer;
END $$;

-- Leases what is due: of each tenant the longest waiting first, and tenants in turn, beginning after
-- `_turn`. Looks only above the floor of a tenant. The last row has no generation: its `ready_at` is the
-- time of this claim, its `due_at` and `token` are when to come back, as `next_due` has them.
--
-- A claim is on the disk no later than the first attempt that it leads to, whose commit flushes all that
-- was written before: so nobody waits for the disk twice. One that a crash of the server has forgotten was
-- not begun, and is to be had again. Tokens follow the clock, so that its token is not given out again.
CREATE FUNCTION claim(
    _max bigint, _lease bigint, _now bigint, _turn text, _floor_tenant text[], _floor bigint[],
    _floor_generation bigint[], _floor_sequence integer[])
RETURNS TABLE (ready_at bigint, generation bigint, sequence integer, token bigint, process text,
               tenant text, step integer, due_at bigint, attempts integer, doubt boolean,
               superseded integer, content text, history text[])
LANGUAGE plpgsql ROWS 100 SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    tenants text[];
    floors bigint[];
    floor_generations bigint[];
    floor_sequences integer[];
    waiting bigint;
    quota bigint;
    room bigint := _max;
    got bigint;
BEGIN
    PERFORM set_config('synchronous_commit', 'off', true);
    IF EXISTS (SELECT FROM process WHERE held_until IS NOT NULL AND held_until <= _now)
        OR EXISTS (SELECT FROM notification WHERE left_until <= _now) THEN
        PERFORM tidy(_now);
        -- What was let go may lie anywhere.
        _floor_tenant := '{}';
        _floor := '{}';
        _floor_generation := '{}';
        _floor_sequence := '{}';
    END IF;
    -- Who has something due, in turn.
    SELECT array_agg(w.id), array_agg(w.ready_at), array_agg(w.generation), array_agg(w.sequence)
        INTO tenants, floors, floor_generations, floor_sequences
        FROM (
            SELECT t.id, f.* FROM tenant t
                LEFT JOIN unnest(_floor_tenant, _floor, _floor_generation, _floor_sequence)
                    AS u (tenant, ready_at, generation, sequence) ON u.tenant = t.id
                CROSS JOIN LATERAL (
                    SELECT coalesce(u.ready_at, -9223372036854775808) AS ready_at,
                           coalesce(u.generation, 0) AS generation,
                           coalesce(u.sequence, 0) AS sequence) AS f
                -- The limit keeps the planner from making it a join, which walks over all that is scheduled.
                CROSS JOIN LATERAL (
                    SELECT FROM notification n
                    WHERE n.process_state = 0 AND n.tenant = t.id AND n.ready_at <= _now
                        AND (n.ready_at, n.generation, n.sequence) > (f.ready_at, f.generation, f.sequence)
                        AND (n.state = 0 OR n.lease_until <= _now)
                    LIMIT 1) AS due
            ORDER BY t.id <= _turn, t.id) AS w;
    waiting := coalesce(cardinality(tenants), 0);
    WHILE room > 0 AND waiting > 0 LOOP
        quota := greatest(room / waiting, 1);
        FOR place IN 1 .. cardinality(tenants) LOOP
            EXIT WHEN room = 0;
            CONTINUE WHEN tenants[place] IS NULL;
            -- What this leases is not to be had any more, so the next round does not meet it again.
            RETURN QUERY
            WITH due AS MATERIALIZED (
                SELECT n.ctid AS at, n.ready_at FROM notification n
                WHERE n.process_state = 0 AND n.tenant = tenants[place] AND n.ready_at <= _now
                    AND (n.ready_at, n.generation, n.sequence) >
                        (floors[place], floor_generations[place], floor_sequences[place])
                    AND (n.state = 0 OR n.lease_until <= _now)
                ORDER BY n.ready_at, n.generation, n.sequence LIMIT least(quota, room)
                FOR UPDATE SKIP LOCKED)
            UPDATE notification n
            SET token = greatest(n.token + 1, _now), doubt = n.doubt OR n.state = 2, counted = false, state = 1,
                lease_until = _now + _lease, ready_at = least(n.ready_at, _now + _lease)
            FROM due WHERE n.ctid = due.at
            RETURNING due.ready_at, n.generation, n.sequence, n.token, n.process, n.tenant, n.step, n.due_at,
                n.attempts, n.doubt,
                CASE WHEN n.alone_since IS NOT NULL THEN 0
                     ELSE superseded(n.generation, n.due_at, n.sequence, n.channel, n.destination, _now) END,
                n.content::text, n.history::text[];
            GET DIAGNOSTICS got = ROW_COUNT;
            room := room - got;
            IF got < quota THEN
                tenants[place] := NULL;
                waiting := waiting - 1;
            END IF;
        END LOOP;
        EXIT WHEN _lease <= 0;
    END LOOP;
    ready_at := _now;
    generation := NULL;
    IF room > 0 OR cardinality(_floor_tenant) = 0 THEN
        SELECT d.waiting, d.leased INTO due_at, token
            FROM next_due(_floor_tenant, _floor, _floor_generation, _floor_sequence) AS d;
    ELSE
        -- There may be more at once.
        due_at := _now;
        token := _now + _lease;
    END IF;
    RETURN NEXT;
END $$;

-- Leases what may travel with a claimed notification, the earliest due first.
CREATE FUNCTION gather(_generation bigint, _sequence integer, _token bigint,
                       _max bigint, _lease bigint, _now bigint)
RETURNS TABLE (ready_at bigint, generation bigint, sequence integer, token bigint, process text,
               tenant text, step integer, due_at bigint, attempts integer, doubt boolean,
               superseded integer, content text, history text[])
LANGUAGE plpgsql ROWS 100 SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    with_it record;
BEGIN
    SELECT n.tenant, n.channel, n.destination, n.bundle INTO with_it FROM notification n
        WHERE n.generation = _generation AND n.sequence = _sequence AND n.token = _token AND n.state <> 0;
    IF with_it.bundle IS NULL THEN
        RETURN;
    END IF;
    RETURN QUERY
    WITH due AS MATERIALIZED (
        SELECT n.ctid AS at, n.ready_at FROM notification n
        WHERE n.tenant = with_it.tenant AND n.channel = with_it.channel
            AND n.destination = with_it.destination AND n.bundle = with_it.bundle
            AND n.state = 0 AND n.process_state = 0 AND NOT n.doubt
            AND (n.ready_at <= _now OR (n.attempts = 0 AND n.due_at <= _now))
        ORDER BY n.due_at, n.generation, n.sequence LIMIT _max
        FOR UPDATE SKIP LOCKED)
    UPDATE notification n
    SET token = greatest(n.token + 1, _now), state = 1, lease_until = _now + _lease,
        ready_at = least(n.ready_at, _now + _lease)
    FROM due WHERE n.ctid = due.at
    RETURNING due.ready_at, n.generation, n.sequence, n.token, n.process, n.tenant, n.step, n.due_at,
        n.attempts, n.doubt,
        CASE WHEN n.alone_since IS NOT NULL THEN 0
             ELSE superseded(n.generation, n.due_at, n.sequence, n.channel, n.destination, _now) END,
        n.content::text, n.history::text[];
END $$;

-- While an attempt begins, its channel does not become one whose attempts are counted. Taken before any
-- row is.
CREATE FUNCTION keep_limited() RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    SELECT pg_advisory_xact_lock_shared(hashtextextended(current_schema(), 10))
$$;

-- From now on the attempts of a channel are counted, those in flight too: they were ready before.
CREATE FUNCTION limit_channel(_channel text) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended(current_schema(), 10));
    INSERT INTO limited VALUES (_channel) ON CONFLICT DO NOTHING;
    UPDATE notification n SET counted = true
        FROM (SELECT m.generation, m.sequence FROM tenant t CROSS JOIN LATERAL (
                  SELECT n.generation, n.sequence FROM notification n
                  WHERE n.process_state = 0 AND n.tenant = t.id AND n.state = 2 AND n.channel = _channel) AS m
              UNION ALL
              SELECT n.generation, n.sequence FROM notification n
              WHERE n.left_until IS NOT NULL AND n.channel = _channel) AS under_way
        WHERE n.generation = under_way.generation AND n.sequence = under_way.sequence AND n.state = 2;
END $$;

-- Commits that attempts start; answers the positions of those that do. Leases count from `_now`.
CREATE FUNCTION begin_attempts(_generation bigint[], _sequence integer[], _token bigint[],
                               _lease bigint[], _now bigint)
RETURNS SETOF bigint
LANGUAGE plpgsql ROWS 100 SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
BEGIN
    PERFORM keep_limited();
    RETURN QUERY
    UPDATE notification n
    SET state = 2, attempts = n.attempts + 1, counted = n.channel IN (SELECT l.channel FROM limited l),
        lease_until = _now + u.lease, ready_at = least(n.ready_at, _now + u.lease)
    FROM unnest(_generation, _sequence, _token, _lease) WITH ORDINALITY
        AS u (generation, sequence, token, lease, position)
    WHERE n.generation = u.generation AND n.sequence = u.sequence AND n.token = u.token AND n.state = 1
    RETURNING u.position;
END $$;

CREATE FUNCTION renew(_generation bigint[], _sequence integer[], _token bigint[], _until bigint)
RETURNS SETOF bigint
LANGUAGE sql ROWS 100 SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
    UPDATE notification n
    SET lease_until = _until, ready_at = least(n.ready_at, _until),
        left_until = CASE WHEN n.left_until IS NOT NULL THEN _until END
    FROM unnest(_generation, _sequence, _token) WITH ORDINALITY AS u (generation, sequence, token, position)
    WHERE n.generation = u.generation AND n.sequence = u.sequence AND n.token = u.token AND n.state <> 0
    RETURNING u.position
$$;

-- What an attempt has to find room in. Takes the limited scopes, so that nobody else counts meanwhile.
-- No row: the lease is stale. `uncounted`: its channel must become a limited one first.
CREATE FUNCTION admission(
    _generation bigint, _sequence integer, _token bigint,
    _of_channel boolean, _of_destination boolean, _channel_rate text[], _destination_rate text[])
RETURNS TABLE (channel text, destination text, channel_in_flight bigint, destination_in_flight bigint,
               channel_arrival bigint[], destination_arrival bigint[], uncounted boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    target record;
BEGIN
    PERFORM keep_limited();
    SELECT n.channel, n.destination INTO target FROM notification n
        WHERE n.generation = _generation AND n.sequence = _sequence AND n.token = _token AND n.state = 1
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    uncounted := (_of_channel OR _of_destination)
        AND NOT EXISTS (SELECT FROM limited l WHERE l.channel = target.channel);
    IF uncounted THEN
        channel := target.channel;
        RETURN NEXT;
        RETURN;
    END IF;
    IF _of_channel OR cardinality(_channel_rate) > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(current_schema() || ' ' || target.channel, 8));
    END IF;
    IF _of_destination OR cardinality(_destination_rate) > 0 THEN
        PERFORM pg_advisory_xact_lock(hashtextextended(
            current_schema() || ' ' || target.channel || ' ' || target.destination, 9));
    END IF;
    RETURN QUERY SELECT target.channel, target.destination,
        CASE WHEN _of_channel THEN
            (SELECT count(*) FROM notification n WHERE n.counted AND n.channel = target.channel) END,
        CASE WHEN _of_destination THEN
            (SELECT count(*) FROM notification n WHERE n.counted AND n.channel = target.channel
                AND n.destination = target.destination) END,
        ARRAY(SELECT r.arrival FROM unnest(_channel_rate) WITH ORDINALITY AS u (name, position)
              LEFT JOIN rate r ON r.channel = target.channel AND r.destination IS NULL
                  AND r.name = u.name
              ORDER BY u.position),
        ARRAY(SELECT r.arrival FROM unnest(_destination_rate) WITH ORDINALITY AS u (name, position)
              LEFT JOIN rate r ON r.channel = target.channel AND r.destination = target.destination
                  AND r.name = u.name
              ORDER BY u.position),
        false;
END $$;

-- Starts an attempt that `admission` has let in, in the same transaction.
CREATE FUNCTION admit(
    _generation bigint, _sequence integer, _until bigint, _channel text, _destination text,
    _channel_rate text[], _channel_arrival bigint[],
    _destination_rate text[], _destination_arrival bigint[])
RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
BEGIN
    INSERT INTO rate (channel, name, arrival)
        SELECT _channel, u.name, u.arrival FROM unnest(_channel_rate, _channel_arrival) AS u (name, arrival)
        ON CONFLICT (channel, name) WHERE destination IS NULL DO UPDATE SET arrival = excluded.arrival;
    INSERT INTO rate (channel, destination, name, arrival)
        SELECT _channel, _destination, u.name, u.arrival
        FROM unnest(_destination_rate, _destination_arrival) AS u (name, arrival)
        ON CONFLICT (channel, destination, name) WHERE destination IS NOT NULL
        DO UPDATE SET arrival = excluded.arrival;
    UPDATE notification
        SET state = 2, attempts = attempts + 1, counted = _channel IN (SELECT l.channel FROM limited l),
            lease_until = _until, ready_at = least(ready_at, _until)
        WHERE generation = _generation AND sequence = _sequence;
END $$;

-- Gives a notification back that found no room, without an attempt being counted.
CREATE FUNCTION defer(_generation bigint, _sequence integer, _until bigint) RETURNS void
LANGUAGE sql SET search_path FROM CURRENT AS $$
    UPDATE notification SET state = 0, ready_at = _until
    WHERE generation = _generation AND sequence = _sequence
$$;

-- Those that are simply done; answers the positions of those that were heard.
CREATE FUNCTION finish(_generation bigint[], _sequence integer[], _token bigint[]) RETURNS SETOF bigint
LANGUAGE plpgsql ROWS 100 SET search_path FROM CURRENT SET enable_seqscan FROM CURRENT
SET enable_bitmapscan FROM CURRENT SET enable_hashjoin FROM CURRENT SET enable_mergejoin FROM CURRENT SET jit FROM CURRENT SET plan_cache_mode FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    heard bigint[];
    several bigint[];
BEGIN
    WITH gone AS (
        DELETE FROM notification n
        USING unnest(_generation, _sequence, _token) WITH ORDINALITY
            AS u (generation, sequence, token, position)
        WHERE n.generation = u.generation AND n.sequence = u.sequence AND n.token = u.token
            AND n.state <> 0
        RETURNING u.position, CASE WHEN n.alone_since IS NULL THEN n.generation END AS of_several)
    SELECT array_agg(position), array_agg(DISTINCT of_several) FILTER (WHERE of_several IS NOT NULL)
        INTO heard, several FROM gone;
    IF several IS NOT NULL THEN
        PERFORM forget_if_finished(several);
    END IF;
    RETURN QUERY SELECT unnest(heard);
END $$;

-- Of a process that is locked: moves what follows a step forward, so that the next step is due now; a
-- held process stands still at the beginning of its hold.
CREATE FUNCTION advance(_generation bigint, _step integer, _now bigint) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    ahead bigint;
BEGIN
    SELECT min(n.ready_at) - coalesce((SELECT held_since FROM process WHERE generation = _generation), _now)
        INTO ahead FROM notification n
        WHERE n.generation = _generation AND n.step > _step AND n.state = 0;
    IF ahead > 0 THEN
        UPDATE notification SET due_at = due_at - ahead, ready_at = ready_at - ahead
            WHERE generation = _generation AND step > _step AND state = 0;
    END IF;
END $$;

-- One settlement. Verdicts: 0 done, 1 again, 2 dead, 3 instead, 4 passed on: done if a later one of the
-- process is open, dead if none is. Effects: 0 none, 1 advance, 2 hold, 3 end. The first row says that it
-- was heard, and whether what was passed on is dead.
CREATE FUNCTION settle_one(
    _generation bigint, _sequence integer, _token bigint, _verdict integer, _at bigint, _doubt boolean,
    _reason text, _effect integer, _until bigint, _attempt text,
    _channel text, _destination text, _bundle text, _content text, _now bigint)
RETURNS TABLE (sequence integer, token bigint, attempts integer, content text, buried boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    settled notification;
BEGIN
    -- Of two that are passed on at once, the second sees what became of the first.
    IF _effect <> 0 OR _verdict = 4 THEN
        PERFORM lock_running(_generation);
    END IF;
    SELECT * INTO settled FROM notification n
        WHERE n.generation = _generation AND n.sequence = _sequence AND n.token = _token AND n.state <> 0
        FOR UPDATE;
    IF NOT FOUND THEN
        RETURN;
    END IF;
    IF _verdict = 4 AND settled.process_state <> 2 AND NOT EXISTS (
            SELECT FROM notification n WHERE n.generation = _generation
                AND (n.due_at, n.sequence) > (settled.due_at, settled.sequence)) THEN
        _verdict := 2;
        buried := true;
    END IF;
    RETURN NEXT;
    IF _attempt IS NOT NULL THEN
        settled.history := settled.history || _attempt::json;
    END IF;
    IF _verdict = 1 AND settled.process_state <> 2 THEN
        UPDATE notification SET state = 0, ready_at = _at, doubt = _doubt, history = settled.history,
                counted = false, left_until = NULL
            WHERE generation = _generation AND sequence = _sequence;
    ELSIF _verdict = 3 AND settled.process_state <> 2 THEN
        UPDATE notification SET state = 0, ready_at = _at, doubt = _doubt, history = settled.history,
                counted = false, left_until = NULL, attempts = 0, channel = _channel, destination = _destination, bundle = _bundle,
                content = _content::json
            WHERE generation = _generation AND sequence = _sequence;
    ELSE
        IF _verdict = 2 AND settled.process_state <> 2 THEN
            INSERT INTO dead_letter (died_at, reason, process, tenant, generation, sequence, token, step,
                                     due_at, channel, destination, bundle, content, history)
                VALUES (_now, _reason::json, settled.process, settled.tenant, _generation, _sequence,
                        settled.token, settled.step, settled.due_at, settled.channel,
                        settled.destination, settled.bundle, settled.content, settled.history);
        END IF;
        DELETE FROM notification WHERE generation = _generation AND sequence = _sequence;
    END IF;
    IF settled.process_state <> 2 THEN
        IF _effect IN (2, 3) THEN
            RETURN QUERY SELECT f.*, NULL::boolean FROM in_flight(_generation) f
                WHERE f.sequence <> _sequence;
        END IF;
        IF _effect = 1 THEN
            PERFORM advance(_generation, settled.step, _now);
        ELSIF _effect = 2 THEN
            PERFORM suspend(_generation, _until, _now);
        ELSIF _effect = 3 THEN
            PERFORM end_process(_generation);
        END IF;
    END IF;
    PERFORM forget_if_finished(ARRAY[_generation]);
END $$;

-- Each on its own, in order. A row without a sequence says that the one at its position was heard; the
-- others are attempts that were under way then.
CREATE FUNCTION settle(
    _generation bigint[], _sequence integer[], _token bigint[], _verdict integer[], _at bigint[],
    _doubt boolean[], _reason text[], _effect integer[], _until bigint[], _attempt text[],
    _channel text[], _destination text[], _bundle text[], _content text[], _told bigint, _now bigint)
RETURNS TABLE (place bigint, sequence integer, token bigint, attempts integer, content text,
               buried boolean)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
#variable_conflict use_column
DECLARE
    -- The worker reckons by its own clock.
    shift bigint := _now - _told;
BEGIN
    FOR position IN 1 .. cardinality(_generation) LOOP
        RETURN QUERY SELECT position::bigint, s.* FROM settle_one(
            _generation[position], _sequence[position], _token[position], _verdict[position],
            _at[position] + shift, _doubt[position], _reason[position], _effect[position],
            _until[position] + shift, _attempt[position], _channel[position], _destination[position],
            _bundle[position], _content[position], _now) s;
    END LOOP;
END $$;

CREATE FUNCTION replay(_letter bigint, _now bigint) RETURNS text
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    dead dead_letter;
    running bigint;
    held_for bigint;
BEGIN
    SELECT * INTO dead FROM dead_letter WHERE id = _letter;
    IF NOT FOUND THEN
        RETURN 'not found';
    ELSIF dead.process IS NULL THEN
        RETURN 'not replayable';
    END IF;
    PERFORM lock_name(dead.process);
    SELECT * INTO dead FROM dead_letter WHERE id = _letter FOR UPDATE;
    IF NOT FOUND THEN
        RETURN 'not found';
    END IF;
    running := running(dead.process);
    IF running IS NOT NULL AND NOT lock_running(running) THEN
        running := NULL;
    END IF;
    IF running <> dead.generation THEN
        RETURN 'name taken';
    ELSIF running IS NULL THEN
        INSERT INTO tenant VALUES (dead.tenant) ON CONFLICT DO NOTHING;
        INSERT INTO process (generation, id, tenant, started_at)
            VALUES (dead.generation, dead.process, dead.tenant, _now) ON CONFLICT (generation) DO NOTHING;
        IF NOT FOUND THEN
            -- Stopped, with an attempt still under way.
            RETURN 'name taken';
        END IF;
    ELSE
        SELECT CASE WHEN held_since IS NOT NULL THEN greatest(_now - held_since, 0) END INTO held_for FROM process WHERE generation = running;
    END IF;
    INSERT INTO notification (generation, sequence, step, due_at, ready_at, token, process_state,
                              process, tenant, channel, destination, bundle, content, history)
        SELECT dead.generation, dead.sequence, dead.step, d.due_at, d.due_at, dead.token,
               (held_for IS NOT NULL)::integer, dead.process, dead.tenant, dead.channel,
               dead.destination, dead.bundle, dead.content, dead.history
        FROM (SELECT _now - coalesce(held_for, 0) AS due_at) AS d;
    DELETE FROM dead_letter WHERE id = _letter;
    PERFORM announce(_now);
    RETURN 'due';
END $$;

-- Forgets rate limits that hold nobody back any more, tenants that have nothing left, and, a bounded
-- number at a time, letters that are older than somebody asked to keep them.
CREATE FUNCTION retain(_now bigint, _letters_since bigint) RETURNS void
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    DELETE FROM rate WHERE arrival < _now - 86400000000;
    -- A start that comes meanwhile waits, and enters its tenant again.
    IF pg_try_advisory_xact_lock(hashtextextended(current_schema(), 6)) THEN
        DELETE FROM tenant t WHERE NOT EXISTS (SELECT FROM process p WHERE p.tenant = t.id)
            AND (SELECT true FROM notification n WHERE n.tenant = t.id AND n.process_state = 0 LIMIT 1) IS NULL;
    END IF;
    DELETE FROM dead_letter WHERE id IN
        (SELECT id FROM dead_letter WHERE died_at < _letters_since ORDER BY died_at LIMIT 1000
         FOR UPDATE SKIP LOCKED);
END $$;
