//! `<Record>`: a message left by the person on the line.

use std::sync::Arc;
use std::time::Duration;

use twilio_webhook::Params;

use crate::call::Sound;
use crate::switch::leg::{Activity, Endpoint};
use crate::switch::program::Record;
use crate::switch::tape::Taping;
use crate::switch::{LegId, Switch, Token};
use crate::transcript::{Event, Purpose};

/// A `<Record>` under way.
#[derive(Debug)]
pub(crate) struct Recording {
    record: Arc<Record>,
    action: Endpoint,
    taping: Taping,
    transcribe: Option<Endpoint>,
    /// What was said, as far as the script gives words.
    words: String,
    silence: Option<Token>,
    limit: Token,
}

impl Recording {
    pub(crate) fn awaits(&self, token: Token) -> bool {
        self.silence == Some(token) || self.limit == token
    }
}

impl Switch {
    pub(super) fn record(&mut self, leg: LegId, record: Arc<Record>) {
        let action = self.endpoint(leg, record.action.as_deref(), record.method.clone());
        let transcribe = record.transcribe_callback.as_ref();
        let transcribe = transcribe
            .filter(|_| record.transcribe)
            .map(|link| self.follow(leg, link))
            .transpose();
        let (action, transcribe) = match (action, transcribe) {
            (Ok(action), Ok(transcribe)) => (action, transcribe),
            (Err(problem), _) | (_, Err(problem)) => return self.fatal(leg, 11100, &problem),
        };
        let taping = match self.tape_as_ordered(leg, &record.recording, "RecordVerb") {
            Ok(taping) => taping,
            Err(problem) => return self.fatal(leg, 11100, &problem),
        };
        if record.beep {
            self.hear(leg, Sound::Beep);
            self.heard_until_now(leg);
            self.journal(leg, Event::Beeps);
        }
        let limit = self.timer(leg, record.max_length);
        let silence = self.silence_timer(leg, &record);
        self.leg_mut(leg).activity = Activity::Recording(Box::new(Recording {
            record,
            action,
            taping,
            transcribe,
            words: String::new(),
            silence,
            limit,
        }));
    }

    pub(super) fn voice_in_recording(&mut self, leg: LegId, words: Option<&str>) {
        let Some(mut recording) = self.take_recording(leg) else {
            return;
        };
        recording.silence = self.silence_timer(leg, &recording.record);
        if let Some(words) = words {
            if !recording.words.is_empty() {
                recording.words.push(' ');
            }
            recording.words.push_str(words);
        }
        self.leg_mut(leg).activity = Activity::Recording(recording);
    }

    pub(super) fn key_in_recording(&mut self, leg: LegId, key: char) {
        let Some(recording) = self.take_recording(leg) else {
            return;
        };
        if recording.record.finish_on_key.contains(key) {
            self.recorded(leg, recording, Some(key.to_string()));
        } else {
            self.leg_mut(leg).activity = Activity::Recording(recording);
        }
    }

    /// Silence has lasted long enough, or the recording has.
    pub(super) fn recording_timer(&mut self, leg: LegId, recording: Box<Recording>) {
        self.recorded(leg, recording, None);
    }

    /// The person has hung up: the action is told, and what it answers is not run.
    pub(super) fn recording_hung_up(&mut self, leg: LegId, recording: Box<Recording>) {
        let action = recording.action.clone();
        let own = self.recording_parameters(recording, Some("hangup".to_owned()));
        self.notify(leg, action, own, Purpose::Notice);
    }

    fn recorded(&mut self, leg: LegId, recording: Box<Recording>, digits: Option<String>) {
        let action = recording.action.clone();
        let own = self.recording_parameters(recording, digits);
        self.continue_at(leg, action, own);
    }

    /// REST has another document: what was recorded so far is kept.
    pub(super) fn recording_broken_off(&mut self, recording: &Recording) {
        self.stop_tape(&recording.taping);
    }

    /// Ends the recording, has it transcribed if that was asked for, and names it for the action.
    fn recording_parameters(
        &mut self,
        recording: Box<Recording>,
        digits: Option<String>,
    ) -> Params {
        let tape = recording.taping.tape;
        self.stop_tape(&recording.taping);
        if let Some(callback) = recording.transcribe {
            self.transcribe(tape, recording.words, callback);
        }
        let mut own = Params::new()
            .with("RecordingUrl", self.tape_url(tape))
            .with("RecordingSid", &self.tape(tape).sid)
            .with("RecordingDuration", self.tape(tape).length().num_seconds());
        if let Some(digits) = digits {
            own.push("Digits", digits);
        }
        own
    }

    fn take_recording(&mut self, leg: LegId) -> Option<Box<Recording>> {
        let activity = &mut self.leg_mut(leg).activity;
        match std::mem::replace(activity, Activity::Idle) {
            Activity::Recording(recording) => Some(recording),
            other => {
                *activity = other;
                None
            }
        }
    }

    /// Silence counts from when the person stops speaking; `timeout="0"` does not count it.
    fn silence_timer(&mut self, leg: LegId, record: &Record) -> Option<Token> {
        let timeout = record.timeout?;
        let now = self.now();
        let speaks = match self.leg(leg).person.speaks_until(now) {
            Some(until) => (until - now).to_std().unwrap_or_default(),
            None => Duration::ZERO,
        };
        Some(self.timer(leg, speaks.saturating_add(timeout)))
    }
}
