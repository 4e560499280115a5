//! Messages to listen to. Only the program can fetch them, with the account's credentials; browsers get them from here.

use axum::extract::{Path, State};
use axum::http::header::{ACCEPT_RANGES, CONTENT_RANGE, CONTENT_TYPE, RANGE};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Response};
use twilio_rest::recordings::MediaFormat;

use super::Console;
use super::problem::Problem;
use super::session::SignedIn;
use crate::one_line;
use crate::records::Voicemail;

/// `GET /console/voicemail/RE…`: the sound of a message that is in the records, and of no other recording.
pub(crate) async fn plays(
    State(console): State<Console>,
    Path(id): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    SignedIn::of(&console, &headers).ok_or_else(Problem::signed_out)?;
    let gone = || Problem::unknown("This message is gone.");
    console.records().get::<Voicemail>(&id).ok_or_else(gone)?;
    let sid = id.parse().map_err(|_| gone())?;
    let twilio = &console.system.floor.twilio;
    // Every browser plays it, and it is whole as it comes.
    let sound = twilio.recordings().sound(&sid, MediaFormat::Wav).await;
    let sound = sound.map_err(|error| {
        if error.is_not_found() {
            return gone();
        }
        console
            .system
            .note("console", "cannot fetch a message", one_line(&error));
        Problem::unavailable()
    })?;
    let kind = [(CONTENT_TYPE, "audio/wav"), (ACCEPT_RANGES, "bytes")];
    let all = sound.len();
    let asked = headers.get(RANGE).and_then(|range| range.to_str().ok());
    Ok(match asked.and_then(|asked| range(asked, all)) {
        // Some browsers play nothing that they cannot have in parts.
        Some((first, last)) => {
            let which = [(CONTENT_RANGE, format!("bytes {first}-{last}/{all}"))];
            let part = sound.slice(first..=last);
            (StatusCode::PARTIAL_CONTENT, kind, which, part).into_response()
        }
        None => (kind, sound).into_response(),
    })
}

/// The first and the last byte of one range, as RFC 9110 (14.1.2) has it; whatever else is asked for is answered with all.
fn range(asked: &str, all: usize) -> Option<(usize, usize)> {
    let (first, last) = asked.strip_prefix("bytes=")?.split_once('-')?;
    let end = all.checked_sub(1)?;
    let (first, last) = match (first, last) {
        ("", length) => (all.saturating_sub(length.parse().ok()?), end),
        (first, "") => (first.parse().ok()?, end),
        (first, last) => (first.parse().ok()?, end.min(last.parse().ok()?)),
    };
    (first <= last).then_some((first, last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_within_what_there_is() {
        for (asked, range_of_100) in [
            ("bytes=0-1", Some((0, 1))),
            ("bytes=0-", Some((0, 99))),
            ("bytes=90-200", Some((90, 99))),
            ("bytes=-10", Some((90, 99))),
            ("bytes=-200", Some((0, 99))),
            ("bytes=100-", None),
            ("bytes=-0", None),
            ("bytes=5-4", None),
            ("bytes=0-1,5-6", None),
            ("lines=0-1", None),
            ("bytes=99999999999999999999-", None),
        ] {
            assert_eq!(range(asked, 100), range_of_100, "{asked}");
        }
        assert_eq!(range("bytes=0-", 0), None);
    }
}
