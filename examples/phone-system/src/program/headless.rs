//! `--headless`: the scripted morning, and its timeline.

use std::process::ExitCode;

use chrono_tz::Tz;
use phone_system::morning;

use super::{AnyError, say};

pub(super) async fn play(with_transcript: bool) -> Result<ExitCode, AnyError> {
    let town = morning::play().await?;
    let mut text = String::new();
    if with_transcript {
        text = format!("{}\n", town.twilio.transcript());
    }
    text += &town.journal.timeline(Tz::Europe__London);
    say(&text)?;
    Ok(ExitCode::SUCCESS)
}
