//! Events.

use std::error::Error;

use tracing::{debug, error, info};

use crate::command::Command;
use crate::refusal::Refusal;
use crate::store::StoreError;

pub(crate) fn commanded(version: u64, commands: &[Command]) {
    for command in commands {
        info!(version, %command, "commanded");
    }
}

pub(crate) fn refused(refusal: &Refusal) {
    debug!(%refusal, "refused");
}

pub(crate) fn took_in(lines: usize) {
    if lines > 0 {
        debug!(lines, "took in");
    }
}

pub(crate) fn store_failed(asked: &'static str, error: &StoreError) {
    let cause = error.source().map(ToString::to_string);
    error!(asked, %error, cause, "store failed");
}
