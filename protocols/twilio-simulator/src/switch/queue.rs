//! Queues: `<Enqueue>`, waiting, `<Leave>`.

use std::collections::VecDeque;
use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::{CallSid, Params};

use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::program::Enqueue;
use crate::switch::status::Status;
use crate::switch::{KEPT, LegId, Switch};
use crate::transcript::{Event, Purpose};

/// Twilio's Enqueue page of today; older pages say 100.
const MAX_SIZE: usize = 1000;

/// Which queue: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct QueueId(pub(super) u32);

/// A queue of the account: first in, first out.
#[derive(Debug)]
pub(crate) struct Queue {
    pub(super) sid: String,
    pub(super) name: String,
    pub(super) max_size: usize,
    pub(super) created_at: DateTime<Utc>,
    pub(super) members: VecDeque<LegId>,
    /// The sum of the seconds at which they joined, for the average of their waiting.
    pub(super) joined_sum: i64,
    /// Legs whose `<Dial>` waits for somebody to arrive.
    pub(super) agents: VecDeque<LegId>,
    /// Taken away by REST: a queue of this name is a new one.
    pub(super) deleted: bool,
    /// Made by the first call that joined it, as against by name.
    pub(super) on_demand: bool,
}

/// A queue as it stands, for the REST interface.
#[derive(Debug)]
pub(crate) struct QueueView {
    pub(crate) sid: String,
    pub(crate) name: String,
    pub(crate) max_size: usize,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) members: Vec<QueueMember>,
}

/// A call that waits in a queue.
#[derive(Clone, Debug)]
pub(crate) struct QueueMember {
    pub(crate) leg: LegId,
    pub(crate) call: CallSid,
    /// 1 is the head.
    pub(crate) position: usize,
    pub(crate) joined_at: DateTime<Utc>,
}

/// A leg's place in a queue, from `<Enqueue>` until what that led to is over.
#[derive(Debug)]
pub(crate) struct Membership {
    pub(super) queue: QueueId,
    pub(super) action: Option<Endpoint>,
    pub(super) wait: Option<Endpoint>,
    pub(super) joined_at: DateTime<Utc>,
    /// Grows from member to member, so that a place is found by halving.
    ordinal: u64,
    pub(super) state: State,
    /// How long it waited; set when it is taken out.
    pub(super) waited: Option<TimeDelta>,
}

/// How far a member is. The agent is the leg that took it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum State {
    Waiting,
    Whisper(LegId),
    Joined(LegId),
}

impl Switch {
    pub(crate) fn queue_size(&self, name: &str) -> Option<usize> {
        let id = self.queue_names.get(name)?;
        Some(self.queue(*id).members.len())
    }

    /// All queues, oldest first.
    pub(crate) fn queues(&self) -> Vec<QueueView> {
        self.queues
            .iter()
            .map(|(_, queue)| queue)
            .filter(|queue| !queue.deleted)
            .map(|queue| QueueView {
                sid: queue.sid.clone(),
                name: queue.name.clone(),
                max_size: queue.max_size,
                created_at: queue.created_at,
                members: queue
                    .members
                    .iter()
                    .zip(1..)
                    .filter_map(|(leg, position)| {
                        let member = self.leg(*leg);
                        Some(QueueMember {
                            leg: *leg,
                            call: member.sid,
                            position,
                            joined_at: member.membership.as_ref()?.joined_at,
                        })
                    })
                    .collect(),
            })
            .collect()
    }

    pub(crate) fn set_queue(&mut self, name: String, max_size: usize) {
        let id = self.queue_named(&name);
        let queue = self.queue_mut(id);
        (queue.max_size, queue.on_demand) = (max_size, false);
    }

    /// Gives a queue another name or size.
    pub(crate) fn change_queue(&mut self, sid: &str, name: Option<&str>, max_size: Option<usize>) {
        let Some(id) = self.find_queue(sid) else {
            return;
        };
        self.queue_mut(id).on_demand = false;
        if let Some(name) = name {
            let old = std::mem::replace(&mut self.queue_mut(id).name, name.to_owned());
            self.queue_names.remove(&old);
            self.queue_names.insert(name.to_owned(), id);
        }
        if let Some(max_size) = max_size {
            self.queue_mut(id).max_size = max_size;
        }
    }

    /// Takes an empty queue away; legs that wait for somebody to arrive in it wait on.
    pub(crate) fn delete_queue(&mut self, sid: &str) {
        if let Some(id) = self.find_queue(sid) {
            let queue = self.queues.get_mut(id.0).expect(KEPT);
            queue.deleted = true;
            self.queue_names.remove(&queue.name);
        }
    }

    fn find_queue(&self, sid: &str) -> Option<QueueId> {
        let mut queues = self.queues.iter();
        let (id, _) = queues.find(|(_, queue)| queue.sid == sid)?;
        Some(QueueId(id))
    }

    pub(super) fn enqueue(&mut self, leg: LegId, enqueue: Arc<Enqueue>) {
        let action = enqueue.action.as_ref().map(|link| self.follow(leg, link));
        let wait = enqueue.wait.as_ref().map(|link| self.follow(leg, link));
        let (action, wait) = match (action.transpose(), wait.transpose()) {
            (Ok(action), Ok(wait)) => (action, wait),
            (Err(problem), _) | (_, Err(problem)) => return self.fatal(leg, 11100, &problem),
        };
        let id = self.queue_named(&enqueue.queue);
        if self.queue(id).members.len() >= self.queue(id).max_size {
            let own = Params::new().with("QueueResult", "queue-full");
            return self.enqueued(leg, action, own);
        }
        let agent = self.queue_mut(id).agents.pop_front();
        let now = self.now();
        let ordinal = self.token().0;
        let queue = self.queue_mut(id);
        queue.members.push_back(leg);
        queue.joined_sum += now.timestamp();
        let position = self.queue(id).members.len();
        self.leg_mut(leg).membership = Some(Membership {
            queue: id,
            action,
            wait,
            joined_at: now,
            ordinal,
            state: State::Waiting,
            waited: None,
        });
        self.journal(
            leg,
            Event::JoinsQueue {
                queue: enqueue.queue.clone(),
                position,
            },
        );
        match agent {
            Some(agent) => self.take_member(agent, id),
            None => self.wait_again(leg),
        }
    }

    /// Asks for the document to wait with: on entry, and each time it has run out.
    pub(super) fn wait_again(&mut self, leg: LegId) {
        if self.leg(leg).attendance.is_some() {
            return self.wait_for_conference(leg);
        }
        self.leg_mut(leg).frames.truncate(1);
        let Some(membership) = &self.leg(leg).membership else {
            return;
        };
        let Some(wait) = membership.wait.clone() else {
            self.leg_mut(leg).activity = Activity::Silence;
            return;
        };
        let now = self.now();
        let queue = self.queue(membership.queue);
        // How long those who are still there have waited so far, on average.
        let present = i64::try_from(queue.members.len()).unwrap_or(i64::MAX);
        let average = (now.timestamp() * present - queue.joined_sum) / present.max(1);
        let own = Params::new()
            .with(
                "QueuePosition",
                self.place(queue, membership).map_or(0, |at| at + 1),
            )
            .with("QueueSid", queue.sid.as_str())
            .with("QueueTime", (now - membership.joined_at).num_seconds())
            .with("AvgQueueTime", average)
            .with("CurrentQueueSize", queue.members.len())
            .with("MaxQueueSize", queue.max_size);
        self.fetch_document(leg, wait, own, Context::Wait, Purpose::Wait);
    }

    /// The leg leaves its queue and goes on after its `<Enqueue>`.
    pub(super) fn leave_queue(&mut self, leg: LegId, result: &'static str) {
        self.cut_sound(leg);
        if let Some((action, own)) = self.remove_member(leg, result) {
            self.leg_mut(leg).frames.truncate(1);
            self.enqueued(leg, action, own);
        }
    }

    /// The leg leaves its queue because its call ends or goes elsewhere: the action is told, and
    /// what it answers is not run. An agent it talked to goes on.
    pub(super) fn drop_membership(&mut self, leg: LegId, result: &'static str) {
        let state = self.leg(leg).membership.as_ref().map(|m| m.state);
        let (result, agent) = match state {
            None => return,
            Some(State::Waiting) => (result, None),
            Some(State::Whisper(agent)) => (result, Some((agent, "hangup", Status::NoAnswer))),
            Some(State::Joined(agent)) if result == "redirected" => (
                "redirected-from-bridged",
                Some((agent, "redirected-from-bridged", Status::Completed)),
            ),
            Some(State::Joined(agent)) => ("bridged", Some((agent, "bridged", Status::Completed))),
        };
        if let Some((agent, _, _)) = agent
            && matches!(state, Some(State::Joined(_)))
        {
            self.part(agent, leg);
        }
        let agent_result =
            agent.map(|(agent, word, status)| (agent, self.dequeue_result(agent, word, status)));
        if let Some((Some(action), own)) = self.remove_member(leg, result) {
            self.notify(leg, action, own, Purpose::Notice);
        }
        if let Some((agent, own)) = agent_result {
            self.dialled(agent, own);
        }
    }

    /// Takes a leg out of its queue for good; what its action is to be told.
    fn remove_member(
        &mut self,
        leg: LegId,
        result: &'static str,
    ) -> Option<(Option<Endpoint>, Params)> {
        let membership = self.leg_mut(leg).membership.take()?;
        let waited = membership
            .waited
            .unwrap_or_else(|| self.now() - membership.joined_at);
        let place = self.place(self.queue(membership.queue), &membership);
        let queue = self.queue_mut(membership.queue);
        if let Some(at) = place {
            queue.members.remove(at);
            queue.joined_sum -= membership.joined_at.timestamp();
        }
        let own = Params::new()
            .with("QueueResult", result)
            .with("QueueSid", queue.sid.as_str())
            .with("QueueTime", waited.num_seconds().to_string());
        let queue = queue.name.clone();
        self.journal(
            leg,
            Event::LeavesQueue {
                queue,
                result,
                waited: waited.to_std().unwrap_or_default(),
            },
        );
        Some((membership.action, own))
    }

    /// An `<Enqueue>` is over and its leg is still there.
    fn enqueued(&mut self, leg: LegId, action: Option<Endpoint>, own: Params) {
        match action {
            Some(action) => {
                self.fetch_document(leg, action, own, Context::Call, Purpose::Document);
            }
            None => self.run(leg),
        }
    }

    /// Where a member stands, from 0; none once it has been taken out.
    fn place(&self, queue: &Queue, membership: &Membership) -> Option<usize> {
        // One that is being removed has no membership any more: its ordinal is the one sought.
        let ordinal = |leg: &LegId| {
            let own = self.leg(*leg).membership.as_ref();
            own.map_or(membership.ordinal, |own| own.ordinal)
        };
        queue
            .members
            .binary_search_by_key(&membership.ordinal, ordinal)
            .ok()
    }

    /// The queue of this name, made on demand.
    fn queue_named(&mut self, name: &str) -> QueueId {
        if let Some(id) = self.queue_names.get(name) {
            return *id;
        }
        let sid = self.chance.sid("QU");
        let id = QueueId(self.queues.push(Queue {
            sid,
            name: name.to_owned(),
            max_size: MAX_SIZE,
            created_at: self.now(),
            members: VecDeque::new(),
            joined_sum: 0,
            agents: VecDeque::new(),
            deleted: false,
            on_demand: true,
        }));
        self.queue_names.insert(name.to_owned(), id);
        id
    }

    /// A queue that something still has to do with: those are never forgotten.
    pub(super) fn queue(&self, id: QueueId) -> &Queue {
        self.queues.get(id.0).expect(KEPT)
    }

    pub(super) fn queue_mut(&mut self, id: QueueId) -> &mut Queue {
        self.queues.get_mut(id.0).expect(KEPT)
    }
}
