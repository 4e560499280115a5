//! What escalates: callers for whom every phone rings, and people who are told of them.

use chrono::{DateTime, Utc};
use queue_dispatch::{OfferStage, Why};
use serde::Serialize;

use super::floor::sid;
use crate::system::PhoneSystem;
use crate::{on_call, records};

/// An escalation as the page shows it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Escalation {
    process: String,
    call: Option<String>,
    what: String,
    since: DateTime<Utc>,
    next: Option<DateTime<Utc>>,
    state: &'static str,
    history: Vec<Happened>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Happened {
    at: DateTime<Utc>,
    text: String,
}

/// What escalates at the moment.
pub(crate) async fn under_way(system: &PhoneSystem, _now: DateTime<Utc>) -> Vec<Escalation> {
    let patience = system.settings().overflow_after;
    let mut escalations: Vec<Escalation> = Vec::new();
    system.floor.queue.read(|queue| {
        for (offer, stage) in queue.offers() {
            let Why::Everyone { round, .. } = offer.why else {
                continue;
            };
            if stage != OfferStage::Ringing {
                continue;
            }
            let call = sid(offer.call);
            if escalations.iter().any(|known| known.process == call) {
                continue;
            }
            let since = offer.waiting_since + patience;
            escalations.push(Escalation {
                process: call.clone(),
                call: Some(call),
                what: "every phone rings".to_owned(),
                since,
                next: Some(offer.answer_by),
                state: "ringing",
                history: vec![Happened {
                    at: since,
                    text: format!("every phone rings, round {round}"),
                }],
            });
        }
    });
    escalations.extend(on_call(system));
    escalations.sort_by(|one, other| (one.since, &one.process).cmp(&(other.since, &other.process)));
    escalations
}

/// The people on call who are being told, if any are.
fn on_call(system: &PhoneSystem) -> Option<Escalation> {
    let open: records::Escalation = system.records().get(on_call::PROCESS)?;
    let history = open.history.into_iter().map(|line| Happened {
        at: line.at,
        text: line.text,
    });
    Some(Escalation {
        process: on_call::PROCESS.to_owned(),
        call: None,
        what: match &open.by {
            Some(by) => format!("{by} has taken charge"),
            None => "people on call are being told".to_owned(),
        },
        since: open.since,
        next: None,
        state: match open.by {
            Some(_) => "acknowledged",
            None => "open",
        },
        history: history.collect(),
    })
}
