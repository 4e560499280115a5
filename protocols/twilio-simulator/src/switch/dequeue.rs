//! `<Dial><Queue>`: taking people out of a queue, and waiting for them to come.

use chrono::TimeDelta;
use twilio_webhook::Params;

use crate::switch::dial::{Party, Queueing, dial_result};
use crate::switch::leg::Context;
use crate::switch::queue::{QueueId, State};
use crate::switch::status::Status;
use crate::switch::{LegId, Switch};
use crate::transcript::{Event, Purpose};

impl Switch {
    /// `<Dial><Queue>`: takes the first member, or waits for one.
    pub(super) fn dial_queue(&mut self, agent: LegId, name: &str) {
        let Some(id) = self.queue_names.get(name).copied() else {
            let own = dial_result(Status::Failed)
                .with("DequeueResult", self.settings.missing_queue.as_str());
            return self.dialled(agent, own);
        };
        if let Some(queueing) = self.queueing_mut(agent) {
            queueing.queue = Some(id);
        }
        if !self.queue(id).members.is_empty() {
            return self.take_member(agent, id);
        }
        self.queue_mut(id).agents.push_back(agent);
        let queue = name.to_owned();
        self.journal(agent, Event::AwaitsMember { queue });
        let time = match &self.leg(agent).dialling {
            Some(dialling) => dialling.dial.timeout,
            None => return,
        };
        let time = time.saturating_add(self.settings.queue_timeout_buffer);
        let token = self.timer(agent, time);
        if let Some(dialling) = &mut self.leg_mut(agent).dialling {
            dialling.timeout = Some(token);
        }
    }

    /// The head of the queue is taken out: its whisper runs, then it is joined to the agent.
    pub(super) fn take_member(&mut self, agent: LegId, id: QueueId) {
        let Some(member) = self.queue_mut(id).members.pop_front() else {
            return;
        };
        let now = self.now();
        let whisper = match self.queueing_mut(agent) {
            Some(queueing) => {
                queueing.member = Some(member);
                queueing.whisper.clone()
            }
            None => None,
        };
        if let Some(dialling) = &mut self.leg_mut(agent).dialling {
            dialling.timeout = None;
        }
        let mut waited = TimeDelta::zero();
        if let Some(joined) = self.leg(member).membership.as_ref().map(|m| m.joined_at) {
            self.queue_mut(id).joined_sum -= joined.timestamp();
        }
        if let Some(membership) = &mut self.leg_mut(member).membership {
            waited = now - membership.joined_at;
            membership.waited = Some(waited);
            membership.state = State::Whisper(agent);
        }
        self.interrupt(member);
        match whisper {
            None => self.member_has_heard_whisper(member),
            Some(whisper) => {
                let own = Params::new()
                    .with("QueueSid", self.queue(id).sid.as_str())
                    .with("QueueTime", waited.num_seconds().to_string())
                    // Twilio's spelling.
                    .with("DequeingCallSid", self.leg(agent).sid.as_str());
                self.fetch_document(
                    member,
                    whisper,
                    own,
                    Context::QueueWhisper,
                    Purpose::Document,
                );
            }
        }
    }

    /// Joins a member to the agent that took it out.
    pub(super) fn member_has_heard_whisper(&mut self, member: LegId) {
        let now = self.now();
        self.leg_mut(member).frames.truncate(1);
        let Some(membership) = &mut self.leg_mut(member).membership else {
            return;
        };
        let State::Whisper(agent) = membership.state else {
            return;
        };
        membership.state = State::Joined(agent);
        if let Some(queueing) = self.queueing_mut(agent) {
            queueing.joined_at = Some(now);
        }
        self.join(agent, member);
    }

    /// Nobody arrived within the timeout of a `<Dial><Queue>`.
    pub(super) fn queue_stayed_empty(&mut self, agent: LegId) {
        self.stop_awaiting(agent);
        let own = self.dequeue_result(agent, "queue-empty", Status::NoAnswer);
        self.dialled(agent, own);
    }

    /// The agent's side ends the talk but stays on the line: both go on in their own documents.
    pub(super) fn dismiss_member(&mut self, agent: LegId) {
        let own = self.dequeue_result(agent, "bridged", Status::Completed);
        self.release_member(agent);
        self.dialled(agent, own);
    }

    /// The agent's leg goes away. What its action would have been told.
    pub(super) fn stop_queueing(&mut self, agent: LegId, queueing: &Queueing) -> Params {
        let own = match (queueing.member, queueing.joined_at) {
            (Some(_), Some(_)) => self.dequeue_result_of(queueing, "bridged", Status::Completed),
            _ => self.dequeue_result_of(queueing, "hangup", Status::Canceled),
        };
        match queueing.member {
            Some(member) => self.release(agent, member),
            None => self.stop_awaiting_at(agent, queueing.queue),
        }
        own
    }

    fn release_member(&mut self, agent: LegId) {
        let member = self.queueing(agent).and_then(|queueing| queueing.member);
        if let Some(member) = member {
            self.release(agent, member);
        }
    }

    /// A member that was taken out is let go and continues after its `<Enqueue>`.
    fn release(&mut self, agent: LegId, member: LegId) {
        let result = match self.leg(member).membership.as_ref().map(|m| m.state) {
            Some(State::Joined(_)) => {
                self.part(agent, member);
                "bridged"
            }
            _ => "bridging-in-process",
        };
        self.leave_queue(member, result);
    }

    fn stop_awaiting(&mut self, agent: LegId) {
        let queue = self.queueing(agent).and_then(|queueing| queueing.queue);
        self.stop_awaiting_at(agent, queue);
    }

    fn stop_awaiting_at(&mut self, agent: LegId, queue: Option<QueueId>) {
        if let Some(queue) = queue {
            self.queue_mut(queue).agents.retain(|leg| *leg != agent);
        }
    }

    pub(super) fn dequeue_result(&self, agent: LegId, word: &str, status: Status) -> Params {
        match self.queueing(agent) {
            Some(queueing) => self.dequeue_result_of(queueing, word, status),
            None => Params::new(),
        }
    }

    /// What the action of a `<Dial><Queue>` is told. Twilio's present pages do not say; the names
    /// are those that production code of others reads.
    fn dequeue_result_of(&self, queueing: &Queueing, word: &str, status: Status) -> Params {
        let mut own = dial_result(status).with("DequeueResult", word);
        if let Some(queue) = queueing.queue {
            own.push("QueueSid", self.queue(queue).sid.as_str());
        }
        let Some(member) = queueing.member else {
            return own;
        };
        own.push("DequeuedCallSid", self.leg(member).sid.as_str());
        let membership = self.leg(member).membership.as_ref();
        if let Some(waited) = membership.and_then(|membership| membership.waited) {
            own.push("DequeuedCallQueueTime", waited.num_seconds().to_string());
        }
        if let Some(joined) = queueing.joined_at {
            let talked = (self.now() - joined).num_seconds();
            own.push("DequeuedCallDuration", talked.to_string());
        }
        own
    }

    fn queueing(&self, agent: LegId) -> Option<&Queueing> {
        match &self.leg(agent).dialling.as_ref()?.party {
            Party::Queue(queueing) => Some(queueing),
            _ => None,
        }
    }

    fn queueing_mut(&mut self, agent: LegId) -> Option<&mut Queueing> {
        match &mut self.leg_mut(agent).dialling.as_mut()?.party {
            Party::Queue(queueing) => Some(queueing),
            _ => None,
        }
    }
}
