//! Which requests were handled lately.

use chrono::{DateTime, Utc};
use escalation_core::{REQUESTS_REMEMBERED_FOR, RequestId};
use rusqlite::Connection;

use crate::columns::micros;
use crate::error::JobError;

/// Whether the request was handled before; if not, it is now.
pub(crate) fn handled_before(
    connection: &Connection,
    request: Option<&RequestId>,
    now: DateTime<Utc>,
) -> Result<bool, JobError> {
    let Some(request) = request else {
        return Ok(false);
    };
    // Without a sum of instants, which may not be one.
    let remembered = REQUESTS_REMEMBERED_FOR
        .num_microseconds()
        .unwrap_or(i64::MAX);
    connection
        .prepare_cached("DELETE FROM escalation_request WHERE handled_at < ?1")?
        .execute([micros(now).saturating_sub(remembered)])?;
    let inserted = connection
        .prepare_cached(
            "INSERT INTO escalation_request (id, handled_at) VALUES (?1, ?2)
             ON CONFLICT (id) DO NOTHING",
        )?
        .execute((request.as_str(), micros(now)))?;
    Ok(inserted == 0)
}
