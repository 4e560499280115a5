//! Conferences: rooms where any number of legs hear each other.

use std::sync::Arc;

use twilio_webhook::Params;

use crate::call::Sound;
use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::program::Conference;
use crate::switch::{LegId, Switch};
use crate::transcript::Purpose;

/// Which room: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RoomId(u32);

/// A conference, from the first who enters to the last who leaves.
#[derive(Debug)]
pub(crate) struct Room {
    name: String,
    phase: Phase,
    /// Whether somebody is, or was, here who may start it.
    may_start: bool,
    legs: Vec<LegId>,
}

/// How far a conference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Gathering,
    InProgress,
    Completed,
}

/// A leg's place in a conference.
#[derive(Debug)]
pub(crate) struct Attendance {
    room: RoomId,
    conference: Arc<Conference>,
    wait: Option<Endpoint>,
}

impl Switch {
    pub(crate) fn conference_size(&self, name: &str) -> Option<usize> {
        self.rooms
            .iter()
            .find(|room| room.name == name && room.phase != Phase::Completed)
            .map(|room| room.legs.len())
    }

    /// A conference starts when there are two people in it, one of whom may start it. Until then
    /// they wait with `waitUrl`.
    pub(super) fn enter_conference(&mut self, leg: LegId, conference: Arc<Conference>) {
        let wait = match conference.wait.as_ref().map(|link| self.follow(leg, link)) {
            None => None,
            Some(Ok(wait)) => Some(wait),
            Some(Err(problem)) => {
                self.leg_mut(leg).dialling = None;
                return self.fatal(leg, 11100, &problem);
            }
        };
        let id = self.room_named(&conference.name);
        let room = &mut self.rooms[id.0 as usize];
        room.legs.push(leg);
        room.may_start |= conference.start_on_enter;
        self.leg_mut(leg).attendance = Some(Attendance {
            room: id,
            conference,
            wait,
        });
        let room = &mut self.rooms[id.0 as usize];
        match room.phase {
            Phase::InProgress => self.take_part(leg),
            _ if room.may_start && room.legs.len() > 1 => {
                room.phase = Phase::InProgress;
                for leg in room.legs.clone() {
                    self.take_part(leg);
                }
            }
            _ => self.wait_for_conference(leg),
        }
    }

    /// Asks for the document to wait with.
    pub(super) fn wait_for_conference(&mut self, leg: LegId) {
        self.leg_mut(leg).frames.truncate(1);
        let wait = self
            .leg(leg)
            .attendance
            .as_ref()
            .and_then(|a| a.wait.clone());
        match wait {
            Some(wait) => {
                self.fetch_document(leg, wait, Params::new(), Context::Wait, Purpose::Wait);
            }
            None => self.leg_mut(leg).activity = Activity::Dialling,
        }
    }

    fn take_part(&mut self, leg: LegId) {
        let Some(attendance) = &self.leg(leg).attendance else {
            return;
        };
        let name = attendance.conference.name.clone();
        self.interrupt(leg);
        let participant = self.leg_mut(leg);
        participant.frames.truncate(1);
        participant.activity = Activity::Conferring;
        self.hear(leg, Sound::Conference(name));
        self.person_gets_through(leg);
    }

    /// A leg leaves its conference, which may end it for all others.
    pub(super) fn leave_conference(&mut self, leg: LegId) {
        let Some(attendance) = self.leg_mut(leg).attendance.take() else {
            return;
        };
        self.interrupt_conference(leg);
        let room = &mut self.rooms[attendance.room.0 as usize];
        room.legs.retain(|other| *other != leg);
        if room.legs.is_empty() {
            room.phase = Phase::Completed;
        } else if attendance.conference.end_on_exit && room.phase == Phase::InProgress {
            room.phase = Phase::Completed;
            for other in std::mem::take(&mut room.legs) {
                self.leg_mut(other).attendance = None;
                self.interrupt_conference(other);
                self.dialled(other, Params::new().with("DialCallStatus", "answered"));
            }
        }
    }

    fn interrupt_conference(&mut self, leg: LegId) {
        if matches!(self.leg(leg).activity, Activity::Conferring) {
            self.heard_until_now(leg);
        }
        self.interrupt(leg);
        self.leg_mut(leg).frames.truncate(1);
    }

    /// The living conference of this name, made on demand.
    fn room_named(&mut self, name: &str) -> RoomId {
        let found = self
            .rooms
            .iter()
            .position(|room| room.name == name && room.phase != Phase::Completed);
        let at = found.unwrap_or_else(|| {
            self.rooms.push(Room {
                name: name.to_owned(),
                phase: Phase::Gathering,
                may_start: false,
                legs: Vec::new(),
            });
            self.rooms.len() - 1
        });
        RoomId(at as u32)
    }
}
