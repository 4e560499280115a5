//! The rep's side: getting caller after caller, and the end of each talk.

use axum::extract::State;
use axum::response::Response;
use queue_dispatch::{CallId, Command, Commands, Event, Offer, OfferStage, Refusal, Token};
use twilio_webhook::{
    CallContext, CallStatus, DequeueResult, DialQueueResult, IncomingCall, QueueWhisper,
};
use twiml::VoiceResponse;
use twiml::voice::{Dial, Hangup, Pause, Queue, Redirect};

use crate::call_back;
use crate::caller::{call_id, twilio_queue};
use crate::dial_in::{is_let_in, signs_in, wants_pin};
use crate::offer_ref::OfferRef;
use crate::one_line;
use crate::settings::Rep;
use crate::system::{PhoneSystem, SystemError};
use crate::talk::hold;
use crate::web::{About, Web, Webhook};

/// How often a rep who waits on the line asks for a caller, in seconds.
const ASKS_EVERY: u32 = 3;

/// `rep-next`: a rep on the line asks for the next caller.
pub(crate) async fn asks(State(web): State<Web>, webhook: Webhook<IncomingCall>) -> Response {
    let call = webhook.request.call;
    let page = match rep_of(&web.system, &call) {
        Some(rep) => next_or_hold(&web.system, rep, &call).await,
        None => Ok(VoiceResponse::new().hangup(Hangup::new())),
    };
    web.page_or(page, meets_error)
}

/// `rep-done`: the talk is over, or never began. The rep stays on the line for the next caller.
pub(crate) async fn has_talked(
    State(web): State<Web>,
    webhook: Webhook<DialQueueResult, About>,
) -> Response {
    let page = stays(&web.system, webhook.ours.offer, &webhook.request).await;
    web.page_or(page, meets_error)
}

async fn stays(
    system: &PhoneSystem,
    offer: OfferRef,
    request: &DialQueueResult,
) -> Result<VoiceResponse, SystemError> {
    let over = talk_is_over(system, offer, request).await?;
    if matches!(over, Over::OnHold) {
        return Ok(hold::rep_waits(offer));
    }
    // A rep who has hung up gets no caller: Twilio would discard the answer, and with it the caller.
    let rep =
        rep_of(system, &request.call).filter(|_| request.call.status == CallStatus::InProgress);
    let Some(rep) = rep else {
        return Ok(VoiceResponse::new());
    };
    // Nor does a repeated request: nobody may read its answer.
    if !system.floor.reps.is_done(rep.id, offer.token).await? {
        return Ok(hold(VoiceResponse::new()));
    }
    next_or_hold(system, rep, &request.call).await
}

/// Why a rep's `<Dial>` is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Over {
    /// The caller is on hold, and the rep waits.
    OnHold,
    /// There is nothing more to say, or there never was.
    Ended,
}

/// Settles an accepted offer when the rep's `<Dial>` is over.
pub(crate) async fn talk_is_over(
    system: &PhoneSystem,
    offer: OfferRef,
    request: &DialQueueResult,
) -> Result<Over, SystemError> {
    let Some((offer, stage)) = system.floor.offer(offer) else {
        // The caller hung up first, and that settled it.
        return Ok(Over::Ended);
    };
    if stage == OfferStage::Talking && system.floor.callers.is_held(offer.call) {
        if request.call.status == CallStatus::InProgress {
            return Ok(Over::OnHold);
        }
        hold::rep_is_gone(system, offer).await?;
        return Ok(Over::Ended);
    }
    if stage == OfferStage::Talking && system.floor.callers.moving(offer.call).is_some() {
        // The caller's leg is on its way to a page of ours, which tells the queue.
        return Ok(Over::Ended);
    }
    let nobody_there = matches!(
        request.result,
        Some(DequeueResult::QueueEmpty | DequeueResult::QueueNotFound)
    );
    if nobody_there && stage != OfferStage::Talking {
        // The caller waits in a queue of their own. If it is gone, so are they; should they be there after all, Twilio's
        // next request for what they shall hear puts them back in line.
        system.note(
            system.floor.callers.name(offer.call),
            "is not on the line any more",
            "Twilio's queue is empty",
        );
        system.leaves_line(offer.call).await?;
    } else {
        settle(system, offer, stage).await?;
    }
    Ok(Over::Ended)
}

/// The rep's leg is free of this offer, whatever became of it: a talk has ended, a connection has failed, a phone has rung
/// in vain.
pub(crate) async fn settle(
    system: &PhoneSystem,
    offer: Offer,
    stage: OfferStage,
) -> Result<(), SystemError> {
    let token = offer.token;
    system
        .floor
        .mention(match stage {
            OfferStage::Talking => Event::CallEnded { token },
            OfferStage::Connecting => Event::BridgeFailed { token },
            _ => Event::OfferTimedOut { token },
        })
        .await?;
    if stage == OfferStage::Talking {
        let now = system.now();
        system.floor.callers.talk_is_over(offer.call, now).await?;
    }
    system.wake();
    Ok(())
}

/// A rep's leg on the reps' line is over.
pub(crate) async fn hangs_up(system: &PhoneSystem, call: &CallContext) -> Result<(), SystemError> {
    let rep = rep_of(system, call).filter(|rep| system.floor.reps.is_working_leg(rep.id, call.sid));
    // An old leg, of a rep who has dialled in again since, says nothing.
    let Some(rep) = rep else { return Ok(()) };
    if let Some((offer, OfferStage::Talking)) = system.floor.accepted_by(rep.id)
        && system.floor.callers.is_held(offer.call)
    {
        hold::rep_is_gone(system, offer).await?;
    }
    system
        .floor
        .mention(Event::SignedOut { agent: rep.id })
        .await?;
    system.floor.reps.leaves(rep.id).await?;
    system.note(&rep.name, "hangs up and takes no more calls", "");
    system.wake();
    Ok(())
}

/// `whisper`: caller and rep are about to be joined; what the caller hears before. The request is about the caller's leg.
pub(crate) async fn joins(
    State(web): State<Web>,
    webhook: Webhook<QueueWhisper, About>,
) -> Response {
    web.page(joined(&web.system, webhook.ours.offer, &webhook.request).await)
}

async fn joined(
    system: &PhoneSystem,
    about: OfferRef,
    request: &QueueWhisper,
) -> Result<VoiceResponse, SystemError> {
    let call = call_id(&request.call)?;
    let Some((offer, stage)) = system
        .floor
        .offer(about)
        .filter(|(offer, _)| offer.call == call)
    else {
        // Accepted before a restart, or given up by the queue a moment ago: they are joined all the same, and not in line.
        system.note(
            system.floor.callers.name(call),
            "is connected to an agent",
            "an offer that the queue had closed",
        );
        call_back::is_served(system, call).await?;
        system.leaves_line(call).await?;
        return Ok(VoiceResponse::new());
    };
    let rep = system.floor.name(offer.agent);
    if stage == OfferStage::Talking {
        return Ok(VoiceResponse::new().say("Thank you for holding."));
    }
    system
        .floor
        .mention(Event::Bridged { token: offer.token })
        .await?;
    let waited = (system.now() - offer.waiting_since).num_seconds();
    system.note(
        system.floor.callers.name(call),
        format!("is connected to {rep}"),
        format!("waited {waited} s"),
    );
    if let Err(error) = system.connected(&offer).await {
        // Whoever is overdue and talking is not rung for; that is no reason to part the two.
        system.note(
            "phone system",
            "cannot stop an escalation",
            one_line(&error),
        );
    }
    Ok(VoiceResponse::new().say(format!("Connecting you to {rep}.")))
}

/// The page that connects a rep's leg to the caller of an accepted offer.
pub(crate) fn connect(
    system: &PhoneSystem,
    (call, token): (CallId, Token),
    done: &str,
) -> VoiceResponse {
    let offer = system.floor.refer_to(token);
    let queue = Queue::new(twilio_queue(call)).url(format!("whisper?offer={offer}"));
    // Nobody else can join this queue, so there is nothing to wait for in it.
    VoiceResponse::new().dial(
        Dial::new()
            .action(format!("{done}?offer={offer}"))
            .timeout(5)
            .queue(queue),
    )
}

/// The caller that a decision of the queue connects a rep to, if it does.
pub(crate) fn accepted(commands: &Commands) -> Option<(CallId, Token)> {
    commands.iter().find_map(|command| match *command {
        Command::Connect { token, call, .. } => Some((call, token)),
        _ => None,
    })
}

pub(crate) async fn next_or_hold(
    system: &PhoneSystem,
    rep: &Rep,
    leg: &CallContext,
) -> Result<VoiceResponse, SystemError> {
    next_or(system, rep, leg, VoiceResponse::new()).await
}

/// The next caller; this page, and then on the line, if nobody waits.
pub(crate) async fn next_or(
    system: &PhoneSystem,
    rep: &Rep,
    leg: &CallContext,
    page: VoiceResponse,
) -> Result<VoiceResponse, SystemError> {
    if !is_let_in(system, rep, leg) {
        // They met an error of ours before they had keyed it in, or all that we knew is lost.
        return Ok(wants_pin());
    }
    let connect = next_caller(system, rep, leg).await?;
    Ok(connect.unwrap_or_else(|| hold(page)))
}

/// The page that connects this leg of the rep's to the next caller, if anyone waits.
async fn next_caller(
    system: &PhoneSystem,
    rep: &Rep,
    leg: &CallContext,
) -> Result<Option<VoiceResponse>, SystemError> {
    let mut asked = system.floor.tell(Event::NextCaller { agent: rep.id }).await;
    if let Err(queue_dispatch::Error::Refused(Refusal::SignedOut { .. })) = asked {
        // This program was restarted, or the queue gave up a leg that lives: the leg itself proves that they are there.
        signs_in(system, rep, leg).await?;
        asked = system.floor.tell(Event::NextCaller { agent: rep.id }).await;
    }
    let token = match asked {
        Ok(commands) => commands
            .offers()
            .find(|offer| offer.agent == rep.id)
            .map(|offer| offer.token),
        // They have accepted a caller, and Twilio did not get the answer that said so: say it again.
        Err(queue_dispatch::Error::Refused(Refusal::AgentBusy { .. })) => {
            let accepted = system.floor.accepted_by(rep.id);
            accepted
                .filter(|(_, stage)| *stage == OfferStage::Connecting)
                .map(|(offer, _)| offer.token)
        }
        Err(queue_dispatch::Error::Refused(_)) => None,
        Err(error) => return Err(error.into()),
    };
    system.wake();
    let Some(token) = token else { return Ok(None) };
    match system.floor.tell(Event::OfferAccepted { token }).await {
        Ok(commands) => Ok(accepted(&commands).map(|caller| connect(system, caller, "rep-done"))),
        // The caller hung up in between.
        Err(queue_dispatch::Error::Refused(_)) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// The page for a rep on the line who met an error of ours: they stay, and ask again.
pub(crate) fn meets_error() -> VoiceResponse {
    hold(VoiceResponse::new().say("One moment, please."))
}

fn hold(page: VoiceResponse) -> VoiceResponse {
    page.pause(Pause::new().length(ASKS_EVERY))
        .redirect(Redirect::new("rep-next"))
}

/// The rep whose phone this leg belongs to: they ring us, or we ring them.
pub(crate) fn rep_of<'s>(system: &'s PhoneSystem, call: &CallContext) -> Option<&'s Rep> {
    let reps = &system.settings().reps;
    [&call.from, &call.to]
        .into_iter()
        .find_map(|end| reps.iter().find(|rep| rep.phone == *end))
}
