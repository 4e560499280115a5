//! Behaviour cases: documents and people in, requests and sounds out.
//!
//! A case is a JSON object. It names the calls, what the app serves, how those who are dialled
//! behave, and what people do when; `expect` says what must come of it. The README of this program
//! defines every word. [`run`] plays one case in virtual time and lists every difference; a word
//! that is not known is a difference too, so nothing that a case asks for is passed over.

mod error;
mod expect;
mod json;
mod stage;

use chrono::{DateTime, Utc};
use serde_json::{Value, json};
use twilio_simulator::Simulator;

pub use self::error::CaseError;
use self::expect::differences;
use self::stage::Played;
use crate::rest::{RestClient, RestError};
use crate::scenario::Cast;

/// The cases of a file: the list under `cases`, or the file itself if it is a list.
///
/// # Errors
/// [`CaseError::NoCases`] when there is neither.
pub fn list(file: &Value) -> Result<&[Value], CaseError> {
    file.get("cases")
        .unwrap_or(file)
        .as_array()
        .map(Vec::as_slice)
        .ok_or(CaseError::NoCases)
}

/// Plays a case and compares what came of it with what it expects: all differences, none if it
/// passes.
///
/// # Errors
/// A case that cannot be played: see [`CaseError`].
pub async fn run(case: &Value) -> Result<Vec<String>, CaseError> {
    let played = stage::play(case).await?;
    Ok(differences(case, &played))
}

/// Compares what came of a scenario with what its `expect` says: all differences.
///
/// # Errors
/// When the simulator's REST interface does not answer.
pub async fn compare(
    expect: &Value,
    sim: Simulator,
    start: DateTime<Utc>,
    cast: Cast,
    client: &RestClient,
) -> Result<Vec<String>, RestError> {
    let played = Played {
        queues: stage::queues_by_name(client).await?,
        sim,
        start,
        calls: cast.calls,
        messages: cast.messages,
        rest: Vec::new(),
    };
    Ok(differences(&json!({ "expect": expect }), &played))
}
