//! `<Connect>`, `<Start>`, `<Stop>` and `<Pay>`.

use std::sync::Arc;

use twiml::voice::{self, ConnectNoun, StartNoun, StopNoun};

use super::{link, recording_order, refuse, url, warn, warn_of_node, whisper};
use crate::switch::program::{
    Background, Handover, HandoverTo, Instruction, Pay, Program, RecordingOrder, Service,
    ServiceKind,
};

pub(super) fn translate_connect(program: &mut Program, connect: &voice::Connect) -> Instruction {
    let mut kind = None;
    for noun in connect.nouns() {
        match noun {
            ConnectNoun::Stream(stream) => {
                warn(program, "Stream", stream.unchecked());
                kind = Some(HandoverTo::Stream(stream_service(stream)));
            }
            ConnectNoun::ConversationRelay(relay) => {
                warn(program, "ConversationRelay", relay.unchecked());
                kind = Some(HandoverTo::ConversationRelay);
            }
            ConnectNoun::Comment(_) => {}
            ConnectNoun::Unchecked(node) => warn_of_node(program, "Connect", node),
            _ => return refuse("a noun of Connect other than Stream and ConversationRelay"),
        }
    }
    match kind {
        Some(kind) => Instruction::Connect(Arc::new(Handover {
            action: connect
                .action
                .as_deref()
                .map(|url| link(url, connect.method.as_ref())),
            to: kind,
        })),
        None => refuse("Connect without a noun"),
    }
}

pub(super) fn translate_start(program: &mut Program, start: &voice::Start) -> Instruction {
    let mut services = Vec::new();
    for noun in start.nouns() {
        match noun {
            StartNoun::Stream(stream) => {
                warn(program, "Stream", stream.unchecked());
                services.push(stream_service(stream));
            }
            StartNoun::Siprec(siprec) => {
                warn(program, "Siprec", siprec.unchecked());
                services.push(Background {
                    service: service(ServiceKind::Siprec, siprec.name.as_deref()),
                    callback: whisper(
                        siprec.status_callback.as_deref(),
                        siprec.status_callback_method.as_ref(),
                    ),
                    recording: RecordingOrder::default(),
                });
            }
            StartNoun::Transcription(own) => {
                warn(program, "Transcription", own.unchecked());
                services.push(Background {
                    service: service(ServiceKind::Transcription, own.name.as_deref()),
                    callback: whisper(
                        own.status_callback_url.as_deref(),
                        own.status_callback_method.as_ref(),
                    ),
                    recording: RecordingOrder::default(),
                });
            }
            StartNoun::Recording(own) => {
                warn(program, "Recording", own.unchecked());
                let order = recording_order(
                    program,
                    own.recording_status_callback.as_deref(),
                    own.recording_status_callback_method.as_ref(),
                    own.recording_status_callback_event.as_deref(),
                );
                let dual = matches!(&own.channels, Some(channels) if channels.as_str() == "dual");
                services.push(Background {
                    service: service(ServiceKind::Recording, own.name.as_deref()),
                    callback: None,
                    recording: RecordingOrder { dual, ..order },
                });
            }
            StartNoun::Comment(_) => {}
            StartNoun::Unchecked(node) => warn_of_node(program, "Start", node),
            _ => return refuse("a noun of Start newer than the simulator"),
        }
    }
    Instruction::Start(services.into())
}

pub(super) fn translate_stop(program: &mut Program, stop: &voice::Stop) -> Instruction {
    let mut services = Vec::new();
    for noun in stop.nouns() {
        services.push(match noun {
            StopNoun::Stream(own) => service(ServiceKind::Stream, own.name.as_deref()),
            StopNoun::Siprec(own) => service(ServiceKind::Siprec, own.name.as_deref()),
            StopNoun::Transcription(own) => {
                service(ServiceKind::Transcription, own.name.as_deref())
            }
            StopNoun::Recording(own) => service(ServiceKind::Recording, own.name.as_deref()),
            StopNoun::Comment(_) => continue,
            StopNoun::Unchecked(node) => {
                warn_of_node(program, "Stop", node);
                continue;
            }
            _ => return refuse("a noun of Stop newer than the simulator"),
        });
    }
    Instruction::Stop(services.into())
}

fn stream_service(stream: &voice::Stream) -> Background {
    Background {
        service: service(ServiceKind::Stream, stream.name.as_deref()),
        callback: whisper(
            stream.status_callback.as_deref(),
            stream.status_callback_method.as_ref(),
        ),
        recording: RecordingOrder::default(),
    }
}

fn service(kind: ServiceKind, name: Option<&str>) -> Service {
    Service {
        kind,
        name: name.map(|name| name.trim().to_owned()),
    }
}

/// What `<Pay>` asks for, in the order of Twilio's page. The prompts themselves are not heard.
pub(super) fn translate_pay(pay: &voice::Pay) -> Instruction {
    let by_bank = matches!(&pay.payment_method, Some(method) if method.as_str() == "ach-debit");
    let mut steps = Vec::new();
    if by_bank {
        steps.extend(["bank-routing-number", "bank-account-number"]);
    } else {
        steps.extend(["payment-card-number", "expiration-date"]);
        if pay.security_code != Some(false) {
            steps.push("security-code");
        }
        if !matches!(
            pay.postal_code,
            Some(voice::PostalCode::Skip | voice::PostalCode::Known(_))
        ) {
            steps.push("postal-code");
        }
    }
    steps.push("payment-processing");
    Instruction::Pay(Arc::new(Pay {
        action: url(pay.action.as_deref()),
        status_callback: whisper(
            pay.status_callback.as_deref(),
            pay.status_callback_method.as_ref(),
        ),
        steps,
        method: if by_bank { "ach-debit" } else { "credit-card" },
        charges: pay.charge_amount.is_some(),
    }))
}
