//! Who waits or talks, when Twilio last spoke of them, and who has left for good: their records.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use chrono::{DateTime, TimeDelta, Utc};
use queue_dispatch::{AgentId, CallId};

use crate::caller::{Carried, Class, Topic};
pub(crate) use crate::records::Move;
use crate::records::{Call, Quarter, Record as _, Records, RecordsError};

/// Twilio asks every 20 seconds or so what a waiting caller shall hear. One who has not been asked about for this long
/// is gone, and the notice of it was lost.
const SILENCE: TimeDelta = TimeDelta::seconds(90);
/// The longest a call lasts, unless the account has asked Twilio for more.
const LONGEST_CALL: TimeDelta = TimeDelta::hours(4);

/// What all servers know of the callers beside their places, which the queue knows.
#[derive(Debug)]
pub(crate) struct Callers {
    records: Arc<Records>,
    /// Since when each caller in line, or talking, was not spoken of; made from the records as far as they were looked at.
    in_line: Mutex<InLine>,
}

#[derive(Debug, Default)]
struct InLine {
    seen: u64,
    calls: BTreeMap<CallId, Unheard>,
}

#[derive(Debug, Clone, Copy)]
struct Unheard {
    since: DateTime<Utc>,
    patience: TimeDelta,
}

/// A caller who waits.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Waits<'a> {
    pub(crate) from: &'a str,
    pub(crate) to: &'a str,
    pub(crate) name: Option<&'a str>,
    pub(crate) carried: Carried,
}

/// The SID of a call, which is the key of its record.
fn key(call: CallId) -> String {
    format!("CA{call}")
}

impl Callers {
    pub(crate) fn new(records: Arc<Records>) -> Self {
        Self {
            records,
            in_line: Mutex::default(),
        }
    }

    /// What is known of a call.
    pub(crate) fn get(&self, call: CallId) -> Option<Call> {
        self.records.get(&key(call))
    }

    /// A call has come in.
    pub(crate) async fn rings(&self, call: CallId, new: &Call) -> Result<(), RecordsError> {
        let quarter = Quarter::of(new.began);
        self.records
            .together(|draft| {
                // Twilio may ask the same twice.
                if draft.get::<Call>(&key(call)).is_none() {
                    draft.put(&key(call), new);
                    let mut calls: Quarter = draft.get(&quarter).unwrap_or_default();
                    calls.came += 1;
                    draft.put(&quarter, &calls);
                }
            })
            .await
    }

    /// Twilio has asked about this waiting caller. `None` if the call has ended before.
    pub(crate) async fn heard_of(
        &self,
        call: CallId,
        waits: Waits<'_>,
        now: DateTime<Utc>,
    ) -> Result<Option<Call>, RecordsError> {
        let key = key(call);
        let heard = self.records.update(&key, |known: Option<Call>| {
            let mut known = known.unwrap_or_else(|| Call::new(waits.from, waits.to, now));
            if known.ended_at.is_none() {
                known.heard_at = known.heard_at.max(now);
                known.name = known.name.or_else(|| waits.name.map(str::to_owned));
                carries(&mut known, waits.carried);
                (known.in_line, known.talks_since, known.waited_ms) = (true, None, None);
            }
            Some(known)
        });
        Ok(heard.await?.filter(|known| known.ended_at.is_none()))
    }

    /// The caller is back in line, or otherwise sure to be on the line now.
    pub(crate) async fn is_there(
        &self,
        call: CallId,
        now: DateTime<Utc>,
    ) -> Result<(), RecordsError> {
        self.change(call, |known| {
            known.heard_at = known.heard_at.max(now);
            known.talks_since = None;
        })
        .await
    }

    /// They, who waited since then, talk to a rep from now on, and nothing is asked about them meanwhile.
    pub(crate) async fn talks(
        &self,
        call: CallId,
        agent: AgentId,
        since: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> Result<(), RecordsError> {
        self.change(call, |known| {
            known.talks_since = Some(now);
            known.agent = Some(agent.number());
            known.watched = false;
            known.waited_ms = Some((now - since).num_milliseconds());
        })
        .await
    }

    /// They talk to somebody outside from now on.
    pub(crate) async fn talks_on(
        &self,
        call: CallId,
        now: DateTime<Utc>,
    ) -> Result<(), RecordsError> {
        self.change(call, |known| known.talks_since = Some(now))
            .await
    }

    /// The talk is over, as the rep's leg reports: Twilio will soon speak of the caller too, or they are gone. Of one who
    /// is handed over to a number outside, nothing is heard for as long as they talk there.
    pub(crate) async fn talk_is_over(
        &self,
        call: CallId,
        now: DateTime<Utc>,
    ) -> Result<(), RecordsError> {
        self.change(call, |known| {
            let goes_outside = known.moving == Some(Move::Outside);
            if known.in_line && !goes_outside && known.talks_since.take().is_some() {
                known.heard_at = known.heard_at.max(now);
            }
        })
        .await
    }

    /// What our URLs carry of this caller.
    pub(crate) async fn carry(&self, call: CallId, carried: Carried) -> Result<(), RecordsError> {
        self.change(call, |known| carries(known, carried)).await
    }

    /// What our URLs carried last of this caller.
    pub(crate) fn carried(&self, call: CallId) -> Option<Carried> {
        let known = self.get(call)?;
        Some(Carried {
            class: Class::named(&known.class?)?,
            topic: Topic::named(&known.topic?)?,
            since: known.waits_since?,
            put_back: known.put_back,
        })
    }

    /// How long they had waited when the talk began.
    pub(crate) fn waited(&self, call: CallId) -> Option<TimeDelta> {
        Some(TimeDelta::milliseconds(self.get(call)?.waited_ms?))
    }

    /// Whether they have talked to a rep since they last waited.
    pub(crate) fn has_talked(&self, call: CallId) -> bool {
        self.waited(call).is_some()
    }

    /// An agent moves them there; `None`: they have arrived, or stay after all.
    pub(crate) async fn moves(&self, call: CallId, to: Option<Move>) -> Result<(), RecordsError> {
        self.change(call, |known| {
            known.moving = to;
            known.held = matches!(to, Some(Move::Hold { .. }));
        })
        .await
    }

    /// Where an agent is moving them.
    pub(crate) fn moving(&self, call: CallId) -> Option<Move> {
        self.get(call)?.moving
    }

    /// Whether they are on hold, or about to be.
    pub(crate) fn is_held(&self, call: CallId) -> bool {
        matches!(self.moving(call), Some(Move::Hold { .. }))
    }

    /// How the timeline calls them.
    pub(crate) fn name(&self, call: CallId) -> String {
        self.get(call)
            .map_or_else(|| key(call), |known| known.name.unwrap_or(known.from))
    }

    /// "Overflow due" is held for them from now on.
    pub(crate) async fn watch(&self, call: CallId) -> Result<(), RecordsError> {
        self.change(call, |known| known.watched = true).await
    }

    /// They have left the line; the call may go on, and come back.
    pub(crate) async fn forget(&self, call: CallId) -> Result<(), RecordsError> {
        self.change(call, leaves).await
    }

    /// The call has ended: nothing brings it back.
    pub(crate) async fn end(&self, call: CallId, now: DateTime<Utc>) -> Result<(), RecordsError> {
        self.records
            .together(|draft| {
                let known = draft.get::<Call>(&key(call));
                let Some(mut known) = known.filter(|known| known.ended_at.is_none()) else {
                    return;
                };
                let talked = known.waited_ms.is_some();
                if known.outcome.is_none() && (known.in_line || talked) {
                    known.outcome = Some(if talked { "answered" } else { "gave up" }.to_owned());
                }
                known.ended_at = Some(now);
                leaves(&mut known);
                let quarter = Quarter::of(known.began);
                let mut calls: Quarter = draft.get(&quarter).unwrap_or_default();
                calls.count(known.outcome.as_deref());
                draft.put(&quarter, &calls);
                draft.put(&key(call), &known);
            })
            .await
    }

    pub(crate) fn has_ended(&self, call: CallId) -> bool {
        self.get(call).is_some_and(|known| known.ended_at.is_some())
    }

    /// Those who have not been heard of for too long, and when the next one may be. Nobody was listening before `steady`.
    pub(crate) fn silent(
        &self,
        steady: DateTime<Utc>,
        now: DateTime<Utc>,
    ) -> (Vec<CallId>, Option<DateTime<Utc>>) {
        let mut in_line = self.lock();
        in_line.look_at(&self.records);
        let (mut gone, mut next) = (Vec::new(), None::<DateTime<Utc>>);
        for (call, unheard) in &in_line.calls {
            let at = unheard.since.max(steady) + unheard.patience;
            if at <= now {
                gone.push(*call);
            } else {
                next = Some(next.map_or(at, |next| next.min(at)));
            }
        }
        (gone, next)
    }

    async fn change(
        &self,
        call: CallId,
        mut change: impl FnMut(&mut Call) + Send,
    ) -> Result<(), RecordsError> {
        let key = key(call);
        let changed = self.records.update(&key, |known: Option<Call>| {
            let mut known = known?;
            change(&mut known);
            Some(known)
        });
        changed.await.map(drop)
    }

    // What a panicking thread left behind is looked at again with the next change of each call.
    fn lock(&self) -> MutexGuard<'_, InLine> {
        self.in_line.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn leaves(known: &mut Call) {
    (known.in_line, known.watched, known.talks_since) = (false, false, None);
    (known.moving, known.held) = (None, false);
}

fn carries(known: &mut Call, carried: Carried) {
    known.waits_since = Some(carried.since);
    known.class = Some(carried.class.name().to_owned());
    known.topic = Some(carried.topic.name().to_owned());
    known.put_back = carried.put_back;
}

impl InLine {
    fn look_at(&mut self, records: &Records) {
        let newest = records.change();
        let rows = records.since(self.seen).or_else(|| {
            // Too long ago: everything again.
            self.calls.clear();
            records.since(0)
        });
        for row in rows.unwrap_or_default() {
            if row.kind != Call::KIND {
                continue;
            }
            let Some(call) = row.key.parse().ok() else {
                continue;
            };
            let known: Option<Call> = row
                .body
                .and_then(|body| serde_json::from_str(&body).ok())
                .filter(|known: &Call| known.in_line);
            match known {
                None => drop(self.calls.remove(&call)),
                Some(known) => {
                    let unheard = match known.talks_since {
                        Some(since) => Unheard {
                            since,
                            patience: LONGEST_CALL,
                        },
                        None => Unheard {
                            since: known.heard_at,
                            patience: SILENCE,
                        },
                    };
                    self.calls.insert(call, unheard);
                }
            }
        }
        self.seen = newest;
    }
}
