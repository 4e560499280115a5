//! The rep's side: dialling in and getting caller after caller.

use axum::extract::{Query, State};
use axum::response::Response;
use queue_dispatch::{Agent, CallId, Command, Commands, Event, OfferStage, Token};
use twilio_webhook::{
    CallContext, CallStatus, DequeueResult, DialQueueResult, IncomingCall, QueueWhisper,
};
use twiml::VoiceResponse;
use twiml::voice::{Dial, Hangup, Pause, Queue, Redirect};

use crate::caller::{call_id, twilio_queue};
use crate::settings::Rep;
use crate::system::{PhoneSystem, SystemError};
use crate::web::{AboutOffer, Web, Webhook};

/// How often a rep who waits on the line asks for a caller, in seconds.
const ASKS_EVERY: u32 = 3;

/// A rep dials the reps' number: from now on they take calls.
pub(crate) async fn dials_in(
    system: &PhoneSystem,
    call: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    let Some(rep) = rep_of(system, call) else {
        system.note(
            call.from.to_string(),
            "rings the reps' line and is turned away",
            "no rep has this number",
        );
        let sorry =
            "This number is for our staff, and the phone you call from is not registered. Goodbye.";
        return Ok(VoiceResponse::new().say(sorry).hangup(Hangup::new()));
    };
    system
        .floor
        .mention(Event::SignedIn(Agent::new(rep.id).on_the_line()))
        .await?;
    system.note(&rep.name, "dials in, ready for calls", "");
    Ok(match next_caller(system, rep).await? {
        Some(connect) => connect,
        None => hold(VoiceResponse::new().say("Nobody is waiting. Please stay on the line.")),
    })
}

/// `rep-next`: a rep on the line asks for the next caller.
pub(crate) async fn asks(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    let call = match web.read(webhook) {
        Ok(request) => request.call,
        Err(answer) => return *answer,
    };
    web.page(match rep_of(&web.system, &call) {
        Some(rep) => next_caller(&web.system, rep)
            .await
            .map(|connect| connect.unwrap_or_else(|| hold(VoiceResponse::new()))),
        None => Ok(VoiceResponse::new().hangup(Hangup::new())),
    })
}

/// `rep-done`: the talk is over, or never began. The rep stays on the line for the next caller.
pub(crate) async fn has_talked(
    State(web): State<Web>,
    Query(AboutOffer { token }): Query<AboutOffer>,
    webhook: Webhook<DialQueueResult>,
) -> Response {
    let request = match web.read(webhook) {
        Ok(request) => request,
        Err(answer) => return *answer,
    };
    web.page(stays(&web.system, token, &request).await)
}

async fn stays(
    system: &PhoneSystem,
    token: Token,
    request: &DialQueueResult,
) -> Result<VoiceResponse, SystemError> {
    talk_is_over(system, token, request).await?;
    let rep = rep_of(system, &request.call);
    // A rep who has hung up gets no caller: Twilio would discard the answer, and with it the caller.
    let Some(rep) = rep.filter(|_| request.call.status == CallStatus::InProgress) else {
        return Ok(VoiceResponse::new());
    };
    Ok(next_caller(system, rep)
        .await?
        .unwrap_or_else(|| hold(VoiceResponse::new())))
}

/// Settles an accepted offer when the rep's `<Dial>` is over.
pub(crate) async fn talk_is_over(
    system: &PhoneSystem,
    token: Token,
    request: &DialQueueResult,
) -> Result<(), SystemError> {
    let Some((offer, stage)) = system.floor.queue.read(|queue| queue.offer(token)) else {
        // The caller hung up first, and that settled it.
        return Ok(());
    };
    let nobody_there = matches!(
        request.result,
        Some(DequeueResult::QueueEmpty | DequeueResult::QueueNotFound)
    );
    if stage == OfferStage::Talking {
        system.floor.mention(Event::CallEnded { token }).await?;
    } else if nobody_there {
        // The caller waits in a queue of their own. If it is gone, so are they; should they be there after all, Twilio's
        // next request for what they shall hear puts them back in line.
        system.note(
            system.floor.caller(offer.call),
            "is not on the line any more",
            "Twilio's queue is empty",
        );
        system.gone(offer.call).await?;
    } else {
        system.floor.mention(Event::BridgeFailed { token }).await?;
    }
    system.wake();
    Ok(())
}

/// The rep's own leg is over.
pub(crate) async fn hangs_up(system: &PhoneSystem, call: &CallContext) -> Result<(), SystemError> {
    if let Some(rep) = rep_of(system, call) {
        system
            .floor
            .mention(Event::SignedOut { agent: rep.id })
            .await?;
        system.note(&rep.name, "hangs up and takes no more calls", "");
        system.wake();
    }
    Ok(())
}

/// Caller and rep are joined. `request` is about the caller's leg.
pub(crate) async fn joined(
    system: &PhoneSystem,
    token: Token,
    request: &QueueWhisper,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    system.floor.mention(Event::Bridged { token }).await?;
    system.connected(call).await?;
    let offer = system.floor.queue.read(|queue| queue.offer(token));
    let rep = offer
        .map_or("a colleague", |(offer, _)| system.floor.name(offer.agent))
        .to_owned();
    let waited = request.queue_time.as_secs();
    system.note(
        system.floor.caller(call),
        format!("is connected to {rep}"),
        format!("waited {waited} s"),
    );
    Ok(VoiceResponse::new().say(format!("Connecting you to {rep}.")))
}

/// The page that connects a rep's leg to the caller of an accepted offer.
pub(crate) fn connect(call: CallId, token: Token, done: &str) -> VoiceResponse {
    let queue = Queue::new(twilio_queue(call)).url(format!("whisper?token={token}"));
    // Nobody else can join this queue, so there is nothing to wait for in it.
    VoiceResponse::new().dial(
        Dial::new()
            .action(format!("{done}?token={token}"))
            .timeout(5)
            .queue(queue),
    )
}

/// What a decision of the queue means for a rep's leg: the caller to connect it to, if there is one.
pub(crate) fn accepted(commands: &Commands) -> Option<(CallId, Token)> {
    commands.iter().find_map(|command| match *command {
        Command::Connect { token, call, .. } => Some((call, token)),
        _ => None,
    })
}

async fn next_caller(
    system: &PhoneSystem,
    rep: &Rep,
) -> Result<Option<VoiceResponse>, SystemError> {
    let commands = match system.floor.tell(Event::NextCaller { agent: rep.id }).await {
        Ok(commands) => commands,
        // The last call is not quite over yet: ask again.
        Err(queue_dispatch::Error::Refused(_)) => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    system.wake();
    let Some(offer) = commands.offers().find(|offer| offer.agent == rep.id) else {
        return Ok(None);
    };
    let token = offer.token;
    match system.floor.tell(Event::OfferAccepted { token }).await {
        Ok(commands) => {
            Ok(accepted(&commands).map(|(call, token)| connect(call, token, "rep-done")))
        }
        // The caller hung up in between.
        Err(queue_dispatch::Error::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn hold(page: VoiceResponse) -> VoiceResponse {
    page.pause(Pause::new().length(ASKS_EVERY))
        .redirect(Redirect::new("rep-next"))
}

/// The rep whose phone this leg belongs to: they ring us, or we ring them.
pub(crate) fn rep_of<'s>(system: &'s PhoneSystem, call: &CallContext) -> Option<&'s Rep> {
    let settings = system.settings();
    [&call.from, &call.to]
        .into_iter()
        .filter_map(|end| end.phone())
        .find_map(|phone| settings.rep_with_phone(phone))
}
