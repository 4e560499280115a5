//! A message left after the tone.
//!
//! Twilio tells of a recording twice: when the caller has finished, and when the recording can be fetched. Either may be
//! lost or come twice; whichever comes writes the message down, once.

use axum::extract::State;
use axum::response::Response;
use twilio_webhook::{CallContext, RecordResult, RecordingStatus, RecordingStatusCallback};
use twiml::VoiceResponse;
use twiml::voice::{Hangup, Record};

use super::{customer, name_of, who};
use crate::records::{Call, Voicemail};
use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook};

/// The longest message, in seconds.
const LONGEST: u32 = 180;
/// After so much silence a message is over, in seconds.
const SILENCE: u32 = 5;

/// Whether as many messages wait to be heard as may. Nobody's is thrown away unheard, so no more are taken.
pub(crate) fn is_full(system: &PhoneSystem) -> bool {
    let messages = system.records().all::<Voicemail>().into_iter();
    let unheard = messages.filter(|(_, message)| message.heard_by.is_none());
    unheard.count() >= system.settings().service.voicemails
}

/// The page that asks for a message.
pub(crate) async fn ask(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    system.note(who(system, call), "leaves a message", "");
    outcome(system, call.sid.as_str(), "voicemail").await?;
    Ok(VoiceResponse::new()
        .say("Please leave your message after the tone, and press the hash key when you have finished.")
        .record(
            Record::new()
                .action("recorded")
                .recording_status_callback("voicemail")
                .max_length(LONGEST)
                .timeout(SILENCE)
                .finish_on_key("#")
                .play_beep(true),
        )
        .say("We have heard nothing. Goodbye.")
        .hangup(Hangup::new()))
}

/// `recorded`: the caller has finished, or has hung up.
pub(crate) async fn recorded(State(web): State<Web>, webhook: Webhook<RecordResult>) -> Response {
    web.page(finished(&web.system, webhook.request).await)
}

async fn finished(
    system: &PhoneSystem,
    request: RecordResult,
) -> Result<VoiceResponse, SystemError> {
    let call = &request.call;
    let sid = request.recording_sid.map(|sid| sid.to_string());
    let message = Voicemail {
        call: call.sid.to_string(),
        from: customer(call).to_string(),
        name: name_of(system, call),
        at: system.now(),
        url: request.recording_url,
        seconds: seconds(request.recording_duration),
        heard_by: None,
    };
    keep(system, sid, message).await?;
    Ok(VoiceResponse::new()
        .say("Thank you. We shall listen to your message when we open. Goodbye.")
        .hangup(Hangup::new()))
}

/// `voicemail`: a recording can be fetched.
pub(crate) async fn recording_is_there(
    State(web): State<Web>,
    webhook: Webhook<RecordingStatusCallback>,
) -> Response {
    web.noticed(is_there(&web.system, webhook.request).await)
}

async fn is_there(
    system: &PhoneSystem,
    request: RecordingStatusCallback,
) -> Result<(), SystemError> {
    if !matches!(request.status, RecordingStatus::Completed) {
        return Ok(());
    }
    let call = request
        .call_sid
        .map(|sid| sid.to_string())
        .unwrap_or_default();
    let record: Option<Call> = system.records().get(&call);
    let from = record
        .as_ref()
        .map_or_else(|| "unknown".to_owned(), |call| call.from.clone());
    let message = Voicemail {
        name: record.and_then(|call| call.name),
        call,
        from,
        at: system.now(),
        url: request.recording_url,
        seconds: request.duration.and_then(seconds),
        heard_by: None,
    };
    keep(system, Some(request.recording_sid.to_string()), message).await
}

/// Writes a message down; one that is known already keeps when it was left, and who has heard it.
async fn keep(
    system: &PhoneSystem,
    sid: Option<String>,
    message: Voicemail,
) -> Result<(), SystemError> {
    // The address of a recording ends in its SID.
    let sid = sid.or_else(|| {
        let last = message.url.rsplit('/').next()?.split('.').next()?;
        last.starts_with("RE").then(|| last.to_owned())
    });
    let Some(sid) = sid.filter(|_| message.seconds != Some(0)) else {
        return Ok(());
    };
    let mut is_new = false;
    system
        .records()
        .update::<Voicemail>(&sid, |known| {
            is_new = known.is_none();
            Some(match known {
                None => message.clone(),
                Some(known) => Voicemail {
                    seconds: known.seconds.or(message.seconds),
                    ..known
                },
            })
        })
        .await?;
    if is_new {
        let name = message.name.unwrap_or(message.from);
        let name = system
            .floor
            .journal
            .name_of(&name)
            .unwrap_or(&name)
            .to_owned();
        let why = message
            .seconds
            .map(|seconds| format!("{seconds} s"))
            .unwrap_or_default();
        system.note(name, "has left a message", why);
    }
    Ok(())
}

fn seconds(length: std::time::Duration) -> Option<u32> {
    u32::try_from(length.as_secs()).ok()
}

/// Writes down what becomes of a call.
pub(crate) async fn outcome(
    system: &PhoneSystem,
    sid: &str,
    outcome: &str,
) -> Result<(), SystemError> {
    system
        .records()
        .update::<Call>(sid, |call| {
            call.map(|call| Call {
                outcome: Some(outcome.to_owned()),
                ..call
            })
        })
        .await?;
    Ok(())
}
