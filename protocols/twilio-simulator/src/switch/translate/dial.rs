//! `<Dial>` and its nouns.

use std::sync::Arc;
use std::time::Duration;

use twiml::voice::{self, DialNoun};

use super::{link, recording_order, refuse, warn, warn_of_event, warn_of_node, whisper};
use crate::switch::program::{
    CallEvents, Conference, ConferenceCallback, ConferenceEvents, Dial, Instruction, Phone,
    Program, RecordedFrom, RecordingOrder, StatusCallback, Target,
};

/// Most participants of a conference, by Twilio's page.
pub(crate) const MOST_PARTICIPANTS: usize = 250;

/// How long it rings, without what Twilio adds.
const RING_TIMEOUT: Duration = Duration::from_secs(30);

pub(super) fn translate_dial(program: &mut Program, dial: &voice::Dial) -> Instruction {
    let target = match dial_target(program, dial) {
        Ok(target) => target,
        Err(what) => return refuse(what),
    };
    Instruction::Dial(Arc::new(Dial {
        action: dial
            .action
            .as_deref()
            .map(|url| link(url, dial.method.as_ref())),
        timeout: dial.timeout.map_or(RING_TIMEOUT, Duration::from),
        time_limit: dial.time_limit.map(Duration::from),
        caller_id: dial.caller_id.as_deref().map(str::to_owned),
        hangup_on_star: dial.hangup_on_star.unwrap_or(false),
        answer_on_bridge: dial.answer_on_bridge.unwrap_or(false),
        sequential: dial.sequential.unwrap_or(false),
        recording: dial_recording(program, dial),
        target,
    }))
}

fn dial_recording(
    program: &mut Program,
    dial: &voice::Dial,
) -> Option<(RecordingOrder, RecordedFrom)> {
    let (from, dual) = match dial.record.as_ref()? {
        voice::CallRecord::DoNotRecord | voice::CallRecord::False => return None,
        voice::CallRecord::RecordFromRinging => (RecordedFrom::Ringing, false),
        voice::CallRecord::RecordFromRingingDual => (RecordedFrom::Ringing, true),
        voice::CallRecord::RecordFromAnswerDual => (RecordedFrom::Answer, true),
        _ => (RecordedFrom::Answer, false),
    };
    let order = recording_order(
        program,
        dial.recording_status_callback.as_deref(),
        dial.recording_status_callback_method.as_ref(),
        dial.recording_status_callback_event.as_deref(),
    );
    Some((RecordingOrder { dual, ..order }, from))
}

/// The nouns of a `<Dial>`: any number of phones, or one queue, or one conference.
fn dial_target(program: &mut Program, dial: &voice::Dial) -> Result<Target, String> {
    let mut phones = Vec::new();
    let mut others = Vec::new();
    if let Some(number) = &dial.phone_number
        && !number.trim().is_empty()
    {
        phones.push(Phone {
            address: number.trim().to_owned(),
            whisper: None,
            send_digits: None,
            status_callback: None,
        });
    }
    for noun in dial.nouns() {
        match noun {
            DialNoun::Number(number) => {
                warn(program, "Number", number.unchecked());
                phones.push(number_phone(program, number)?);
            }
            DialNoun::Client(client) => {
                warn(program, "Client", client.unchecked());
                phones.push(client_phone(program, client)?);
            }
            DialNoun::Queue(queue) => {
                warn(program, "Queue", queue.unchecked());
                others.push(dial_queue(queue)?);
            }
            DialNoun::Conference(conference) => {
                warn(program, "Conference", conference.unchecked());
                others.push(Target::Conference(Arc::new(dial_conference(
                    program, conference,
                )?)));
            }
            DialNoun::Comment(_) => {}
            DialNoun::Unchecked(node) => warn_of_node(program, "Dial", node),
            DialNoun::Sip(sip) => {
                warn(program, "Sip", sip.unchecked());
                phones.push(sip_phone(program, sip)?);
            }
            _ => {
                return Err(
                    "a noun of Dial other than Number, Client, Sip, Queue and Conference"
                        .to_owned(),
                );
            }
        }
    }
    match (others.pop(), others.is_empty(), phones.is_empty()) {
        (None, _, _) => Ok(Target::Phones(phones)),
        (Some(only), true, true) => Ok(only),
        _ => Err("Dial with a Queue or Conference beside other nouns".to_owned()),
    }
}

fn number_phone(program: &mut Program, number: &voice::Number) -> Result<Phone, String> {
    if number.machine_detection.is_some() || number.amd_status_callback.is_some() {
        return Err("Number machineDetection".to_owned());
    }
    Ok(Phone {
        address: number.phone_number.trim().to_owned(),
        whisper: whisper(number.url.as_deref(), number.method.as_ref()),
        send_digits: number.send_digits.as_deref().map(str::to_owned),
        status_callback: status_callback(
            program,
            number.status_callback.as_deref(),
            number.status_callback_method.as_ref(),
            number.status_callback_event.as_deref(),
        ),
    })
}

fn client_phone(program: &mut Program, client: &voice::Client) -> Result<Phone, String> {
    let mut name = client.name.as_deref().unwrap_or_default().trim().to_owned();
    for noun in client.nouns() {
        match noun {
            voice::ClientNoun::Identity(identity) => {
                name = identity.identity.trim().to_owned();
            }
            // Parameters reach the browser, not the host.
            voice::ClientNoun::Parameter(_) | voice::ClientNoun::Comment(_) => {}
            voice::ClientNoun::Unchecked(node) => warn_of_node(program, "Client", node),
            _ => return Err("a noun of Client newer than the simulator".to_owned()),
        }
    }
    Ok(Phone {
        address: format!("client:{name}"),
        whisper: whisper(client.url.as_deref(), client.method.as_ref()),
        send_digits: None,
        status_callback: status_callback(
            program,
            client.status_callback.as_deref(),
            client.status_callback_method.as_ref(),
            client.status_callback_event.as_deref(),
        ),
    })
}

/// Headers and credentials reach the other side, not the host.
fn sip_phone(program: &mut Program, sip: &voice::Sip) -> Result<Phone, String> {
    if sip.machine_detection.is_some() || sip.amd_status_callback.is_some() {
        return Err("Sip machineDetection".to_owned());
    }
    let mut uri = sip.uri.as_deref().unwrap_or_default().trim().to_owned();
    for noun in sip.nouns() {
        match noun {
            voice::SipNoun::Uri(own) => uri = own.uri.trim().to_owned(),
            voice::SipNoun::Unchecked(node) => warn_of_node(program, "Sip", node),
            _ => {}
        }
    }
    Ok(Phone {
        address: uri,
        whisper: whisper(sip.url.as_deref(), sip.method.as_ref()),
        send_digits: None,
        status_callback: status_callback(
            program,
            sip.status_callback.as_deref(),
            sip.status_callback_method.as_ref(),
            sip.status_callback_event.as_deref(),
        ),
    })
}

fn dial_queue(queue: &voice::Queue) -> Result<Target, String> {
    if queue.reservation_sid.is_some() || queue.post_work_activity_sid.is_some() {
        return Err("Queue reservationSid".to_owned());
    }
    Ok(Target::Queue {
        name: queue.name.trim().to_owned(),
        whisper: whisper(queue.url.as_deref(), queue.method.as_ref()),
    })
}

fn dial_conference(
    program: &mut Program,
    conference: &voice::Conference,
) -> Result<Conference, String> {
    if conference.event_callback_url.is_some() {
        return Err("Conference eventCallbackUrl, which Twilio has given up".to_owned());
    }
    let callback = whisper(
        conference.status_callback.as_deref(),
        conference.status_callback_method.as_ref(),
    );
    let mut events = ConferenceEvents::default();
    for name in conference
        .status_callback_event
        .iter()
        .flat_map(|e| e.iter())
    {
        if !events.add(name.as_str()) {
            warn_of_event(program, name.as_str());
        }
    }
    let recorded = matches!(
        conference.record,
        Some(voice::ConferenceRecord::RecordFromStart)
    );
    let recording = recorded.then(|| {
        recording_order(
            program,
            conference.recording_status_callback.as_deref(),
            conference.recording_status_callback_method.as_ref(),
            conference.recording_status_callback_event.as_deref(),
        )
    });
    Ok(Conference {
        name: conference.name.trim().to_owned(),
        start_on_enter: conference.start_conference_on_enter.unwrap_or(true),
        end_on_exit: conference.end_conference_on_exit.unwrap_or(false),
        muted: conference.muted.unwrap_or(false),
        label: conference.participant_label.as_deref().map(str::to_owned),
        coach: conference.coach.as_deref().map(|sid| sid.trim().to_owned()),
        max_participants: conference
            .max_participants
            .map_or(MOST_PARTICIPANTS, |most| most as usize)
            .clamp(1, MOST_PARTICIPANTS),
        wait: whisper(
            conference.wait_url.as_deref(),
            conference.wait_method.as_ref(),
        ),
        callback: callback.map(|link| ConferenceCallback { link, events }),
        recording,
    })
}

fn status_callback(
    program: &mut Program,
    url: Option<&str>,
    method: Option<&voice::Method>,
    events: Option<&[voice::CallProgressEvent]>,
) -> Option<StatusCallback> {
    let link = whisper(url, method)?;
    let events = match events {
        None => CallEvents::DEFAULT,
        Some(names) => {
            let mut wanted = CallEvents::NONE;
            for name in names {
                if !wanted.add(name.as_str()) {
                    warn_of_event(program, name.as_str());
                }
            }
            wanted
        }
    };
    Some(StatusCallback { link, events })
}
