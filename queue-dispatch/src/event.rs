//! What the world tells the queue.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::agent::Agent;
use crate::caller::Caller;
use crate::class::ClassId;
use crate::ids::{AgentId, CallId, Token};
use crate::ladder::Exit;

/// Something that happened; the input of [`Queue::step`](crate::Queue::step) and the record in the
/// log.
///
/// Written by serde as a map with the field `event` naming the variant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
#[non_exhaustive]
pub enum Event {
    /// A caller joins the line of a class.
    Enqueue(Caller),
    /// The caller is gone, at whatever stage: hang-up wins until the two are bridged, and ends the
    /// talk afterwards.
    HungUp {
        /// The call.
        call: CallId,
    },
    /// The caller has chosen not to wait, but to be called back, say: gone as after
    /// [`HungUp`](Self::HungUp), but counted as [left](crate::Stats::left) and not as abandoned.
    /// During the talk the two are the same.
    Left {
        /// The call.
        call: CallId,
        /// What they have chosen.
        exit: Exit,
    },

    /// A phone becomes known, signed out: it rings only when everyone is rung. Known agents only
    /// change their profile.
    AgentAdded(Agent),
    /// An agent signs in and is on break until [`Ready`](Self::Ready) or
    /// [`NextCaller`](Self::NextCaller). Adds an unknown agent.
    SignedIn(Agent),
    /// The agent takes calls from now on: ends break, pause and wrap-up. During a call: once it is
    /// over.
    Ready {
        /// The agent.
        agent: AgentId,
    },
    /// The agent goes on break; during a call: once it is over. An offer not yet accepted is
    /// withdrawn.
    Break {
        /// The agent.
        agent: AgentId,
    },
    /// The agent goes, or is gone: as [`Break`](Self::Break), and calls being bridged go back too.
    SignedOut {
        /// The agent.
        agent: AgentId,
    },
    /// The agent is forgotten: as [`SignedOut`](Self::SignedOut), and their numbers go too. Refused
    /// while the agent talks. Who signs in again is known anew.
    AgentRemoved {
        /// The agent.
        agent: AgentId,
    },
    /// An agent on the line asks for the next caller: ready, and an offer in the same step if
    /// anyone waits. Asked again while an offer is open, repeats that offer.
    NextCaller {
        /// The agent.
        agent: AgentId,
    },
    /// The agent takes this caller, whatever the order, and whosever phone rings for them: those
    /// offers are cancelled. An offer of another caller that the agent has not answered makes room.
    Take {
        /// The agent.
        agent: AgentId,
        /// The caller, whom nobody has accepted.
        call: CallId,
    },
    /// The agent is done with the work after a call.
    WrapUpDone {
        /// The agent.
        agent: AgentId,
    },

    /// The agent takes the offered caller. Said twice, the answer is repeated.
    OfferAccepted {
        /// The offer.
        token: Token,
    },
    /// The agent declines.
    OfferRejected {
        /// The offer.
        token: Token,
    },
    /// The phone rang out. The queue's own clock says so too; whichever comes first counts.
    OfferTimedOut {
        /// The offer.
        token: Token,
    },
    /// The two are talking.
    Bridged {
        /// The offer.
        token: Token,
    },
    /// The two could not be joined: the caller goes back to the head, and is the next to be offered.
    /// If it is the caller who is gone, say [`HungUp`](Self::HungUp): one whose every bridge fails
    /// would hold up all behind.
    BridgeFailed {
        /// The offer.
        token: Token,
    },
    /// The talk is over.
    CallEnded {
        /// The offer.
        token: Token,
    },
    /// The agent hands the caller over: the talk is over and the caller waits again.
    Transfer {
        /// The offer.
        token: Token,
        /// The class to wait in.
        class: ClassId,
        /// Since when the caller counts as waiting; `None`: from now on.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        waiting_since: Option<DateTime<Utc>>,
    },

    /// The waiting caller moves to another class and keeps the time waited.
    Reclassify {
        /// The caller.
        call: CallId,
        /// The class.
        class: ClassId,
    },
    /// The next rung of the ladder that waits for this event is due. Fired durably from outside, at
    /// least once: said twice, the second is [refused](crate::Refusal::NothingDue) without effect.
    /// While an agent has the caller, or phones ring for an earlier rung, it is refused as
    /// [not waiting](crate::Refusal::NotWaiting): say it again a little later, for the caller may
    /// come back.
    OverflowDue {
        /// The caller.
        call: CallId,
    },
    /// Time has passed: whatever is due happens. See [`Queue::wake_at`](crate::Queue::wake_at).
    Tick,
    /// The host starts again and knows nothing of the phones it rang: offers not yet bridged end, in
    /// whatever process they were carried out, and their callers go back to the head. Talks go on.
    Restart,
}

impl Event {
    /// A caller joins and waits from now on.
    pub const fn enqueue(call: CallId, class: ClassId) -> Self {
        Self::Enqueue(Caller::new(call, class))
    }
}
