//! The Recordings resource, alone and below calls and conferences.

use serde_json::{Value, json};
use twilio_webhook::CallSid;

use super::filter::Dates;
use super::form::{check_filters, check_known, invalid, optional_link};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::switch::{RecordingEvents, Switch, TapeId};

/// Below which resource recordings are asked for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Below<'a> {
    Account,
    Call(&'a str),
    Conference(&'a str),
}

/// `GET /Recordings`: the newest first.
pub(super) fn index(switch: &Switch, below: Below<'_>, request: &RestRequest) -> Reply {
    match filtered(switch, below, request) {
        Ok(tapes) => list::page("recordings", tapes, &request.path, &request.query),
        Err(refusal) => refusal,
    }
}

fn filtered(switch: &Switch, below: Below<'_>, request: &RestRequest) -> Result<Vec<Value>, Reply> {
    let query = &request.query;
    let filters = [
        "DateCreated",
        "DateCreated<",
        "DateCreated>",
        "CallSid",
        "ConferenceSid",
        "IncludeSoftDeleted",
    ];
    check_filters("Recordings", query, &filters)?;
    let created = Dates::read(query, "DateCreated")?;
    let wanted = |name: &str, value: &Value| {
        query
            .get(name)
            .is_none_or(|wanted| value.as_str() == Some(wanted))
    };
    Ok(switch
        .tapes()
        .rev()
        .filter(|(id, tape)| is_below(switch, *id, below) && created.hold(Some(tape.began)))
        .map(|(id, _)| resource(switch, id))
        .filter(|tape| {
            wanted("CallSid", &tape["call_sid"]) && wanted("ConferenceSid", &tape["conference_sid"])
        })
        .collect())
}

/// `GET /Recordings/{Sid}`.
pub(super) fn fetch(switch: &Switch, below: Below<'_>, sid: &str, path: &str) -> Reply {
    match find(switch, below, sid) {
        Some(tape) => Reply::ok(200, resource(switch, tape)),
        None => Reply::not_found(path),
    }
}

/// `GET /Recordings/{Sid}.wav` and `.mp3`: a header and no sound, for none was made.
pub(super) fn media(switch: &Switch, file: &str, path: &str) -> Reply {
    let sid = file.split('.').next().unwrap_or_default();
    match find(switch, Below::Account, sid) {
        Some(_) if file.ends_with(".mp3") => Reply::media("audio/mpeg", Vec::new()),
        Some(tape) => {
            let seconds = switch.tape(tape).length().num_seconds();
            Reply::media("audio/x-wav", silence(seconds))
        }
        None => Reply::not_found(path),
    }
}

/// `DELETE /Recordings/{Sid}`: once it has ended.
pub(super) fn delete(switch: &mut Switch, below: Below<'_>, sid: &str, path: &str) -> Reply {
    match find(switch, below, sid) {
        Some(tape) if switch.tape(tape).ended.is_none() => {
            // Twilio refuses as well; its code for it could not be found out.
            Reply::error(409, 20_409, "The recording has not ended")
        }
        Some(tape) => {
            switch.delete_tape(tape);
            Reply::deleted()
        }
        None => Reply::not_found(path),
    }
}

/// `POST /Calls/{Sid}/Recordings`: records a call that is in progress.
pub(super) fn create(switch: &mut Switch, call: &str, request: &RestRequest) -> Reply {
    let Some(leg) = CallSid::parse(call).ok().and_then(|sid| switch.find(&sid)) else {
        return Reply::not_found(&request.path);
    };
    let form = &request.form;
    let known = [
        "RecordingStatusCallback",
        "RecordingStatusCallbackMethod",
        "RecordingStatusCallbackEvent",
        "RecordingChannels",
        "RecordingTrack",
        "Trim",
    ];
    if let Err(refusal) = check_known("Recordings", form, &[&known]) {
        return refusal;
    }
    if !switch.leg(leg).is_answered() || !switch.leg(leg).is_alive() {
        let message = "Requested resource is not eligible for recording";
        return Reply::error(400, 21_220, message);
    }
    let callback = "RecordingStatusCallback";
    let callback = match optional_link(form, callback, "RecordingStatusCallbackMethod") {
        Ok(callback) => callback,
        Err(refusal) => return refusal,
    };
    let channels = if form.get("RecordingChannels") == Some("dual") {
        2
    } else {
        1
    };
    let events = events(form.all("RecordingStatusCallbackEvent"));
    let taping = switch.start_tape(
        leg,
        None,
        "StartCallRecordingAPI",
        channels,
        callback,
        events,
    );
    let tape = taping.tape;
    switch.record_call(leg, taping);
    Reply::ok(201, resource(switch, tape))
}

/// `POST /Calls/{Sid}/Recordings/{Sid}`: `Status=stopped` ends it.
pub(super) fn update(switch: &mut Switch, call: &str, sid: &str, request: &RestRequest) -> Reply {
    let below = Below::Call(call);
    let tape = if sid == "Twilio.CURRENT" {
        switch
            .tapes()
            .find(|(id, tape)| tape.ended.is_none() && is_below(switch, *id, below))
            .map(|(id, _)| id)
    } else {
        find(switch, below, sid)
    };
    let Some(tape) = tape else {
        return Reply::not_found(&request.path);
    };
    match request.form.get("Status") {
        Some("stopped") => {
            switch.stop_recording_call(tape);
            Reply::ok(200, resource(switch, tape))
        }
        Some("paused" | "in-progress") => {
            Reply::not_simulated(&request.method, "a pause in a recording")
        }
        other => invalid("Status", other.unwrap_or_default()),
    }
}

/// The events asked for: those of several parameters, or of one that holds several words.
pub(super) fn events<'a>(given: impl Iterator<Item = &'a str>) -> RecordingEvents {
    let mut wanted = None;
    for word in given.flat_map(str::split_whitespace) {
        wanted.get_or_insert(RecordingEvents::NONE).add(word);
    }
    wanted.unwrap_or_default()
}

fn find(switch: &Switch, below: Below<'_>, sid: &str) -> Option<TapeId> {
    switch
        .tapes()
        .find(|(id, tape)| tape.sid == sid && is_below(switch, *id, below))
        .map(|(id, _)| id)
}

fn is_below(switch: &Switch, id: TapeId, below: Below<'_>) -> bool {
    let tape = switch.tape(id);
    match below {
        Below::Account => true,
        Below::Call(call) => switch.leg(tape.call).sid.as_str() == call,
        Below::Conference(sid) => tape.room.is_some_and(|room| switch.room(room).sid == sid),
    }
}

fn resource(switch: &Switch, id: TapeId) -> Value {
    let account = switch.account().as_str();
    let tape = switch.tape(id);
    let base = format!("/2010-04-01/Accounts/{account}/Recordings/{}", tape.sid);
    let length = match tape.ended {
        None => -1,
        Some(_) => tape.length().num_seconds(),
    };
    json!({
        "sid": tape.sid,
        "account_sid": account,
        "call_sid": switch.leg(tape.call).sid.as_str(),
        "conference_sid": tape.room.map(|room| switch.room(room).sid.clone()),
        "status": match tape.status() {
            "in-progress" => "processing",
            other => other,
        },
        "duration": length.to_string(),
        "channels": tape.channels,
        "source": tape.source,
        "start_time": rfc2822(Some(tape.began)),
        "date_created": rfc2822(Some(tape.began)),
        "date_updated": rfc2822(Some(tape.ended.unwrap_or(tape.began))),
        "api_version": "2010-04-01",
        "price": Value::Null,
        "price_unit": "USD",
        "error_code": Value::Null,
        "encryption_details": Value::Null,
        "media_url": format!("https://api.twilio.com{base}"),
        "uri": format!("{base}.json"),
        "subresource_uris": {
            "transcriptions": format!("{base}/Transcriptions.json"),
        },
    })
}

/// So many seconds of silence, as Twilio has them: 8 kHz, one channel of 16 bits (the first minute).
fn silence(seconds: i64) -> Vec<u8> {
    const RATE: u32 = 8_000;
    let frames = u32::try_from(seconds.clamp(0, 60)).unwrap_or_default() * RATE;
    let data = frames * 2;
    let mut wav = Vec::with_capacity(44 + data as usize);
    wav.extend_from_slice(b"RIFF");
    wav.extend_from_slice(&(36 + data).to_le_bytes());
    wav.extend_from_slice(b"WAVEfmt ");
    wav.extend_from_slice(&16u32.to_le_bytes());
    wav.extend_from_slice(&1u16.to_le_bytes());
    wav.extend_from_slice(&1u16.to_le_bytes());
    wav.extend_from_slice(&RATE.to_le_bytes());
    wav.extend_from_slice(&(RATE * 2).to_le_bytes());
    wav.extend_from_slice(&2u16.to_le_bytes());
    wav.extend_from_slice(&16u16.to_le_bytes());
    wav.extend_from_slice(b"data");
    wav.extend_from_slice(&data.to_le_bytes());
    wav.resize(44 + data as usize, 0);
    wav
}
