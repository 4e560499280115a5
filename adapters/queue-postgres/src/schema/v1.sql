-- A queue, and where its log ends. Every event changes the row: half of the page is left free, so that the new
-- version of the row fits beside the old one and no index needs to know.
CREATE TABLE queue (
    id      integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    name    text    NOT NULL UNIQUE,
    -- The last line's.
    version bigint  NOT NULL DEFAULT 0,
    -- An append carries the number that it has seen here. Raised by who has lost an append from sight: if it
    -- arrives after all, it is turned away.
    fence   bigint  NOT NULL DEFAULT 0
) WITH (fillfactor = 50);

-- The log. Written by `append` alone, so no line needs to be checked to be of a queue.
CREATE TABLE line (
    queue   integer NOT NULL,
    version bigint  NOT NULL,
    -- Drawn at random by each append, so that one whose answer got lost finds out whether it was written.
    ticket  bigint  NOT NULL,
    -- As serde writes it, as a whole. Not jsonb, which would write it anew.
    content json    NOT NULL,
    PRIMARY KEY (queue, version)
);

-- The newest state that is saved; the lines before its own are gone.
CREATE TABLE snapshot (
    queue   integer NOT NULL PRIMARY KEY,
    version bigint  NOT NULL,
    content json    NOT NULL
);

-- Compare and append, in one round trip. In a function, because the server then keeps the plans of its statements,
-- whichever client or pooler the session belongs to.
CREATE FUNCTION append(
    of_queue integer, expected bigint, seen_fence bigint, new_ticket bigint, contents text[],
    -- Microseconds since 1970 UTC: not to be written before then. A queue's time never runs backwards, so one server
    -- whose clock is an hour fast would stop everyone's timeouts for an hour.
    not_before bigint,
    OUT written boolean, OUT actual bigint, OUT actual_fence bigint, OUT ahead bigint
)
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
BEGIN
    ahead := not_before - (extract(epoch FROM clock_timestamp()) * 1000000)::bigint;
    IF ahead > 0 THEN
        written := false;
        RETURN;
    END IF;
    -- Who waited here for another append sees what that one left.
    UPDATE queue SET version = expected + cardinality(contents)
    WHERE id = of_queue AND version = expected AND fence = seen_fence;
    written := FOUND;
    IF NOT written THEN
        SELECT version, fence INTO actual, actual_fence FROM queue WHERE id = of_queue;
        RETURN;
    END IF;
    INSERT INTO line (queue, version, ticket, content)
    SELECT of_queue, expected + number, new_ticket, content::json
    FROM unnest(contents) WITH ORDINALITY AS new (content, number);
    -- Heard when this is committed, and visible.
    PERFORM pg_notify(
        'queue_postgres',
        current_schema() || '.' || of_queue || ' ' || expected + cardinality(contents)
    );
END
$$;
