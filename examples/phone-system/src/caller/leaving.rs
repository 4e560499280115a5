//! Leaving the line, one way or another.

use axum::extract::{Query, State};
use axum::response::Response;
use queue_dispatch::CallId;
use twilio_webhook::{CallContext, CallStatus, EnqueueResult, QueueResult};
use twiml::VoiceResponse;
use twiml::voice::{Hangup, Pause};

use super::{Carried, Shown, call_id, greet, who};
use crate::call_back;
use crate::system::{PhoneSystem, SystemError};
use crate::talk;
use crate::web::{Web, Webhook, apology};

/// How long a caller waits before they are put back, in seconds: with the limit of [`Carried`], an error may last for a
/// minute.
const PUT_BACK_AFTER: u32 = 10;

/// `left`: the caller has left their Twilio queue, one way or another.
pub(crate) async fn leaves(
    State(web): State<Web>,
    webhook: Webhook<EnqueueResult, Carried>,
) -> Response {
    let (carried, request) = (webhook.ours, &webhook.request);
    let page = leave(&web.system, carried, request).await;
    web.page_or(page, || match (&request.result, carried.after_error()) {
        (QueueResult::Bridged, _) => goodbye(),
        (_, None) => apology(),
        (_, Some(carried)) => {
            call_id(&request.call).map_or_else(|_| apology(), |call| back_in_line(carried, call))
        }
    })
}

async fn leave(
    system: &PhoneSystem,
    carried: Carried,
    request: &EnqueueResult,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let who = who(system, &request.call);
    if request.call.status != CallStatus::InProgress {
        let waited = request
            .queue_time
            .map(|time| format!("after waiting {} s", time.as_secs()))
            .unwrap_or_default();
        match request.result {
            QueueResult::Bridged => system.note(who, "has talked to an agent", ""),
            _ => system.note(who, "hangs up", waited),
        }
        system.has_hung_up(call).await?;
        return Ok(VoiceResponse::new());
    }
    match &request.result {
        QueueResult::Bridged => {
            system.note(who, "has talked to an agent", "");
            system.leaves_line(call).await.map(|()| goodbye())
        }
        // Ourselves, for an agent: to hold, back in line, to another number. The page that they are sent to sees to it.
        QueueResult::Redirected | QueueResult::RedirectedFromBridged
            if system.floor.callers.moving(call).is_some() =>
        {
            Ok(VoiceResponse::new())
        }
        // Some other program has moved the call, and Twilio reads no answer of ours.
        QueueResult::Redirected | QueueResult::RedirectedFromBridged => {
            system.note(who, "was moved elsewhere", "");
            system
                .leaves_line(call)
                .await
                .map(|()| VoiceResponse::new())
        }
        // The rep hung up before they were joined.
        QueueResult::BridgingInProcess => {
            system.note(
                who,
                "goes back in line, with the time waited",
                "the agent has hung up",
            );
            system.leaves_line(call).await?;
            Ok(VoiceResponse::new().enqueue(carried.enqueue(call)))
        }
        // They have asked to be called back.
        QueueResult::Leave => call_back::promise(system, &request.call, Some(carried)).await,
        QueueResult::QueueFull => {
            system.note(who, "could not stay in line", "Twilio's queue is full");
            system.leaves_line(call).await.map(|()| apology())
        }
        result => {
            let again = carried.after_error();
            let what = if again.is_some() {
                "goes back in line, with the time waited"
            } else {
                "could not stay in line"
            };
            system.note(who, what, format!("Twilio says {}", result.as_str()));
            system.leaves_line(call).await?;
            Ok(again.map_or_else(apology, |carried| back_in_line(carried, call)))
        }
    }
}

/// The page for a caller who met an error of ours at this URL: back in line, if they were in line.
pub(crate) async fn meets_error(
    system: &PhoneSystem,
    call: &CallContext,
    shown: Shown,
    url: &str,
) -> Result<VoiceResponse, SystemError> {
    let id = call_id(call)?;
    if let Some(page) = talk::meets_error(system, id).await? {
        return Ok(page);
    }
    let page = url.split('?').next().unwrap_or(url);
    let carried = if page.ends_with("/voice") || page.ends_with("/menu") {
        // They have only just come: a server that died over their first request is no reason to send them away.
        return greet(system, call, shown).await;
    } else if page.ends_with("/whisper") {
        // They were about to be joined to a rep, and were not, whatever the queue thinks.
        system.leaves_line(id).await?;
        system.floor.callers.carried(id)
    } else if page.ends_with("/left") && system.floor.callers.has_talked(id) {
        // What failed is the page that says good-bye after a talk, perhaps after it was done.
        return system.leaves_line(id).await.map(|()| goodbye());
    } else if page.ends_with("/back-key") {
        // The promise may count as kept already. If not, they are called again.
        call_back::place_of(system, call)
    } else {
        let query = url.parse().map(|url| Query::<Carried>::try_from_uri(&url));
        query
            .ok()
            .and_then(Result::ok)
            .map(|Query(carried)| carried)
    };
    let again = carried.and_then(Carried::after_error);
    Ok(again.map_or_else(apology, |carried| back_in_line(carried, id)))
}

/// The page that puts a caller back after an error, which may need a moment to pass.
pub(crate) fn back_in_line(carried: Carried, call: CallId) -> VoiceResponse {
    let moment = VoiceResponse::new()
        .say("One moment, please.")
        .pause(Pause::new().length(PUT_BACK_AFTER));
    moment.enqueue(carried.enqueue(call))
}

pub(crate) fn goodbye() -> VoiceResponse {
    VoiceResponse::new()
        .say("Thank you for calling. Goodbye.")
        .hangup(Hangup::new())
}
