//! Recordings of the account: of `<Record>`, of `<Dial>`, of conferences, and those REST starts.

use chrono::{DateTime, TimeDelta, Utc};
use twilio_webhook::Params;

use crate::switch::conference::RoomId;
use crate::switch::fetch::Then;
use crate::switch::leg::Endpoint;
use crate::switch::program::{RecordingEvents, RecordingOrder};
use crate::switch::request::About;
use crate::switch::{Due, KEPT, LegId, Switch, after};
use crate::transcript::Purpose;

/// Twilio transcribes recordings that are longer and shorter than this.
const TRANSCRIBED: (TimeDelta, TimeDelta) = (TimeDelta::seconds(2), TimeDelta::seconds(120));

/// Which recording: its place in the switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TapeId(pub(super) u32);

/// A recording.
#[derive(Debug)]
pub(crate) struct Tape {
    pub(crate) sid: String,
    pub(crate) call: LegId,
    pub(crate) room: Option<RoomId>,
    pub(crate) source: &'static str,
    pub(crate) channels: u8,
    pub(crate) began: DateTime<Utc>,
    pub(crate) ended: Option<DateTime<Utc>>,
    /// Taken away by REST: no longer shown.
    pub(crate) deleted: bool,
}

impl Tape {
    pub(crate) fn length(&self) -> TimeDelta {
        self.ended.map_or(TimeDelta::zero(), |end| end - self.began)
    }

    /// `in-progress`, `completed`, or `absent` if there was nothing to record.
    pub(crate) fn status(&self) -> &'static str {
        match self.ended {
            None => "in-progress",
            Some(_) if self.length().is_zero() => "absent",
            Some(_) => "completed",
        }
    }
}

/// A recording under way, and who is told of it.
#[derive(Clone, Debug)]
pub(crate) struct Taping {
    pub(crate) tape: TapeId,
    callback: Option<Endpoint>,
    events: RecordingEvents,
}

impl Switch {
    /// Starts to record as the present document of a leg orders.
    pub(super) fn tape_as_ordered(
        &mut self,
        leg: LegId,
        order: &RecordingOrder,
        source: &'static str,
    ) -> Result<Taping, String> {
        let callback = order.callback.as_ref();
        let callback = callback.map(|link| self.follow(leg, link)).transpose()?;
        let channels = if order.dual { 2 } else { 1 };
        Ok(self.start_tape(leg, None, source, channels, callback, order.events))
    }

    pub(crate) fn start_tape(
        &mut self,
        leg: LegId,
        room: Option<RoomId>,
        source: &'static str,
        channels: u8,
        callback: Option<Endpoint>,
        events: RecordingEvents,
    ) -> Taping {
        let sid = self.chance.sid("RE");
        let tape = TapeId(self.tapes.push(Tape {
            sid,
            call: leg,
            room,
            source,
            channels,
            began: self.now(),
            ended: None,
            deleted: false,
        }));
        let taping = Taping {
            tape,
            callback,
            events,
        };
        if events.in_progress {
            self.report_tape(&taping);
        }
        taping
    }

    /// The recording is over, and whoever asked is told.
    pub(crate) fn stop_tape(&mut self, taping: &Taping) {
        let now = self.now();
        let tape = self.tapes.get_mut(taping.tape.0).expect(KEPT);
        if tape.ended.is_some() {
            return;
        }
        tape.ended = Some(now);
        let wanted = match tape.status() {
            "absent" => taping.events.absent,
            _ => taping.events.completed,
        };
        if wanted {
            self.report_tape(taping);
        }
    }

    fn report_tape(&mut self, taping: &Taping) {
        let Some(callback) = taping.callback.clone() else {
            return;
        };
        let tape = self.tape(taping.tape);
        let leg = tape.call;
        let mut told = Params::new().with("AccountSid", self.account.as_str());
        match tape.room {
            Some(room) => told.push("ConferenceSid", &self.room(room).sid),
            None => told.push("CallSid", self.leg(leg).sid.as_str()),
        }
        let told = told
            .with("RecordingSid", &tape.sid)
            .with("RecordingUrl", self.tape_url(taping.tape))
            .with("RecordingStatus", tape.status())
            .with("RecordingDuration", tape.length().num_seconds())
            .with("RecordingChannels", tape.channels)
            .with(
                "RecordingStartTime",
                tape.began.format("%a, %d %b %Y %H:%M:%S +0000"),
            )
            .with("RecordingSource", tape.source)
            .with("RecordingTrack", "both");
        self.notify_bare(leg, callback, told);
    }

    pub(super) fn tape_url(&self, tape: TapeId) -> String {
        let account = self.account.as_str();
        let sid = &self.tape(tape).sid;
        format!("https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{sid}")
    }

    /// Has a recording written out, if it is of a length that Twilio takes.
    pub(super) fn transcribe(&mut self, tape: TapeId, words: String, callback: Endpoint) {
        let length = self.tape(tape).length();
        if length <= TRANSCRIBED.0 || length >= TRANSCRIBED.1 {
            return;
        }
        let at = after(self.now(), self.settings.transcription_delay);
        self.agenda
            .add(at, Due::Transcribed(tape, Box::new((words, callback))));
    }

    /// A recording has been written out.
    pub(super) fn transcribed(&mut self, tape: TapeId, words: &str, callback: Endpoint) {
        let account = self.account.as_str();
        let sid = self.chance.sid("TR");
        let base = format!("https://api.twilio.com/2010-04-01/Accounts/{account}");
        let own = Params::new()
            .with("TranscriptionSid", &sid)
            .with("TranscriptionText", words)
            .with("TranscriptionStatus", "completed")
            .with(
                "TranscriptionUrl",
                format_args!("{base}/Transcriptions/{sid}"),
            )
            .with("RecordingSid", &self.tape(tape).sid)
            .with("RecordingUrl", self.tape_url(tape));
        let leg = self.tape(tape).call;
        self.post(leg, callback, own, Purpose::StatusCallback, Then::Discard);
    }

    /// All recordings that have not been deleted, oldest first.
    pub(crate) fn tapes(&self) -> impl DoubleEndedIterator<Item = (TapeId, &Tape)> {
        self.tapes
            .iter()
            .map(|(id, tape)| (TapeId(id), tape))
            .filter(|(_, tape)| !tape.deleted)
    }

    /// A recording that something still has to do with: those are never forgotten.
    pub(crate) fn tape(&self, id: TapeId) -> &Tape {
        self.tapes.get(id.0).expect(KEPT)
    }

    pub(crate) fn delete_tape(&mut self, id: TapeId) {
        self.tapes.get_mut(id.0).expect(KEPT).deleted = true;
    }

    /// As [`notify`](Self::notify), with these parameters and no others.
    pub(super) fn notify_bare(&mut self, leg: LegId, endpoint: Endpoint, params: Params) {
        self.post_all(
            About::Leg(leg),
            endpoint,
            params,
            0,
            Purpose::StatusCallback,
            Then::Discard,
        );
    }
}
