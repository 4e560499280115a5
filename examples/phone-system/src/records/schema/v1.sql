-- The newest row of each record, or its removal until that is forgotten.
CREATE TABLE record (
    kind   text   NOT NULL,
    key    text   NOT NULL,
    change bigint NOT NULL UNIQUE,
    body   text,
    PRIMARY KEY (kind, key)
);

-- One row. Whoever writes holds it until the commit, so that numbers become visible in order.
CREATE TABLE change (newest bigint NOT NULL, forgotten bigint NOT NULL);
INSERT INTO change VALUES (0, 0);

-- All or none, in one round trip. Expected is -1: whatever is there, 0: no row, else the change of the row.
CREATE FUNCTION write_records(kinds text[], keys text[], bodies text[], expected bigint[])
RETURNS bigint
LANGUAGE plpgsql SET search_path FROM CURRENT AS $$
DECLARE
    last  bigint;
    there bigint;
BEGIN
    -- Who waited here for another writer sees what that one left.
    UPDATE change SET newest = newest + cardinality(keys) RETURNING newest INTO last;
    FOR i IN 1 .. cardinality(keys) LOOP
        IF expected[i] <> -1 THEN
            SELECT record.change INTO there FROM record WHERE kind = kinds[i] AND key = keys[i];
            IF coalesce(there, 0) <> expected[i] THEN
                RAISE EXCEPTION 'record % is not as expected', i USING ERRCODE = 'PH001', DETAIL = i;
            END IF;
        END IF;
        INSERT INTO record VALUES (kinds[i], keys[i], last - cardinality(keys) + i, bodies[i])
        ON CONFLICT (kind, key) DO UPDATE SET change = excluded.change, body = excluded.body;
    END LOOP;
    -- Heard when this is committed, and visible.
    PERFORM pg_notify('phone_records', current_schema() || ' ' || last);
    RETURN last;
END
$$;
