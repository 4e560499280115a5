//! What each call does to the tables, within its transaction.

use rusqlite::{Connection, OptionalExtension};

use crate::Error;

/// A line and its number.
pub(crate) type Line = (i64, String);

/// The last version of a log: 0 of an empty one.
pub(crate) fn last_version(connection: &Connection, queue: &str) -> Result<i64, Error> {
    Ok(connection
        .prepare_cached("SELECT coalesce(max(version), 0) FROM queue_line WHERE queue = ?1")?
        .query_row([queue], |row| row.get(0))?)
}

/// Appends lines after the last one if that is `expected`, or else says which it is.
pub(crate) fn append(
    connection: &Connection,
    queue: &str,
    expected: i64,
    lines: &[Line],
) -> Result<Result<(), i64>, Error> {
    let actual = last_version(connection, queue)?;
    if actual != expected {
        return Ok(Err(actual));
    }
    let mut insert = connection
        .prepare_cached("INSERT INTO queue_line (queue, version, line) VALUES (?1, ?2, ?3)")?;
    for (version, line) in lines {
        insert.execute((queue, version, line))?;
    }
    Ok(Ok(()))
}

pub(crate) fn after(
    connection: &Connection,
    queue: &str,
    version: i64,
    limit: i64,
) -> Result<Vec<Line>, Error> {
    let mut select = connection.prepare_cached(
        "SELECT version, line FROM queue_line WHERE queue = ?1 AND version > ?2
         ORDER BY version LIMIT ?3",
    )?;
    let lines = select.query_map((queue, version, limit), |row| {
        Ok((row.get(0)?, row.get(1)?))
    })?;
    Ok(lines.collect::<Result<_, _>>()?)
}

pub(crate) fn snapshot(connection: &Connection, queue: &str) -> Result<Option<String>, Error> {
    Ok(connection
        .prepare_cached("SELECT content FROM queue_snapshot WHERE queue = ?1")?
        .query_row([queue], |row| row.get(0))
        .optional()?)
}

pub(crate) fn save_snapshot(
    connection: &Connection,
    queue: &str,
    version: i64,
    content: &str,
) -> Result<(), Error> {
    connection
        .prepare_cached(
            "INSERT INTO queue_snapshot (queue, version, content) VALUES (?1, ?2, ?3)
             ON CONFLICT (queue) DO UPDATE
             SET version = excluded.version, content = excluded.content
             WHERE excluded.version >= queue_snapshot.version",
        )?
        .execute((queue, version, content))?;
    Ok(())
}

/// Drops some of the lines that the snapshot made superfluous, at most `limit`; returns how many.
pub(crate) fn shorten(connection: &Connection, queue: &str, limit: i64) -> Result<usize, Error> {
    // The last line stays whatever a snapshot says: from it the versions go on.
    Ok(connection
        .prepare_cached(
            "DELETE FROM queue_line WHERE queue = ?1 AND version < min(
                 (SELECT min(version) + ?2 FROM queue_line WHERE queue = ?1),
                 (SELECT version FROM queue_snapshot WHERE queue = ?1),
                 (SELECT max(version) FROM queue_line WHERE queue = ?1))",
        )?
        .execute((queue, limit))?)
}

pub(crate) fn names(connection: &Connection) -> Result<Vec<String>, Error> {
    // From one name to the next, rather than over all lines.
    let mut select = connection.prepare_cached(
        "WITH RECURSIVE name (queue) AS (
             SELECT min(queue) FROM queue_line
             UNION ALL
             SELECT (SELECT min(line.queue) FROM queue_line line WHERE line.queue > name.queue)
             FROM name WHERE name.queue IS NOT NULL)
         SELECT queue FROM name WHERE queue IS NOT NULL",
    )?;
    let names = select.query_map([], |row| row.get(0))?;
    Ok(names.collect::<Result<_, _>>()?)
}
