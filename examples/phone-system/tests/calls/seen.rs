//! What was seen on the stage.

use std::time::Duration;

use axum::http::Request;
use chrono::{DateTime, Utc};
use phone_system::Entry;
use phone_system::morning::{REPS, StageError, TOKEN, Town};
use twilio_rest::{HttpTransport as _, ReqwestTransport};
use twilio_simulator::{Call, CallSid, Event};
use twilio_webhook::{CallStatus, Params, sign};

use crate::FRIDAY_TEN;

/// The timeline's entries about someone, without times.
pub(crate) fn about(town: &Town, who: &str) -> Vec<String> {
    let entries = town
        .journal
        .entries()
        .into_iter()
        .filter(|entry| entry.who == who);
    entries
        .map(|Entry { what, why, .. }| {
            if why.is_empty() {
                what
            } else {
                format!("{what} ({why})")
            }
        })
        .collect()
}

/// The whole timeline, for a failed assertion.
pub(crate) fn timeline(town: &Town) -> String {
    town.journal.timeline(chrono_tz::Tz::UTC)
}

/// The calls that were placed to reps' phones.
pub(crate) fn placed(town: &Town) -> Vec<Call> {
    town.twilio
        .calls()
        .into_iter()
        .filter(|call| REPS.contains(&call.to.as_str()))
        .collect()
}

/// The phones that were rung, with what became of each.
pub(crate) fn rung(town: &Town) -> Vec<(String, CallStatus)> {
    placed(town)
        .into_iter()
        .map(|call| (call.to, call.status))
        .collect()
}

/// Whether the person of this call was told that.
pub(crate) fn heard(town: &Town, call: &CallSid, text: &str) -> bool {
    town.twilio
        .call(call)
        .is_some_and(|call| call.heard_text(text))
}

pub(crate) fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

/// When the two legs of a call were joined, in seconds after Friday, ten o'clock.
pub(crate) fn joined_at(town: &Town, call: &CallSid) -> Option<i64> {
    let began = FRIDAY_TEN.parse::<DateTime<Utc>>().ok()?;
    let transcript = town.twilio.transcript();
    let joined = transcript
        .entries()
        .iter()
        .find(|entry| match entry.event {
            Event::Joined { with } => with == *call || entry.call == Some(*call),
            _ => false,
        })?;
    Some((joined.at - began).num_seconds())
}

/// Posts a form to a page of the program as anybody could, and returns status and body of the answer.
pub(crate) async fn post(
    town: &Town,
    page: &str,
    form: &str,
    signature: Option<&str>,
) -> Result<(u16, String), StageError> {
    let mut request = Request::post(format!("{}/{page}", town.url()));
    request = request.header("Content-Type", "application/x-www-form-urlencoded");
    if let Some(signature) = signature {
        request = request.header("X-Twilio-Signature", signature);
    }
    let answer = ReqwestTransport::plain()?
        .send(request.body(form.to_owned().into())?, 65_536)
        .await?;
    Ok((
        answer.status().as_u16(),
        String::from_utf8(answer.into_body().into())?,
    ))
}

/// Posts a form, with what every request has, as Twilio does.
pub(crate) async fn post_signed(
    town: &Town,
    page: &str,
    form: &str,
) -> Result<(u16, String), StageError> {
    let standard =
        "AccountSid=AC0123456789abcdef0123456789abcdef&ApiVersion=2010-04-01&Direction=inbound";
    let form = format!("{standard}&{form}");
    let signature = sign(
        TOKEN,
        &format!("{}/{page}", town.url()),
        &Params::from_form(&form)?,
    );
    post(town, page, &form, Some(&signature)).await
}
