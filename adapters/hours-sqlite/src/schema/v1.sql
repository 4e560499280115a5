-- A schedule that was ever written to, kept for good so that its versions are never given twice.
CREATE TABLE hours_schedule (
    id      TEXT    NOT NULL PRIMARY KEY,
    version INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- An override that is in force.
CREATE TABLE hours_override (
    schedule TEXT    NOT NULL REFERENCES hours_schedule (id),
    id       TEXT    NOT NULL,
    -- The schedule's version that it was put at, which orders them.
    version  INTEGER NOT NULL,
    -- As JSON, in the words of a schedule's description.
    content  TEXT    NOT NULL,
    -- From when on it has no effect, in microseconds since 1970 UTC; none for dated ones without expiry.
    over_at  INTEGER,
    PRIMARY KEY (schedule, id),
    UNIQUE (schedule, version)
) STRICT, WITHOUT ROWID;
