-- The logs of all queues in this file.
CREATE TABLE queue_line (
    queue   TEXT    NOT NULL,
    -- From 1, without gaps; a snapshot drops lines from the beginning, never the last one.
    version INTEGER NOT NULL,
    -- As JSON, with the number of its format.
    line    TEXT    NOT NULL,
    PRIMARY KEY (queue, version)
) STRICT, WITHOUT ROWID;

-- The newest snapshot of each queue.
CREATE TABLE queue_snapshot (
    queue   TEXT    NOT NULL PRIMARY KEY,
    -- Of the last line that it reflects.
    version INTEGER NOT NULL,
    -- As JSON, with the number of its format.
    content TEXT    NOT NULL
) STRICT;
