//! The whole floor as the page draws it: who waits, who talks, what the agents do, how well it goes.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use queue_dispatch::{
    AgentId, AgentState, CallId, ClassId, Offer, OfferStage, Queue, Reach, Stats, Why,
};
use serde::Serialize;

use super::day::Day;
use super::escalations::Escalation;
use super::opening::Hours;
use crate::records::{Call, Quarter};
use crate::system::PhoneSystem;

/// How many quarters of an hour the chart shows: twelve hours.
const QUARTERS: usize = 48;

/// The floor at an instant.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub(crate) struct Floor {
    waiting: Vec<Waiting>,
    talking: Vec<Talking>,
    agents: Vec<Agent>,
    board: Board,
    hours: Hours,
    escalations: Vec<Escalation>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Waiting {
    call: String,
    class: String,
    since: DateTime<Utc>,
    /// `None` while phones ring for them, or somebody has taken the call.
    position: Option<usize>,
    estimate_s: Option<i64>,
    stage: &'static str,
    overdue: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Talking {
    call: String,
    agent: u64,
    since: DateTime<Utc>,
    held: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Agent {
    id: u64,
    name: String,
    state: &'static str,
    since: DateTime<Utc>,
    /// When the wrap-up ends by itself.
    until: Option<DateTime<Utc>>,
    reach: &'static str,
    offers: Vec<Offered>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Offered {
    offer: String,
    call: String,
    answer_by: DateTime<Utc>,
    why: String,
    stage: &'static str,
    everyone: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Board {
    classes: Vec<Figures>,
    quarters: Vec<QuarterHour>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct Figures {
    class: String,
    waiting: usize,
    /// Since when the one who waits longest does.
    longest_since: Option<DateTime<Utc>>,
    service_level: Option<f64>,
    abandonment: Option<f64>,
    answered: u64,
    joined: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
struct QuarterHour {
    from: DateTime<Utc>,
    came: u32,
    answered: u32,
    gave_up: u32,
}

/// What is seen of the agents from one look to the next: since when they do what they do.
#[derive(Debug, Default)]
pub(crate) struct Seen(BTreeMap<AgentId, (AgentState, DateTime<Utc>)>);

impl Seen {
    fn since(&mut self, agent: AgentId, state: AgentState, now: DateTime<Utc>) -> DateTime<Utc> {
        let seen = self.0.entry(agent).or_insert((state, now));
        if seen.0 != state {
            *seen = (state, now);
        }
        seen.1
    }
}

/// What the queue says, taken at one instant.
struct Snapshot {
    waiting: Vec<Waiting>,
    offers: Vec<(Offer, OfferStage)>,
    agents: Vec<(AgentId, AgentState, Reach, Option<DateTime<Utc>>)>,
    classes: Vec<(ClassId, String, Stats)>,
}

impl Floor {
    /// Looks at all of it.
    pub(crate) fn look(
        system: &PhoneSystem,
        seen: &mut Seen,
        escalations: Vec<Escalation>,
        day: &Day,
        now: DateTime<Utc>,
    ) -> Self {
        let snapshot = system.floor.queue.read(|queue| Snapshot::of(queue, now));
        let patience = system.settings().overflow_after;
        let mut waiting = snapshot.waiting;
        waiting.extend(being_served(&snapshot.offers, &snapshot.classes));
        for caller in &mut waiting {
            caller.overdue = now - caller.since >= patience;
        }
        waiting.sort_by_key(|caller| (caller.position, caller.since));
        let talking = talking(system, &snapshot.offers);
        let agents = snapshot
            .agents
            .iter()
            .map(|&(id, state, reach, until)| Agent {
                id: id.number(),
                name: system.floor.name(id).to_owned(),
                state: state_name(state),
                since: seen.since(id, state, now),
                until,
                reach: match reach {
                    Reach::OnTheLine => "on-the-line",
                    _ => "phone",
                },
                offers: offers_to(id, &snapshot.offers),
            });
        Self {
            agents: agents.collect(),
            board: Board {
                classes: figures(&snapshot.classes, &waiting, day),
                quarters: quarters(system),
            },
            hours: Hours::at(system, now),
            waiting,
            talking,
            escalations,
        }
    }

    /// The floor as JSON.
    pub(crate) fn json(
        &self,
        system: &PhoneSystem,
        at: DateTime<Utc>,
    ) -> Result<String, serde_json::Error> {
        #[derive(Serialize)]
        struct At<'f> {
            at: DateTime<Utc>,
            speed: f64,
            #[serde(flatten)]
            floor: &'f Floor,
        }
        let speed = system.speed().factor();
        serde_json::to_string(&At {
            at,
            speed,
            floor: self,
        })
    }
}

impl Snapshot {
    fn of(queue: &Queue, now: DateTime<Utc>) -> Self {
        let mut waiting = Vec::new();
        let mut classes = Vec::new();
        for (class, name) in queue.config().classes() {
            classes.push((class, name.to_owned(), queue.class_stats(class)));
            waiting.extend(queue.line(class).map(|call| {
                Waiting {
                    call: sid(call),
                    class: name.to_owned(),
                    since: queue.waiting_since(call).unwrap_or(now),
                    position: queue.position(call, now),
                    estimate_s: queue
                        .wait_estimate(call, now)
                        .map(|wait| wait.likely.num_seconds()),
                    stage: "waiting",
                    overdue: false,
                }
            }));
        }
        let mut offers: Vec<_> = queue.offers().collect();
        offers.sort_by_key(|(offer, _)| offer.token);
        let agents = queue.agents().map(|(id, state)| {
            let reach = queue.agent(id).map_or(Reach::Rung, |agent| agent.reach);
            (id, state, reach, queue.wrap_up_ends_at(id))
        });
        Self {
            waiting,
            offers,
            agents: agents.collect(),
            classes,
        }
    }
}

/// Callers for whom phones ring, or whom somebody has taken and who are not joined yet: each once.
fn being_served(
    offers: &[(Offer, OfferStage)],
    classes: &[(ClassId, String, Stats)],
) -> impl Iterator<Item = Waiting> {
    let mut callers = BTreeMap::new();
    for (offer, stage) in offers {
        let stage = match stage {
            OfferStage::Talking => continue,
            OfferStage::Connecting => "connecting",
            _ => "offered",
        };
        let name = classes.iter().find(|(class, ..)| *class == offer.class);
        callers.entry(offer.call).or_insert_with(|| Waiting {
            call: sid(offer.call),
            class: name.map(|(_, name, _)| name.clone()).unwrap_or_default(),
            since: offer.waiting_since,
            position: None,
            estimate_s: None,
            stage,
            overdue: false,
        });
    }
    callers.into_values()
}

fn talking(system: &PhoneSystem, offers: &[(Offer, OfferStage)]) -> Vec<Talking> {
    let talks = offers
        .iter()
        .filter(|(_, stage)| *stage == OfferStage::Talking);
    talks
        .map(|(offer, _)| {
            let call = sid(offer.call);
            let record = system.records().get::<Call>(&call);
            let since = record.as_ref().and_then(|record| record.talks_since);
            Talking {
                agent: offer.agent.number(),
                since: since.unwrap_or(offer.waiting_since),
                held: record.is_some_and(|record| record.held),
                call,
            }
        })
        .collect()
}

fn offers_to(agent: AgentId, offers: &[(Offer, OfferStage)]) -> Vec<Offered> {
    let offers = offers.iter().filter(|(offer, _)| offer.agent == agent);
    offers
        .map(|(offer, stage)| Offered {
            offer: offer.token.to_string(),
            call: sid(offer.call),
            answer_by: offer.answer_by,
            why: offer.why.to_string(),
            stage: match stage {
                OfferStage::Talking => "talking",
                OfferStage::Connecting => "connecting",
                _ => "ringing",
            },
            everyone: matches!(offer.why, Why::Everyone { .. }),
        })
        .collect()
}

/// Figures of today.
fn figures(classes: &[(ClassId, String, Stats)], waiting: &[Waiting], day: &Day) -> Vec<Figures> {
    let of_class = |(_, class, stats): &(ClassId, String, Stats)| {
        let waits = || waiting.iter().filter(|caller| caller.class == *class);
        let before = day.of(class);
        let today = |count: fn(&Stats) -> u64| count(stats).saturating_sub(count(&before));
        let answered = today(|stats| stats.answered);
        let abandoned = today(|stats| stats.abandoned);
        let over = answered + abandoned + today(|stats| stats.left);
        Figures {
            waiting: waits().count(),
            longest_since: waits().map(|caller| caller.since).min(),
            service_level: share(today(|stats| stats.answered_in_time), answered),
            abandonment: share(abandoned, over),
            answered,
            joined: today(|stats| stats.joined),
            class: class.clone(),
        }
    };
    classes.iter().map(of_class).collect()
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The last quarters of an hour in which anybody rang.
fn quarters(system: &PhoneSystem) -> Vec<QuarterHour> {
    let quarters = system.records().all::<Quarter>();
    let mut quarters: Vec<_> = quarters
        .into_iter()
        .filter_map(|(from, quarter)| {
            Some(QuarterHour {
                from: from.parse().ok()?,
                came: quarter.came,
                answered: quarter.answered,
                gave_up: quarter.gave_up,
            })
        })
        .collect();
    quarters.sort_by_key(|quarter| quarter.from);
    quarters.split_off(quarters.len().saturating_sub(QUARTERS))
}

const fn state_name(state: AgentState) -> &'static str {
    match state {
        AgentState::SignedOut => "signed-out",
        AgentState::Break => "break",
        AgentState::Paused => "paused",
        AgentState::Ready => "ready",
        AgentState::Reserved => "reserved",
        AgentState::Talking => "talking",
        AgentState::WrapUp => "wrap-up",
        _ => "unknown",
    }
}

/// A call as Twilio and the records name it.
pub(crate) fn sid(call: CallId) -> String {
    format!("CA{call}")
}
