//! Events.

use std::error::Error;

use tracing::{debug, error, info};

use crate::command::Command;
use crate::refusal::Refusal;
use crate::store::StoreError;

/// Whose words they are, for filters.
const TARGET: &str = "queue_dispatch";

pub(crate) fn commanded(version: u64, commands: &[Command]) {
    for command in commands {
        info!(target: TARGET, version, %command, "commanded");
    }
}

pub(crate) fn refused(refusal: &Refusal) {
    debug!(target: TARGET, %refusal, "refused");
}

pub(crate) fn took_in(lines: usize) {
    if lines > 0 {
        debug!(target: TARGET, lines, "took in");
    }
}

pub(crate) fn store_failed(asked: &'static str, error: &StoreError) {
    let cause = error.source().map(ToString::to_string);
    error!(target: TARGET, asked, %error, cause, "store failed");
}
