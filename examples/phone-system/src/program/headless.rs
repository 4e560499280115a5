//! `--headless`: the scripted morning, and its timeline.

use std::io::{ErrorKind, Write as _};
use std::process::ExitCode;

use chrono_tz::Tz;
use phone_system::morning;

use super::AnyError;

pub(super) async fn play(with_transcript: bool) -> Result<ExitCode, AnyError> {
    let town = morning::play().await?;
    let mut text = String::new();
    if with_transcript {
        text = format!("{}\n", town.twilio.transcript());
    }
    text += &town.journal.timeline(Tz::Europe__London);
    match std::io::stdout().write_all(text.as_bytes()) {
        // Whoever reads has seen enough.
        Err(error) if error.kind() == ErrorKind::BrokenPipe => {}
        written => written?,
    }
    Ok(ExitCode::SUCCESS)
}
