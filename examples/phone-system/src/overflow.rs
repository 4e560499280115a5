//! The three-minute rule: an escalation process per waiting caller, which outlives a crash.
//!
//! `escalation-core` durably holds "overflow due" and fires it into the queue, whose ladder rings every phone. It is
//! stopped when the caller is connected or leaves.

use std::sync::Arc;

use async_trait::async_trait;
use chrono::{DateTime, TimeDelta, Utc};
use escalation_core::{
    Cause, Channel, Check, Delivery, Engine, EscalationStore, Notification, Notifier, Outcome,
    Precondition, ProcessId, Reason, Response, StartRequest,
};
use queue_dispatch::{CallId, CallState, Event, Refusal};

use crate::floor::Floor;
use crate::on_call;
use crate::one_line;
use crate::opening::OpeningHours;

/// The channel of "overflow due".
const CHANNEL: &str = "overflow";
/// A caller who cannot be rung for at this moment is looked at again after this long: a rep is just being connected, or
/// this program was restarted and learns of the caller with Twilio's next request.
const LOOK_AGAIN: TimeDelta = TimeDelta::seconds(5);
/// A caller who has not been seen this long after overflow was due has hung up while this program was down.
const GIVE_UP: TimeDelta = TimeDelta::minutes(15);

/// Builds the engine: "overflow due", and the channels that tell people on call.
pub(crate) fn engine(
    store: Arc<dyn EscalationStore>,
    floor: &Arc<Floor>,
    hours: &Arc<OpeningHours>,
    email: Option<Arc<dyn Notifier>>,
) -> Result<Engine, escalation_core::BuildError> {
    let engine = Engine::builder(store)
        .precondition(CanBeRungFor(Arc::clone(floor)))
        .notifier(CHANNEL, Arc::new(OverflowDue(Arc::clone(floor))));
    on_call::channels(engine, floor, hours, email).build()
}

/// The process that watches over a call.
pub(crate) fn process(call: CallId) -> Result<ProcessId, escalation_core::InvalidId> {
    ProcessId::new(format!("CA{call}"))
}

/// Asks for "overflow due" when the caller has waited `patience`; at once, if they have by `now`.
pub(crate) fn request(
    call: CallId,
    waiting_since: DateTime<Utc>,
    patience: TimeDelta,
    now: DateTime<Utc>,
) -> Result<StartRequest, RequestError> {
    let due = now.max(waiting_since + patience);
    let notification = Notification::at(Channel::new(CHANNEL)?, due).until(due + GIVE_UP);
    Ok(StartRequest::new(process(call)?).notify(notification))
}

/// Why no process can be asked for.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RequestError {
    #[error(transparent)]
    Id(#[from] escalation_core::InvalidId),
    #[error(transparent)]
    Channel(#[from] escalation_core::InvalidChannel),
}

/// Is the caller still waiting? Asked when overflow is due, before anything rings.
#[derive(Debug)]
struct CanBeRungFor(Arc<Floor>);

#[async_trait]
impl Precondition for CanBeRungFor {
    async fn check(&self, delivery: &Delivery) -> Check {
        if delivery.process().as_str() == on_call::PROCESS {
            return match on_call::is_due(&self.0, self.0.now()) {
                true => Check::Proceed,
                false => Check::End,
            };
        }
        let Ok(call) = delivery.process().as_str().parse() else {
            return Check::End;
        };
        if self.0.callers.has_ended(call) {
            return Check::End;
        }
        match self.0.queue.read(|queue| queue.call_state(call)) {
            Some(CallState::Talking { .. }) => Check::End,
            // Should the connection fail, the caller is back in line and still overdue.
            Some(CallState::Connecting { .. }) | None => {
                Check::AskAgainAt(self.0.now() + LOOK_AGAIN)
            }
            Some(_) => Check::Proceed,
        }
    }
}

/// Tells the queue that overflow is due; its ladder does the rest.
#[derive(Debug)]
struct OverflowDue(Arc<Floor>);

#[async_trait]
impl Notifier for OverflowDue {
    async fn notify(&self, delivery: &Delivery) -> Outcome {
        let floor = &self.0;
        let call = match delivery.process().as_str().parse::<CallId>() {
            Ok(call) => call,
            Err(error) => {
                return Outcome::Rejected(Reason::new(Cause::InvalidRequest, error.to_string()));
            }
        };
        match floor.tell(Event::OverflowDue { call }).await {
            Ok(_) => Outcome::Delivered(Response::None),
            // Said twice: the ladder has climbed this rung before.
            Err(queue_dispatch::Error::Refused(Refusal::NothingDue { .. })) => {
                Outcome::Delivered(Response::None)
            }
            Err(error) => Outcome::RetryAfter {
                at_least: Some(LOOK_AGAIN),
                reason: Reason::new(Cause::Other, one_line(&error)),
            },
        }
    }
}
