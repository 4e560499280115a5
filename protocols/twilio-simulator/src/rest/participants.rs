//! The Participants of a conference.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use twilio_webhook::{CallSid, Params};

use super::conferences::{find, find_living};
use super::form::{check_filters, check_known, flag, link, number, optional_link, required};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, calls, list};
use crate::switch::{
    Conference, ConferenceCallback, ConferenceEvents, Endpoint, LegId, Link, NewCall, OnAnswer,
    Program, RoomId, Switch,
};

/// The parameters of a creation that are obeyed.
const CREATION: &[&str] = &[
    "From",
    "To",
    "StatusCallback",
    "StatusCallbackMethod",
    "StatusCallbackEvent",
    "Label",
    "Timeout",
    "TimeLimit",
    "Muted",
    "StartConferenceOnEnter",
    "EndConferenceOnExit",
    "WaitUrl",
    "WaitMethod",
    "MaxParticipants",
    "ConferenceStatusCallback",
    "ConferenceStatusCallbackMethod",
    "ConferenceStatusCallbackEvent",
];

/// Parameters that change nothing which the simulator shows.
const WITHOUT_EFFECT: &[&str] = &[
    "Beep",
    "EarlyMedia",
    "Region",
    "JitterBufferSize",
    "ConferenceTrim",
    "Trim",
    "CallerId",
    "CallReason",
    "CallerDisplayName",
    "SipAuthUsername",
    "SipAuthPassword",
    "Byoc",
];

/// The parameters of an update that are obeyed.
const UPDATE: &[&str] = &[
    "Muted",
    "Hold",
    "HoldUrl",
    "HoldMethod",
    "EndConferenceOnExit",
];

/// Longest time limit of a call, in seconds.
const DAY: u64 = 86_400;

/// `POST /Conferences/{Sid or name}/Participants`: calls somebody, who then is in the conference.
pub(super) fn create(switch: &mut Switch, room: &str, request: &RestRequest) -> Reply {
    match new_participant(switch, room, &request.form) {
        Ok((call, conference)) => {
            let leg = switch.place_call(call);
            calls::note_lost_events(switch, leg, &request.form);
            let sid = find_living(switch, room).map(|id| switch.room(id).sid.clone());
            Reply::ok(201, coming(switch, leg, sid.as_deref(), &conference))
        }
        Err(refusal) => refusal,
    }
}

/// `GET /Conferences/{Sid}/Participants`.
pub(super) fn index(switch: &Switch, room: &str, request: &RestRequest) -> Reply {
    let Some(room) = find(switch, room) else {
        return Reply::not_found(&request.path);
    };
    let query = &request.query;
    if let Err(refusal) = check_filters("Participants", query, &["Muted", "Hold", "Coaching"]) {
        return refusal;
    }
    let wanted = |name: &str, value: &Value| {
        query
            .get(name)
            .is_none_or(|wanted| value.as_bool() == wanted.parse().ok())
    };
    let participants = switch
        .room(room)
        .legs
        .iter()
        .filter_map(|leg| resource(switch, room, *leg))
        .filter(|own| {
            wanted("Muted", &own["muted"])
                && wanted("Hold", &own["hold"])
                && wanted("Coaching", &own["coaching"])
        })
        .collect();
    list::page("participants", participants, &request.path, query)
}

/// `GET /Conferences/{Sid}/Participants/{CallSid or label}`.
pub(super) fn fetch(switch: &Switch, room: &str, call: &str, path: &str) -> Reply {
    match find_participant(switch, room, call).and_then(|(id, leg)| resource(switch, id, leg)) {
        Some(body) => Reply::ok(200, body),
        None => Reply::not_found(path),
    }
}

/// `POST /Conferences/{Sid}/Participants/{CallSid or label}`: mutes, holds.
pub(super) fn update(switch: &mut Switch, room: &str, call: &str, request: &RestRequest) -> Reply {
    let Some((id, leg)) = find_participant(switch, room, call) else {
        return Reply::not_found(&request.path);
    };
    if let Err(refusal) = apply(switch, leg, &request.form) {
        return refusal;
    }
    match resource(switch, id, leg) {
        Some(body) => Reply::ok(200, body),
        None => Reply::not_found(&request.path),
    }
}

/// `DELETE /Conferences/{Sid}/Participants/{CallSid or label}`: takes them out; their call goes on
/// after its `<Dial>`.
pub(super) fn kick(switch: &mut Switch, room: &str, call: &str, path: &str) -> Reply {
    match find_participant(switch, room, call) {
        Some((_, leg)) => {
            switch.kick(leg);
            Reply::deleted()
        }
        None => Reply::not_found(path),
    }
}

fn apply(switch: &mut Switch, leg: LegId, form: &Params) -> Result<(), Reply> {
    check_known("Participants", form, &[UPDATE])?;
    let (muted, hold) = (flag(form, "Muted")?, flag(form, "Hold")?);
    let ends = flag(form, "EndConferenceOnExit")?;
    let music = optional_link(form, "HoldUrl", "HoldMethod")?;
    if let Some(ends) = ends {
        switch.set_end_on_exit(leg, ends);
    }
    if let Some(muted) = muted {
        switch.set_muted(leg, muted);
    }
    match hold {
        Some(true) => switch.hold(leg, music),
        Some(false) => switch.unhold(leg),
        None => {}
    }
    Ok(())
}

fn new_participant(
    switch: &Switch,
    room: &str,
    form: &Params,
) -> Result<(NewCall, Conference), Reply> {
    check_known("Participants", form, &[CREATION, WITHOUT_EFFECT])?;
    let to = required(form, "To", 21_201, "No 'To' number is specified")?;
    let from = required(form, "From", 21_213, "No 'From' number is specified")?;
    calls::check_sender(switch, &from)?;
    let name = find_living(switch, room).map_or(room, |id| &switch.room(id).name);
    if name.starts_with("CF") && find(switch, name).is_some() {
        return Err(Reply::error(400, 20_001, "The conference has ended"));
    }
    let written = |endpoint: Endpoint| Link {
        url: endpoint.url.to_string(),
        method: endpoint.method,
    };
    let mut events = ConferenceEvents::default();
    for words in form.all("ConferenceStatusCallbackEvent") {
        for word in words.split_whitespace() {
            events.add(word);
        }
    }
    let callback = "ConferenceStatusCallback";
    let callback = optional_link(form, callback, "ConferenceStatusCallbackMethod")?;
    let wait = match form.get("WaitUrl") {
        None | Some("") => None,
        Some(_) => Some(link(form, "WaitUrl", "WaitMethod", 21_205)?),
    };
    let conference = Conference {
        name: name.to_owned(),
        start_on_enter: flag(form, "StartConferenceOnEnter")?.unwrap_or(true),
        end_on_exit: flag(form, "EndConferenceOnExit")?.unwrap_or(false),
        muted: flag(form, "Muted")?.unwrap_or(false),
        label: form.get("Label").map(str::to_owned),
        coach: None,
        max_participants: number(form, "MaxParticipants")?
            .map_or(crate::switch::MOST_PARTICIPANTS, |most| {
                usize::try_from(most).unwrap_or(usize::MAX)
            })
            .clamp(1, crate::switch::MOST_PARTICIPANTS),
        wait: wait.map(written),
        callback: callback.map(|endpoint| ConferenceCallback {
            link: written(endpoint),
            events,
        }),
        recording: None,
    };
    let call = NewCall {
        from,
        to,
        on_answer: OnAnswer::Run(Arc::new(Program::conference(conference.clone()))),
        fallback: None,
        progress: calls::progress(form)?,
        timeout: calls::timeout(form)?,
        time_limit: number(form, "TimeLimit")?.map(|s| Duration::from_secs(s.min(DAY))),
        send_digits: None,
        recording: None,
    };
    Ok((call, conference))
}

/// A participant by call or label.
fn find_participant(switch: &Switch, room: &str, call: &str) -> Option<(RoomId, LegId)> {
    let id = find(switch, room)?;
    let sid = CallSid::parse(call).ok();
    let leg = switch.room(id).legs.iter().copied().find(|leg| {
        let own = switch.leg(*leg);
        let label = own
            .attendance
            .as_ref()
            .and_then(|attendance| attendance.conference.label.as_deref());
        Some(own.sid) == sid || label == Some(call)
    })?;
    Some((id, leg))
}

fn resource(switch: &Switch, room: RoomId, leg: LegId) -> Option<Value> {
    let account = switch.account().as_str();
    let sid = &switch.room(room).sid;
    let own = switch.leg(leg);
    let attendance = own.attendance.as_ref()?;
    Some(json!({
        "call_sid": own.sid.as_str(),
        "conference_sid": sid,
        "account_sid": account,
        "label": attendance.conference.label,
        "muted": attendance.muted,
        "hold": attendance.hold.is_some(),
        "coaching": attendance.conference.coach.is_some(),
        "call_sid_to_coach": attendance.conference.coach,
        "start_conference_on_enter": attendance.conference.start_on_enter,
        "end_conference_on_exit": attendance.end_on_exit,
        "status": "connected",
        "queue_time": "0",
        "date_created": rfc2822(Some(attendance.joined_at)),
        "date_updated": rfc2822(Some(attendance.joined_at)),
        "uri": uri(account, sid, &own.sid),
    }))
}

/// Somebody who is being called.
fn coming(switch: &Switch, leg: LegId, room: Option<&str>, conference: &Conference) -> Value {
    let account = switch.account().as_str();
    let own = switch.leg(leg);
    json!({
        "call_sid": own.sid.as_str(),
        "conference_sid": room,
        "account_sid": account,
        "label": conference.label,
        "muted": conference.muted,
        "hold": false,
        "coaching": false,
        "call_sid_to_coach": Value::Null,
        "start_conference_on_enter": conference.start_on_enter,
        "end_conference_on_exit": conference.end_on_exit,
        "status": "queued",
        "queue_time": "0",
        "date_created": rfc2822(Some(own.started_at)),
        "date_updated": rfc2822(Some(own.started_at)),
        "uri": uri(account, room.unwrap_or(&conference.name), &own.sid),
    })
}

fn uri(account: &str, room: &str, call: &CallSid) -> String {
    format!("/2010-04-01/Accounts/{account}/Conferences/{room}/Participants/{call}.json")
}
