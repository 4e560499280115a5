//! The caller's side: hours, menu, waiting, and what follows.

use axum::extract::{Query, State};
use axum::response::{IntoResponse, Response};
use chrono::TimeDelta;
use queue_dispatch::{CallId, ClassId};
use serde::Deserialize;
use twilio_webhook::{
    Address, CallContext, CallStatusCallback, EnqueueResult, GatherResult, IncomingCall,
    QueueResult, QueueWait, QueueWhisper,
};
use twiml::VoiceResponse;
use twiml::voice::{Enqueue, Gather, Hangup, Pause, Redirect};

use crate::rep;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{AboutOffer, Page, Web, Webhook, apology};

/// How long music would play before the caller hears their place again, in seconds.
const BETWEEN_ANNOUNCEMENTS: u32 = 20;

/// The Twilio queue in which a caller waits: one for each, so that our queue and not Twilio's decides who is next.
pub(crate) fn twilio_queue(call: CallId) -> String {
    format!("caller-CA{call}")
}

/// How the timeline calls someone.
pub(crate) fn who(system: &PhoneSystem, address: &Address) -> String {
    let address = address.to_string();
    match system.floor.journal.name_of(&address) {
        Some(name) => name.to_owned(),
        None => address,
    }
}

/// `voice`: one of our numbers rings.
pub(crate) async fn rings(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    let call = match web.read(webhook) {
        Ok(request) => request.call,
        Err(answer) => return *answer,
    };
    if call.to.phone() == Some(&web.system.settings().rep_line) {
        return web.page(rep::dials_in(&web.system, &call).await);
    }
    web.page(greet(&web.system, &call))
}

fn greet(system: &PhoneSystem, call: &CallContext) -> Result<VoiceResponse, SystemError> {
    let hours = system.hours();
    let status = hours.status(system.now())?;
    let line = if is_premium_line(system, call) {
        "the premium line"
    } else {
        "the support line"
    };
    if !status.is_open() {
        system.note(
            who(system, &call.from),
            format!("rings {line}, is told when we open next"),
            status.to_string(),
        );
        return Ok(VoiceResponse::new()
            .say(status.spoken().to_string())
            .say("Goodbye.")
            .hangup(Hangup::new()));
    }
    system.note(
        who(system, &call.from),
        format!("rings {line}, hears the menu"),
        status.to_string(),
    );
    let menu = "Thank you for calling. For sales, press 1. For support, press 2.";
    Ok(VoiceResponse::new()
        .gather(
            Gather::new()
                .action("menu")
                .num_digits(1)
                .timeout(5)
                .say(menu),
        )
        .redirect(Redirect::new("menu")))
}

/// `menu`: the caller has chosen, or has not.
pub(crate) async fn chooses(State(web): State<Web>, webhook: Webhook<GatherResult>) -> Response {
    let request = match web.read(webhook) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    let topic = match request.digits.as_deref() {
        Some("1") => Topic::Sales,
        Some("2") => Topic::Support,
        // Someone without a keypad shall not hear the menu for ever.
        None => Topic::Any,
        Some(_) => {
            let again = VoiceResponse::new()
                .say("Sorry, that is not on the menu.")
                .redirect(Redirect::new("voice"));
            return Page(again).into_response();
        }
    };
    let class = if premium(&web.system, &request.call).is_some() {
        "premium"
    } else {
        "regular"
    };
    web.page(call_id(&request.call).map(|call| {
        let wait = format!("wait?class={class}&topic={topic}", topic = topic.name());
        VoiceResponse::new().enqueue(
            Enqueue::new(twilio_queue(call))
                .action("left")
                .wait_url(wait),
        )
    }))
}

/// What the caller calls about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Topic {
    Sales,
    Support,
    Any,
}

impl Topic {
    const fn name(self) -> &'static str {
        match self {
            Self::Sales => "sales",
            Self::Support => "support",
            Self::Any => "any",
        }
    }
}

/// Whose call it is, carried in the wait URL so that it survives a restart of this program.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Waiting {
    class: Class,
    topic: Topic,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Premium,
    Regular,
}

/// `wait`: Twilio has the caller in its queue, and asks what they shall hear.
pub(crate) async fn waits(
    State(web): State<Web>,
    Query(waiting): Query<Waiting>,
    webhook: Webhook<QueueWait>,
) -> Response {
    match web.read(webhook) {
        Ok(request) => web.page(wait(&web.system, waiting, &request).await),
        Err(answer) => *answer,
    }
}

async fn wait(
    system: &PhoneSystem,
    waiting: Waiting,
    request: &QueueWait,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let (class, why) = match waiting.class {
        Class::Premium => (
            ClassId::PREMIUM,
            premium(system, &request.call).unwrap_or("premium"),
        ),
        Class::Regular => (ClassId::REGULAR, "regular"),
    };
    let about = format!("{why}, about {}", waiting.topic.name());
    let waited = TimeDelta::from_std(request.queue_time).unwrap_or_default();
    system
        .waits(call, class, waited, who(system, &request.call.from), &about)
        .await?;
    let page = match system
        .floor
        .queue
        .read(|queue| queue.position(call, system.now()))
    {
        Some(1) => VoiceResponse::new().say("You are next. Thank you for waiting."),
        Some(place) => VoiceResponse::new().say(format!(
            "You are number {place} in line. Thank you for waiting."
        )),
        None => VoiceResponse::new().say("Someone will be with you in a moment."),
    };
    Ok(page.pause(Pause::new().length(BETWEEN_ANNOUNCEMENTS)))
}

/// `whisper`: caller and rep are about to be joined; what the caller hears before.
pub(crate) async fn is_joined(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<QueueWhisper>,
) -> Response {
    let request = match web.read(webhook) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    web.page(rep::joined(&web.system, token, &request).await)
}

/// `left`: the caller has left their Twilio queue, one way or another.
pub(crate) async fn leaves(State(web): State<Web>, webhook: Webhook<EnqueueResult>) -> Response {
    match web.read(webhook) {
        Ok(request) => web.page(leave(&web.system, &request).await),
        Err(answer) => *answer,
    }
}

async fn leave(
    system: &PhoneSystem,
    request: &EnqueueResult,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let who = who(system, &request.call.from);
    system.gone(call).await?;
    let waited = request
        .queue_time
        .map(|time| format!("after waiting {} s", time.as_secs()))
        .unwrap_or_default();
    Ok(match &request.result {
        QueueResult::Bridged => {
            system.note(who, "has talked to a rep", "");
            VoiceResponse::new()
                .say("Thank you for calling. Goodbye.")
                .hangup(Hangup::new())
        }
        QueueResult::Hangup => {
            system.note(who, "hangs up", waited);
            VoiceResponse::new()
        }
        other => {
            system.note(
                who,
                "could not stay in line",
                format!("Twilio says {}", other.as_str()),
            );
            apology()
        }
    })
}

/// `ended`: a call to one of our numbers is over.
pub(crate) async fn ends(State(web): State<Web>, webhook: Webhook<CallStatusCallback>) -> Response {
    let call = match web.read(webhook) {
        Ok(request) => request.call,
        Err(answer) => return *answer,
    };
    web.noticed(
        if call.to.phone() == Some(&web.system.settings().rep_line) {
            rep::hangs_up(&web.system, &call).await
        } else {
            match call_id(&call) {
                Ok(call) => web.system.gone(call).await,
                Err(error) => Err(error),
            }
        },
    )
}

/// `fallback`: Twilio could not get or read an answer of ours.
pub(crate) async fn falls_back(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    match web.read(webhook) {
        Ok(request) => {
            let code = request
                .extra
                .get("ErrorCode")
                .unwrap_or("unknown")
                .to_owned();
            let url = request
                .extra
                .get("ErrorUrl")
                .unwrap_or("a page of ours")
                .to_owned();
            let who = who(&web.system, &request.call.from);
            web.system.note(
                who,
                "hears an apology",
                format!("Twilio's error {code} at {url}"),
            );
            Page(apology()).into_response()
        }
        Err(answer) => *answer,
    }
}

fn is_premium_line(system: &PhoneSystem, call: &CallContext) -> bool {
    system.settings().premium_line.is_some()
        && call.to.phone() == system.settings().premium_line.as_ref()
}

/// Why the caller is premium; `None` for a regular one.
fn premium(system: &PhoneSystem, call: &CallContext) -> Option<&'static str> {
    if is_premium_line(system, call) {
        return Some("premium: dialled the premium line");
    }
    let known = call
        .from
        .phone()
        .is_some_and(|number| system.settings().premium_callers.contains(number));
    known.then_some("premium: a premium customer's number")
}

/// The queue names a call by the number in its SID.
pub(crate) fn call_id(call: &CallContext) -> Result<CallId, SystemError> {
    Ok(call.sid.as_str().parse()?)
}
