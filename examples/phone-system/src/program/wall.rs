//! The clock on the wall.

use chrono::{DateTime, Utc};

/// The time; nothing else in the program asks the system for it.
#[expect(
    clippy::disallowed_methods,
    reason = "the program's clock: the one place that reads the time"
)]
pub(super) fn clock() -> DateTime<Utc> {
    Utc::now()
}
