//! The caller's side: hours, menu, waiting, and what follows.

use axum::extract::{Query, State};
use axum::response::Response;
use chrono::{DateTime, Utc};
use queue_dispatch::{CallId, CallState, ClassId};
use serde::Deserialize;
use twilio_webhook::{
    Address, CallContext, CallStatus, EnqueueResult, GatherResult, QueueResult, QueueWait,
};
use twiml::VoiceResponse;
use twiml::voice::{Enqueue, Gather, Hangup, Pause, Redirect};

use crate::system::{PhoneSystem, SystemError};
use crate::web::{Web, Webhook, apology};

/// How long a caller waits between two announcements of their place, in seconds.
const BETWEEN_ANNOUNCEMENTS: u32 = 20;
/// How often a caller who was thrown out of Twilio's queue by an error is put back.
const PUT_BACK: u8 = 6;
/// How long a caller waits before they are put back, in seconds: with the above, an error may last for a minute.
const PUT_BACK_AFTER: u32 = 10;

/// The Twilio queue in which a caller waits: one for each, so that our queue and not Twilio's decides who is next.
pub(crate) fn twilio_queue(call: CallId) -> String {
    format!("caller-CA{call}")
}

/// The queue names a call by the number in its SID.
pub(crate) fn call_id(call: &CallContext) -> Result<CallId, SystemError> {
    Ok(call.sid.as_str().parse()?)
}

/// How the timeline calls someone.
pub(crate) fn who(system: &PhoneSystem, address: &Address) -> String {
    let address = address.to_string();
    match system.floor.journal.name_of(&address) {
        Some(name) => name.to_owned(),
        None => address,
    }
}

/// A call to one of the callers' lines: are we open?
pub(crate) async fn greet(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    let hours = system.current_hours().await;
    let status = hours.status(system.now())?;
    let line = if is_premium_line(system, call) {
        "the premium line"
    } else {
        "the support line"
    };
    if !status.is_open() {
        let what = format!("rings {line}, is told when we open next");
        system.note(who(system, &call.from), what, status.to_string());
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
    let request = webhook.request;
    let topic = match request.digits.as_deref() {
        Some("1") => Topic::Sales,
        Some("2") => Topic::Support,
        // Someone without a keypad shall not hear the menu for ever.
        None => Topic::Any,
        Some(_) => {
            let again = VoiceResponse::new()
                .say("Sorry, that is not on the menu.")
                .redirect(Redirect::new("voice"));
            return web.page(Ok(again));
        }
    };
    let premium = premium(&web.system, &request.call).is_some();
    let class = if premium {
        Class::Premium
    } else {
        Class::Regular
    };
    let waiting = Waiting {
        class,
        topic,
        since: web.system.now(),
        put_back: 0,
    };
    web.page(call_id(&request.call).map(|call| VoiceResponse::new().enqueue(waiting.enqueue(call))))
}

/// What we know of a caller who waits. Carried in the URLs of their wait, so that it survives a restart of this program.
#[derive(Debug, Clone, Copy, Deserialize)]
pub(crate) struct Waiting {
    class: Class,
    topic: Topic,
    #[serde(with = "chrono::serde::ts_seconds")]
    since: DateTime<Utc>,
    put_back: u8,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Class {
    Premium,
    Regular,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Topic {
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

impl Waiting {
    /// The same caller, put back in line after an error; `None` when that was tried often enough.
    fn after_error(self) -> Option<Self> {
        (self.put_back < PUT_BACK).then_some(Self {
            put_back: self.put_back + 1,
            ..self
        })
    }

    /// The verb that puts the caller into their Twilio queue.
    fn enqueue(self, call: CallId) -> Enqueue {
        let class = match self.class {
            Class::Premium => "premium",
            Class::Regular => "regular",
        };
        let (topic, since, put_back) = (self.topic.name(), self.since.timestamp(), self.put_back);
        let carried = format!("class={class}&topic={topic}&since={since}&put_back={put_back}");
        Enqueue::new(twilio_queue(call))
            .wait_url(format!("wait?{carried}"))
            .action(format!("left?{carried}"))
    }
}

/// `wait`: Twilio has the caller in its queue, and asks what they shall hear.
pub(crate) async fn waits(
    State(web): State<Web>,
    webhook: Webhook<QueueWait, Waiting>,
) -> Response {
    web.page(wait(&web.system, webhook.ours, &webhook.request.call).await)
}

async fn wait(
    system: &PhoneSystem,
    waiting: Waiting,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    let id = call_id(call)?;
    let (class, why) = match waiting.class {
        Class::Premium => (ClassId::PREMIUM, premium(system, call).unwrap_or("premium")),
        Class::Regular => (ClassId::REGULAR, "regular"),
    };
    let about = format!("{why}, about {}", waiting.topic.name());
    system
        .waits(id, class, waiting.since, &who(system, &call.from), &about)
        .await?;
    let page = match system
        .floor
        .queue
        .read(|queue| queue.position(id, system.now()))
    {
        Some(1) => VoiceResponse::new().say("You are next. Thank you for waiting."),
        Some(place) => VoiceResponse::new().say(format!(
            "You are number {place} in line. Thank you for waiting."
        )),
        None => VoiceResponse::new().say("Someone will be with you in a moment."),
    };
    Ok(page.pause(Pause::new().length(BETWEEN_ANNOUNCEMENTS)))
}

/// `left`: the caller has left their Twilio queue, one way or another.
pub(crate) async fn leaves(
    State(web): State<Web>,
    webhook: Webhook<EnqueueResult, Waiting>,
) -> Response {
    web.page(leave(&web.system, webhook.ours, &webhook.request).await)
}

async fn leave(
    system: &PhoneSystem,
    waiting: Waiting,
    request: &EnqueueResult,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let who = who(system, &request.call.from);
    if request.call.status != CallStatus::InProgress {
        let waited = request
            .queue_time
            .map(|time| format!("after waiting {} s", time.as_secs()))
            .unwrap_or_default();
        match request.result {
            QueueResult::Bridged => system.note(who, "has talked to a rep", ""),
            _ => system.note(who, "hangs up", waited),
        }
        system.has_hung_up(call).await?;
        return Ok(VoiceResponse::new());
    }
    match &request.result {
        QueueResult::Bridged => {
            system.note(who, "has talked to a rep", "");
            system.leaves_line(call).await.map(|()| goodbye())
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
                "the rep has hung up",
            );
            system.leaves_line(call).await?;
            Ok(VoiceResponse::new().enqueue(waiting.enqueue(call)))
        }
        QueueResult::QueueFull => {
            system.note(who, "could not stay in line", "Twilio's queue is full");
            system.leaves_line(call).await.map(|()| apology())
        }
        result => {
            let again = waiting.after_error();
            let what = if again.is_some() {
                "goes back in line, with the time waited"
            } else {
                "could not stay in line"
            };
            system.note(who, what, format!("Twilio says {}", result.as_str()));
            system.leaves_line(call).await?;
            Ok(again.map_or_else(apology, |waiting| back_in_line(waiting, call)))
        }
    }
}

/// The page for a caller who met an error of ours at this URL: back in line, if they were in line.
pub(crate) async fn meets_error(
    system: &PhoneSystem,
    call: &CallContext,
    url: &str,
) -> Result<VoiceResponse, SystemError> {
    let id = call_id(call)?;
    let state = system.floor.queue.read(|queue| queue.call_state(id));
    if matches!(state, Some(CallState::Talking { .. })) {
        // What failed is the page that says good-bye after a talk.
        return system.leaves_line(id).await.map(|()| goodbye());
    }
    let waiting = url
        .parse()
        .ok()
        .and_then(|url| Query::<Waiting>::try_from_uri(&url).ok());
    let again = waiting.and_then(|Query(waiting)| waiting.after_error());
    Ok(again.map_or_else(apology, |waiting| back_in_line(waiting, id)))
}

/// The page that puts a caller back after an error, which may need a moment to pass.
fn back_in_line(waiting: Waiting, call: CallId) -> VoiceResponse {
    let moment = VoiceResponse::new()
        .say("One moment, please.")
        .pause(Pause::new().length(PUT_BACK_AFTER));
    moment.enqueue(waiting.enqueue(call))
}

fn goodbye() -> VoiceResponse {
    VoiceResponse::new()
        .say("Thank you for calling. Goodbye.")
        .hangup(Hangup::new())
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
