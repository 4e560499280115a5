//! `<Record>`: a message left by the person on the line.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use twilio_webhook::Params;

use crate::call::Sound;
use crate::switch::leg::{Activity, Endpoint};
use crate::switch::program::Record;
use crate::switch::{LegId, Switch, Token};
use crate::transcript::{Event, Purpose};

/// A `<Record>` under way.
#[derive(Debug)]
pub(crate) struct Recording {
    record: Arc<Record>,
    action: Endpoint,
    status_callback: Option<Endpoint>,
    began: DateTime<Utc>,
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
        let status_callback = record
            .status_callback
            .as_ref()
            .map(|link| self.follow(leg, link))
            .transpose();
        let (action, status_callback) = match (action, status_callback) {
            (Ok(action), Ok(status_callback)) => (action, status_callback),
            (Err(problem), _) | (_, Err(problem)) => return self.fatal(leg, 11100, &problem),
        };
        if record.beep {
            self.hear(leg, Sound::Beep);
            self.heard_until_now(leg);
            self.journal(leg, Event::Beeps);
        }
        let limit = self.timer(leg, record.max_length);
        let silence = self.silence_timer(leg, &record);
        let began = self.now();
        self.leg_mut(leg).activity = Activity::Recording(Recording {
            record,
            action,
            status_callback,
            began,
            silence,
            limit,
        });
    }

    pub(super) fn voice_in_recording(&mut self, leg: LegId) {
        let Some(mut recording) = self.take_recording(leg) else {
            return;
        };
        recording.silence = self.silence_timer(leg, &recording.record);
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
    pub(super) fn recording_timer(&mut self, leg: LegId, recording: Recording) {
        self.recorded(leg, recording, None);
    }

    /// The person has hung up: the action is told, and what it answers is not run.
    pub(super) fn recording_hung_up(&mut self, leg: LegId, recording: &Recording) {
        let own = self.recording_parameters(leg, recording, Some("hangup".to_owned()));
        self.notify(leg, recording.action.clone(), own, Purpose::Notice);
    }

    fn recorded(&mut self, leg: LegId, recording: Recording, digits: Option<String>) {
        let own = self.recording_parameters(leg, &recording, digits);
        self.continue_at(leg, recording.action, own);
    }

    /// Names the recording, and tells its status callback of it.
    fn recording_parameters(
        &mut self,
        leg: LegId,
        recording: &Recording,
        digits: Option<String>,
    ) -> Params {
        let sid = self.chance.sid("RE");
        let account = self.account.as_str();
        let url = format!("https://api.twilio.com/2010-04-01/Accounts/{account}/Recordings/{sid}");
        let seconds = (self.now() - recording.began).num_seconds().to_string();
        if let Some(callback) = recording.status_callback.clone() {
            let told = Params::new()
                .with("AccountSid", account)
                .with("CallSid", self.leg(leg).sid.as_str())
                .with("RecordingSid", sid.as_str())
                .with("RecordingUrl", url.as_str())
                .with("RecordingStatus", "completed")
                .with("RecordingDuration", seconds.as_str())
                .with("RecordingChannels", "1")
                .with("RecordingSource", "RecordVerb");
            self.notify_bare(leg, callback, told);
        }
        let mut own = Params::new()
            .with("RecordingUrl", url)
            .with("RecordingSid", sid)
            .with("RecordingDuration", seconds);
        if let Some(digits) = digits {
            own.push("Digits", digits);
        }
        own
    }

    fn take_recording(&mut self, leg: LegId) -> Option<Recording> {
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
