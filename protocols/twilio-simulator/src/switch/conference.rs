//! Conferences: rooms where any number of legs hear each other.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::call::Sound;
use crate::switch::leg::{Activity, Context, Endpoint};
use crate::switch::program::{Conference, ConferenceEvents};
use crate::switch::tape::Taping;
use crate::switch::{KEPT, LegId, Switch};
use crate::transcript::Purpose;

/// Which room: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct RoomId(pub(super) u32);

/// A conference, from the first who enters to the last who leaves.
#[derive(Debug)]
pub(crate) struct Room {
    pub(crate) sid: String,
    pub(crate) name: String,
    pub(crate) phase: Phase,
    /// Whether somebody is, or was, here who may start it.
    may_start: bool,
    pub(crate) legs: Vec<LegId>,
    pub(crate) created_at: DateTime<Utc>,
    pub(crate) updated_at: DateTime<Utc>,
    /// Where its events are told, and which: as the first participant has it.
    pub(super) callback: Option<(Endpoint, ConferenceEvents)>,
    /// How many events were told: the next `SequenceNumber`.
    pub(super) told: u32,
    pub(crate) ended: Option<(LegId, Ended)>,
    pub(super) taping: Option<Taping>,
}

/// How far a conference is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    Gathering,
    InProgress,
    Completed,
}

/// Why a conference ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ended {
    ByRest,
    LastLeft,
    LastKicked,
    ModeratorLeft,
    ModeratorKicked,
}

/// Why a participant left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Left {
    /// They hung up, or their `<Dial>` was over.
    HungUp,
    /// REST sent the call elsewhere, or took it out.
    Updated,
    Kicked,
    /// A moderator ended the conference.
    ModeratorEnded,
    RestEnded,
}

/// A leg's place in a conference.
#[derive(Debug)]
pub(crate) struct Attendance {
    pub(crate) room: RoomId,
    pub(crate) conference: Arc<Conference>,
    wait: Option<Endpoint>,
    pub(crate) muted: bool,
    pub(crate) end_on_exit: bool,
    pub(crate) joined_at: DateTime<Utc>,
    /// Held, with what to hear meanwhile.
    pub(crate) hold: Option<Option<Endpoint>>,
}

impl Switch {
    pub(crate) fn conference_size(&self, name: &str) -> Option<usize> {
        self.rooms()
            .find(|(_, room)| room.name == name && room.phase != Phase::Completed)
            .map(|(_, room)| room.legs.len())
    }

    /// A conference starts when there are two people in it, one of whom may start it. Until then
    /// they wait with `waitUrl`.
    pub(super) fn enter_conference(&mut self, leg: LegId, conference: Arc<Conference>) {
        let wait = conference.wait.as_ref().map(|link| self.follow(leg, link));
        let callback = conference.callback.as_ref().map(|callback| {
            self.follow(leg, &callback.link)
                .map(|endpoint| (endpoint, callback.events))
        });
        let (wait, callback) = match (wait.transpose(), callback.transpose()) {
            (Ok(wait), Ok(callback)) => (wait, callback),
            (Err(problem), _) | (_, Err(problem)) => {
                self.leg_mut(leg).dialling = None;
                return self.fatal(leg, 11100, &problem);
            }
        };
        let id = self.room_named(&conference.name, callback);
        if self.room(id).legs.len() >= conference.max_participants {
            let message = format!("the conference {} is full", conference.name);
            self.journal_log(leg, 0, message);
            return self.dialled(leg, Params::new().with("DialCallStatus", "failed"));
        }
        let now = self.now();
        self.leg_mut(leg).attendance = Some(Attendance {
            room: id,
            wait,
            muted: conference.muted,
            end_on_exit: conference.end_on_exit,
            joined_at: now,
            hold: None,
            conference: Arc::clone(&conference),
        });
        let room = self.room_mut(id);
        room.legs.push(leg);
        room.may_start |= conference.start_on_enter;
        let starts = room.may_start && room.legs.len() > 1;
        self.tell_of_participant(leg, "join", "participant-join", Params::new());
        match self.room(id).phase {
            Phase::InProgress => self.take_part(leg),
            _ if starts => self.start_conference(id, leg),
            _ => self.wait_for_conference(leg),
        }
    }

    fn start_conference(&mut self, id: RoomId, leg: LegId) {
        let now = self.now();
        let room = self.room_mut(id);
        room.phase = Phase::InProgress;
        room.updated_at = now;
        let legs = room.legs.clone();
        self.tell_of_conference(id, leg, "start", "conference-start", Params::new());
        // It is recorded if the first participant has it so.
        let first = legs.first().copied().unwrap_or(leg);
        let order = self.leg(first).attendance.as_ref();
        if let Some(order) = order.and_then(|own| own.conference.recording.clone()) {
            let callback = order.callback.as_ref();
            let callback = callback.and_then(|link| self.follow(first, link).ok());
            let taping = self.start_tape(first, Some(id), "Conference", 1, callback, order.events);
            self.room_mut(id).taping = Some(taping);
        }
        for leg in legs {
            self.take_part(leg);
        }
    }

    /// Asks for the document to wait with: until the conference starts, or while on hold.
    pub(super) fn wait_for_conference(&mut self, leg: LegId) {
        self.leg_mut(leg).frames.truncate(1);
        let Some(attendance) = &self.leg(leg).attendance else {
            return;
        };
        let wait = match &attendance.hold {
            Some(music) => music.clone(),
            None => attendance.wait.clone(),
        };
        match wait {
            Some(wait) => {
                self.fetch_document(leg, wait, Params::new(), Context::Wait, Purpose::Wait);
            }
            None => self.leg_mut(leg).activity = Activity::Dialling,
        }
    }

    /// The leg hears the others, unless it is held.
    pub(super) fn take_part(&mut self, leg: LegId) {
        let Some(attendance) = &self.leg(leg).attendance else {
            return;
        };
        if attendance.hold.is_some() {
            return;
        }
        let name = attendance.conference.name.clone();
        self.interrupt(leg);
        let participant = self.leg_mut(leg);
        participant.frames.truncate(1);
        participant.activity = Activity::Conferring;
        self.hear(leg, Sound::Conference(name));
        self.person_gets_through(leg);
    }

    /// A leg leaves its conference, which may end it for all others.
    pub(super) fn leave_conference(&mut self, leg: LegId, why: Left) {
        let Some(attendance) = self.leg_mut(leg).attendance.take() else {
            return;
        };
        self.interrupt_conference(leg);
        let id = attendance.room;
        self.tell_of_leaving(leg, &attendance, why);
        let kicked = why == Left::Kicked;
        let room = self.room_mut(id);
        room.legs.retain(|other| *other != leg);
        if room.legs.is_empty() {
            let why = if kicked {
                Ended::LastKicked
            } else {
                Ended::LastLeft
            };
            self.end_conference(id, leg, why, Left::HungUp);
        } else if attendance.end_on_exit && room.phase == Phase::InProgress {
            let why = if kicked {
                Ended::ModeratorKicked
            } else {
                Ended::ModeratorLeft
            };
            self.end_conference(id, leg, why, Left::ModeratorEnded);
        }
    }

    /// Sends away whoever is still there: on to their action or next verb.
    pub(super) fn end_conference(&mut self, id: RoomId, by: LegId, why: Ended, left: Left) {
        let now = self.now();
        let room = self.room_mut(id);
        if room.phase == Phase::Completed {
            return;
        }
        room.phase = Phase::Completed;
        room.updated_at = now;
        room.ended = Some((by, why));
        let others = std::mem::take(&mut room.legs);
        if let Some(taping) = room.taping.take() {
            self.stop_tape(&taping);
        }
        for other in others {
            let Some(attendance) = self.leg_mut(other).attendance.take() else {
                continue;
            };
            self.interrupt_conference(other);
            self.tell_of_leaving(other, &attendance, left);
            self.dialled(other, Params::new().with("DialCallStatus", "answered"));
        }
        self.tell_of_end(id, by, why);
    }

    pub(super) fn interrupt_conference(&mut self, leg: LegId) {
        if matches!(self.leg(leg).activity, Activity::Conferring) {
            self.heard_until_now(leg);
        }
        self.interrupt(leg);
        self.leg_mut(leg).frames.truncate(1);
    }

    /// The living conference of this name, made on demand.
    fn room_named(&mut self, name: &str, callback: Option<(Endpoint, ConferenceEvents)>) -> RoomId {
        let found = self
            .rooms()
            .find(|(_, room)| room.name == name && room.phase != Phase::Completed);
        if let Some((id, _)) = found {
            return id;
        }
        let now = self.now();
        RoomId(self.rooms.push(Room {
            sid: self.chance.sid("CF"),
            name: name.to_owned(),
            phase: Phase::Gathering,
            may_start: false,
            legs: Vec::new(),
            created_at: now,
            updated_at: now,
            callback,
            told: 0,
            ended: None,
            taping: None,
        }))
    }

    /// All conferences, oldest first.
    pub(crate) fn rooms(&self) -> impl DoubleEndedIterator<Item = (RoomId, &Room)> {
        self.rooms.iter().map(|(id, room)| (RoomId(id), room))
    }

    /// A conference that something still has to do with: those are never forgotten.
    pub(crate) fn room(&self, id: RoomId) -> &Room {
        self.rooms.get(id.0).expect(KEPT)
    }

    pub(super) fn room_mut(&mut self, id: RoomId) -> &mut Room {
        self.rooms.get_mut(id.0).expect(KEPT)
    }
}
