-- A schedule that was ever written to, kept for good so that its versions are never given twice.
CREATE TABLE schedule (
    id      text   NOT NULL PRIMARY KEY,
    version bigint NOT NULL
);

-- An override that is in force.
CREATE TABLE override (
    schedule text   NOT NULL REFERENCES schedule (id),
    id       text   NOT NULL,
    -- The schedule's version that it was put at, which orders them.
    version  bigint NOT NULL,
    -- In the words of a schedule's description. Not jsonb, which refuses U+0000 in a reason.
    content  json   NOT NULL,
    -- From when on it has no effect, in microseconds since 1970 UTC; none for dated ones without expiry.
    over_at  bigint,
    PRIMARY KEY (schedule, id),
    UNIQUE (schedule, version)
);
