//! Forgetting what is long over, so that a simulator can run for days.
//!
//! What is referred to is kept: a call whose status callback is still under way, the conference that a recording is of, the
//! parent of a leg that lives. So ids that anything holds are good.

use std::collections::HashSet;

use chrono::{DateTime, Utc};

use crate::call::Call;
use crate::switch::conference::{Phase, RoomId};
use crate::switch::dial::Party;
use crate::switch::due::Due;
use crate::switch::message::MessageId;
use crate::switch::queue::QueueId;
use crate::switch::request::About;
use crate::switch::tape::TapeId;
use crate::switch::{LegId, Switch};

/// What must be kept because something refers to it.
#[derive(Default)]
struct Referred {
    legs: HashSet<LegId>,
    messages: HashSet<MessageId>,
    tapes: HashSet<TapeId>,
    rooms: HashSet<RoomId>,
    queues: HashSet<QueueId>,
}

impl Switch {
    /// Forgets what was over before this instant, and hands out the calls among it, oldest first.
    pub(crate) fn forget_before(&mut self, instant: DateTime<Utc>) -> Vec<Call> {
        let mut referred = self.referred_by_what_is_to_come();
        self.refer_to_rooms(instant, &mut referred);
        let legs = self.forgettable_legs(instant, &mut referred);
        let calls = legs.iter().map(|leg| self.as_call(*leg)).collect();
        for leg in legs {
            if let Some(leg) = self.legs.take(leg.0) {
                self.by_sid.remove(&leg.sid);
            }
        }
        self.forget_tapes(&referred);
        let rooms = self.rooms().map(|(id, _)| id);
        for room in rooms
            .filter(|id| !referred.rooms.contains(id))
            .collect::<Vec<_>>()
        {
            self.rooms.take(room.0);
        }
        self.forget_queues(instant, &referred);
        self.forget_messages(instant, &referred);
        calls
    }

    /// By events, and by requests that are under way.
    fn referred_by_what_is_to_come(&self) -> Referred {
        let mut referred = Referred::default();
        let mut fetches: Vec<_> = self.outbox.iter().chain(&self.in_flight).collect();
        for due in self.agenda.iter() {
            match due {
                Due::Send(fetch) | Due::Answer(fetch, _) => fetches.push(fetch),
                Due::Message(message, _) => drop(referred.messages.insert(*message)),
                Due::Transcribed(tape, _) => drop(referred.tapes.insert(*tape)),
                // Those of legs that are over have no effect.
                Due::Timer(..)
                | Due::Person(..)
                | Due::Patience(_)
                | Due::TimeLimit(_)
                | Due::FarEnd(..)
                | Due::Arrival(_)
                | Due::Letter(..) => {}
            }
        }
        for fetch in fetches {
            match fetch.about {
                About::Leg(leg) => drop(referred.legs.insert(leg)),
                About::Message(message) => drop(referred.messages.insert(message)),
            }
        }
        for tape in &referred.tapes {
            let tape = self.tape(*tape);
            referred.legs.insert(tape.call);
            referred.rooms.extend(tape.room);
        }
        referred
    }

    /// Conferences that go on, or have ended of late, and who had to do with them.
    fn refer_to_rooms(&self, instant: DateTime<Utc>, referred: &mut Referred) {
        for (id, room) in self.rooms() {
            if room.phase != Phase::Completed || room.updated_at >= instant {
                referred.rooms.insert(id);
            }
            if referred.rooms.contains(&id) {
                referred.legs.extend(room.legs.iter().copied());
                referred.legs.extend(room.ended.map(|(by, _)| by));
            }
        }
        for (_, tape) in self.tapes.iter() {
            if tape.room.is_some_and(|room| referred.rooms.contains(&room)) {
                referred.legs.insert(tape.call);
            }
        }
    }

    /// Legs that nothing has to do with any more, oldest first. Those that stay refer to others.
    fn forgettable_legs(&self, instant: DateTime<Utc>, referred: &mut Referred) -> Vec<LegId> {
        let mut forgettable = Vec::new();
        // Parents are older than their children.
        for (id, leg) in self.legs.iter().rev() {
            let id = LegId(id);
            let is_over = leg.ended_at.is_some_and(|ended| ended < instant);
            let has_parent = leg
                .parent
                .is_some_and(|parent| self.living(parent).is_some());
            if is_over && !has_parent && !referred.legs.contains(&id) {
                forgettable.push(id);
                continue;
            }
            referred.legs.insert(id);
            referred.legs.extend(leg.parent);
            let membership = leg.membership.as_ref().map(|member| member.queue);
            referred.queues.extend(membership);
            if let Some(dialling) = &leg.dialling
                && let Party::Queue(queueing) = &dialling.party
            {
                referred.queues.extend(queueing.queue);
            }
        }
        forgettable.reverse();
        forgettable
    }

    /// A recording goes with its conference or its call.
    fn forget_tapes(&mut self, referred: &Referred) {
        let mut forgettable = Vec::new();
        for (id, tape) in self.tapes.iter() {
            let stays = match tape.room {
                Some(room) => referred.rooms.contains(&room),
                None => referred.legs.contains(&tape.call),
            };
            if !stays {
                forgettable.push(id);
            }
        }
        for tape in forgettable {
            self.tapes.take(tape);
        }
    }

    /// Queues that calls have made by joining them are forgotten when they are empty.
    fn forget_queues(&mut self, instant: DateTime<Utc>, referred: &Referred) {
        let mut forgettable = Vec::new();
        for (id, queue) in self.queues.iter() {
            let is_empty = queue.members.is_empty() && queue.agents.is_empty();
            if (queue.on_demand || queue.deleted)
                && is_empty
                && queue.created_at < instant
                && !referred.queues.contains(&QueueId(id))
            {
                forgettable.push(id);
            }
        }
        for id in forgettable {
            if let Some(queue) = self.queues.take(id)
                && self.queue_names.get(&queue.name) == Some(&QueueId(id))
            {
                self.queue_names.remove(&queue.name);
            }
        }
    }

    fn forget_messages(&mut self, instant: DateTime<Utc>, referred: &Referred) {
        let mut forgettable = Vec::new();
        for (id, envelope) in self.envelopes.iter() {
            let is_over = envelope.message.updated_at < instant;
            if is_over && !referred.messages.contains(&MessageId(id)) {
                forgettable.push(id);
            }
        }
        for message in forgettable {
            self.envelopes.take(message);
        }
    }
}
