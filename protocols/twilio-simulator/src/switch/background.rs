//! `<Start>` and `<Stop>`: what runs beside a call and is told of by callbacks.
//!
//! No audio leaves the simulator: a stream starts and stops, and what is spoken reaches the
//! callback of a transcription as words.

use chrono::SecondsFormat;
use twilio_webhook::Params;

use crate::switch::leg::Endpoint;
use crate::switch::program::{Background, Service, ServiceKind};
use crate::switch::tape::{TapeId, Taping};
use crate::switch::{LegId, Switch};
use crate::transcript::Purpose;

/// Something that runs beside a call.
#[derive(Debug)]
pub(crate) struct Running {
    service: Service,
    sid: String,
    callback: Option<Endpoint>,
    taping: Option<Taping>,
    /// How many events were told: the next `SequenceId` of a transcription.
    told: u32,
}

impl Running {
    /// A recording that REST started.
    fn recording(taping: Taping) -> Self {
        Self {
            service: Service {
                kind: ServiceKind::Recording,
                name: None,
            },
            sid: String::new(),
            callback: None,
            taping: Some(taping),
            told: 0,
        }
    }
}

impl Switch {
    /// Records a call until it ends, or REST says so.
    pub(crate) fn record_call(&mut self, leg: LegId, taping: Taping) {
        self.leg_mut(leg).services.push(Running::recording(taping));
    }

    /// Ends a recording that was started by REST or `<Start>`; others end with their verb.
    pub(crate) fn stop_recording_call(&mut self, tape: TapeId) {
        let leg = self.tape(tape).call;
        let running = &mut self.leg_mut(leg).services;
        let found = running
            .iter()
            .position(|own| own.taping.as_ref().is_some_and(|own| own.tape == tape));
        if let Some(at) = found {
            let running = running.remove(at);
            self.stop_service(leg, running);
        }
    }

    /// `<Start>`. False if it cannot be done, and the call goes elsewhere.
    pub(super) fn start_services(&mut self, leg: LegId, services: &[Background]) -> bool {
        for service in services {
            if let Err(problem) = self.start_service(leg, service) {
                self.fatal(leg, 11100, &problem);
                return false;
            }
        }
        true
    }

    pub(super) fn start_service(&mut self, leg: LegId, wanted: &Background) -> Result<(), String> {
        let callback = wanted.callback.as_ref();
        let callback = callback.map(|link| self.follow(leg, link)).transpose()?;
        let (prefix, started) = match wanted.service.kind {
            ServiceKind::Stream => ("MZ", "stream-started"),
            ServiceKind::Siprec => ("SR", "siprec-started"),
            ServiceKind::Transcription => ("GT", "transcription-started"),
            ServiceKind::Recording => ("RE", ""),
        };
        let mut running = Running {
            service: wanted.service.clone(),
            sid: String::new(),
            callback,
            taping: None,
            told: 0,
        };
        if wanted.service.kind == ServiceKind::Recording {
            let taping = self.tape_as_ordered(leg, &wanted.recording, "StartCallRecordingTwiML")?;
            running.taping = Some(taping);
        } else {
            running.sid = self.chance.sid(prefix);
            self.tell_of_service(leg, &mut running, started, None);
        }
        self.leg_mut(leg).services.push(running);
        Ok(())
    }

    /// `<Stop>`: what bears the name, or without a name the first of its kind.
    pub(super) fn stop_services(&mut self, leg: LegId, services: &[Service]) {
        for wanted in services {
            let running = &mut self.leg_mut(leg).services;
            let found = running.iter().position(|own| {
                own.service.kind == wanted.kind
                    && (wanted.name.is_none() || own.service.name == wanted.name)
            });
            match found {
                Some(at) => {
                    let running = running.remove(at);
                    self.stop_service(leg, running);
                }
                None => {
                    let name = wanted.name.as_deref().unwrap_or("of any name");
                    let message = format!("nothing {name} runs that could be stopped");
                    self.journal_log(leg, 0, message);
                }
            }
        }
    }

    /// The call is over, and with it all that ran beside it.
    pub(super) fn end_services(&mut self, leg: LegId) {
        for running in std::mem::take(&mut self.leg_mut(leg).services) {
            self.stop_service(leg, running);
        }
    }

    fn stop_service(&mut self, leg: LegId, mut running: Running) {
        let stopped = match running.service.kind {
            ServiceKind::Stream => "stream-stopped",
            ServiceKind::Siprec => "siprec-stopped",
            ServiceKind::Transcription => "transcription-stopped",
            ServiceKind::Recording => {
                if let Some(taping) = &running.taping {
                    self.stop_tape(taping);
                }
                return;
            }
        };
        self.tell_of_service(leg, &mut running, stopped, None);
    }

    /// What is said in a call that is transcribed as it goes.
    pub(super) fn transcribe_live(&mut self, leg: LegId, words: &str) {
        let mut services = std::mem::take(&mut self.leg_mut(leg).services);
        for running in &mut services {
            if running.service.kind == ServiceKind::Transcription {
                self.tell_of_service(leg, running, "transcription-content", Some(words));
            }
        }
        self.leg_mut(leg).services = services;
    }

    fn tell_of_service(
        &mut self,
        leg: LegId,
        running: &mut Running,
        event: &str,
        words: Option<&str>,
    ) {
        let Some(callback) = running.callback.clone() else {
            return;
        };
        let kind = match running.service.kind {
            ServiceKind::Stream => "Stream",
            ServiceKind::Siprec => "Siprec",
            ServiceKind::Transcription => "Transcription",
            ServiceKind::Recording => return,
        };
        let time = self.now().to_rfc3339_opts(SecondsFormat::Millis, true);
        let mut own = Params::new().with(format_args!("{kind}Sid"), &running.sid);
        if let Some(name) = &running.service.name {
            own.push(format_args!("{kind}Name"), name);
        }
        own.push(format_args!("{kind}Event"), event);
        own.push("Timestamp", time);
        if kind == "Transcription" {
            running.told += 1;
            own.push("SequenceId", running.told);
            own.push("LanguageCode", "en-US");
        }
        if let Some(words) = words {
            own.push("Track", "inbound_track");
            own.push("Final", "true");
            let data = serde_json::json!({ "transcript": words, "confidence": 0.9 });
            own.push("TranscriptionData", data);
        }
        if kind == "Siprec" {
            return self.notify(leg, callback, own, Purpose::StatusCallback);
        }
        let mut told = Params::new()
            .with("AccountSid", self.account.as_str())
            .with("CallSid", self.leg(leg).sid.as_str());
        told.extend(own);
        self.notify_bare(leg, callback, told);
    }
}
