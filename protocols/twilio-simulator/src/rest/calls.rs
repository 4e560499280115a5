//! The Calls resource.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};
use twilio_webhook::{CallSid, Params};

use super::filter::Dates;
use super::form::{
    check_filters, check_known, flag, invalid, link, number, optional_link, required,
};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list, recordings};
use crate::switch::{
    CallEvents, Leg, LegId, NewCall, NewRecording, OnAnswer, Progress, Status, Switch, translate,
};

/// Twilio's default and limit for how long a call may ring, in seconds.
const TIMEOUT: u64 = 60;
const LONGEST_TIMEOUT: u64 = 600;

/// Longest time limit of a call, in seconds.
const LONGEST_CALL: u64 = 86_400;

/// Longest TwiML that the form may hold (error 32018).
const TWIML_LIMIT: usize = 4000;

/// Parameters that change nothing which the simulator shows.
const WITHOUT_EFFECT: &[&str] = &[
    "CallerId",
    "CallReason",
    "Trim",
    "RecordingTrack",
    "CallToken",
    "Byoc",
    "SipAuthUsername",
    "SipAuthPassword",
];

/// The parameters of a creation that are obeyed.
const CREATION: &[&str] = &[
    "To",
    "From",
    "Url",
    "Method",
    "Twiml",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
    "StatusCallbackEvent",
    "Timeout",
    "TimeLimit",
    "SendDigits",
    "Record",
    "RecordingChannels",
    "RecordingStatusCallback",
    "RecordingStatusCallbackMethod",
    "RecordingStatusCallbackEvent",
];

/// The parameters of an update that are obeyed.
const UPDATE: &[&str] = &[
    "Url",
    "Method",
    "Twiml",
    "Status",
    "FallbackUrl",
    "FallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
];

/// The filters of the list that are obeyed.
const FILTERS: &[&str] = &[
    "To",
    "From",
    "Status",
    "ParentCallSid",
    "StartTime",
    "StartTime<",
    "StartTime>",
    "EndTime",
    "EndTime<",
    "EndTime>",
];

/// `POST /Calls`.
pub(super) fn create(switch: &mut Switch, form: &Params) -> Reply {
    match new_call(switch, form) {
        Ok(call) => {
            let leg = switch.place_call(call);
            note_lost_events(switch, leg, form);
            Reply::ok(201, resource(switch, leg))
        }
        Err(refusal) => refusal,
    }
}

/// `GET /Calls`: the newest first.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    match filtered(switch, &request.query) {
        Ok(calls) => list::page_of(
            "calls",
            &calls,
            |leg| resource(switch, *leg),
            &request.path,
            &request.query,
        ),
        Err(refusal) => refusal,
    }
}

fn filtered(switch: &Switch, query: &Params) -> Result<Vec<LegId>, Reply> {
    check_filters("Calls", query, FILTERS)?;
    let started = Dates::read(query, "StartTime")?;
    let ended = Dates::read(query, "EndTime")?;
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| value == wanted);
    Ok(switch
        .legs()
        .rev()
        .filter(|id| {
            let leg = switch.leg(*id);
            let parent = leg.parent.map(|parent| switch.leg(parent).sid);
            wanted("To", &leg.to)
                && wanted("From", &leg.from)
                && wanted("Status", shown(leg.status))
                && wanted("ParentCallSid", parent.as_ref().map_or("", CallSid::as_str))
                && started.hold(leg.answered_at)
                && ended.hold(leg.ended_at)
        })
        .collect())
}

/// `GET /Calls/{Sid}`.
pub(super) fn fetch(switch: &Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(leg) => Reply::ok(200, resource(switch, leg)),
        None => Reply::not_found(path),
    }
}

/// `POST /Calls/{Sid}`: hang up, take back, or send elsewhere.
pub(super) fn update(switch: &mut Switch, sid: &str, path: &str, form: &Params) -> Reply {
    let Some(leg) = find(switch, sid) else {
        return Reply::not_found(path);
    };
    match apply(switch, leg, form) {
        Ok(()) => Reply::ok(200, resource(switch, leg)),
        Err(refusal) => refusal,
    }
}

fn new_call(switch: &Switch, form: &Params) -> Result<NewCall, Reply> {
    check_known("Calls", form, &[CREATION, WITHOUT_EFFECT])?;
    let to = required(form, "To", 21_201, "No 'To' number is specified")?;
    let from = required(form, "From", 21_213, "No 'From' number is specified")?;
    check_sender(switch, &from)?;
    let on_answer = match (form.get("Twiml"), form.get("Url")) {
        (Some(twiml), _) => OnAnswer::Run(inline(twiml)?),
        (None, Some(_)) => OnAnswer::Fetch(link(form, "Url", "Method", 21_205)?),
        (None, None) => {
            let message = "Url parameter is required.";
            return Err(Reply::error(400, 21_205, message));
        }
    };
    Ok(NewCall {
        from,
        to,
        on_answer,
        fallback: optional_link(form, "FallbackUrl", "FallbackMethod")?,
        progress: progress(form)?,
        timeout: timeout(form)?,
        time_limit: number(form, "TimeLimit")?
            .map(|seconds| Duration::from_secs(seconds.min(LONGEST_CALL))),
        send_digits: form.get("SendDigits").map(str::to_owned),
        recording: recording(form)?,
    })
}

/// Only numbers of the account may be shown, and clients.
pub(super) fn check_sender(switch: &Switch, from: &str) -> Result<(), Reply> {
    if from.starts_with("client:") || switch.owns(from) {
        return Ok(());
    }
    let message =
        format!("Source phone number provided, {from}, is not yet verified for your account.");
    Err(Reply::error(400, 21_210, &message))
}

/// How long it may ring.
pub(super) fn timeout(form: &Params) -> Result<Duration, Reply> {
    let seconds = number(form, "Timeout")?.unwrap_or(TIMEOUT);
    Ok(Duration::from_secs(seconds.min(LONGEST_TIMEOUT)))
}

fn recording(form: &Params) -> Result<Option<NewRecording>, Reply> {
    if flag(form, "Record")? != Some(true) {
        return Ok(None);
    }
    let callback = "RecordingStatusCallback";
    let dual = form.get("RecordingChannels") == Some("dual");
    Ok(Some(NewRecording {
        channels: if dual { 2 } else { 1 },
        callback: optional_link(form, callback, "RecordingStatusCallbackMethod")?,
        events: recordings::events(form.all("RecordingStatusCallbackEvent")),
    }))
}

fn apply(switch: &mut Switch, leg: LegId, form: &Params) -> Result<(), Reply> {
    check_known("Calls", form, &[UPDATE, WITHOUT_EFFECT])?;
    let status = switch.leg(leg).status;
    let not_in_progress = || Reply::error(400, 21_220, "Call is not in-progress. Cannot redirect.");
    if status.is_final() {
        return Err(not_in_progress());
    }
    let before_answer = !switch.leg(leg).is_answered();
    match form.get("Status") {
        None => {}
        Some("completed") => {
            let end = if before_answer {
                Status::Canceled
            } else {
                Status::Completed
            };
            switch.end_by_rest(leg, end);
            return Ok(());
        }
        // Only calls that are queued or ringing can be taken back; others go on.
        Some("canceled") if before_answer => {
            switch.end_by_rest(leg, Status::Canceled);
            return Ok(());
        }
        Some("canceled") => return Err(not_in_progress()),
        Some(other) => return Err(invalid("Status", other)),
    }
    if before_answer {
        return Err(not_in_progress());
    }
    if let Some(fallback) = optional_link(form, "FallbackUrl", "FallbackMethod")? {
        switch.set_fallback(leg, fallback);
    }
    if let Some(endpoint) = optional_link(form, "StatusCallback", "StatusCallbackMethod")? {
        switch.set_status_callback(leg, endpoint);
    }
    if let Some(twiml) = form.get("Twiml") {
        let program = inline(twiml)?;
        switch.run_by_rest(leg, program);
    } else if form.get("Url").is_some() {
        let endpoint = link(form, "Url", "Method", 21_205)?;
        switch.redirect_by_rest(leg, endpoint);
    }
    Ok(())
}

fn inline(twiml: &str) -> Result<Arc<crate::switch::Program>, Reply> {
    if twiml.chars().count() > TWIML_LIMIT {
        let message = format!("Twiml is longer than {TWIML_LIMIT} characters");
        return Err(Reply::error(400, 32_018, &message));
    }
    translate(twiml).map(Arc::new).map_err(|error| {
        let message = format!("Twiml cannot be read: {error}");
        Reply::error(400, 12_100, &message)
    })
}

/// `StatusCallbackEvent` is a repeated parameter. One that holds several words names no event, and
/// its events are lost, as they are with Twilio (vellum-assistant#6044).
pub(super) fn progress(form: &Params) -> Result<Option<Progress>, Reply> {
    let Some(endpoint) = optional_link(form, "StatusCallback", "StatusCallbackMethod")? else {
        return Ok(None);
    };
    let mut events = CallEvents::NONE;
    let mut asked = false;
    for name in form.all("StatusCallbackEvent") {
        asked = true;
        events.add(name);
    }
    if !asked {
        events = CallEvents::DEFAULT;
    }
    Ok(Some(Progress {
        endpoint,
        events,
        sent: 0,
    }))
}

/// Twilio says nothing of events that it does not have; the transcript does.
pub(super) fn note_lost_events(switch: &mut Switch, leg: LegId, form: &Params) {
    for name in form.all("StatusCallbackEvent") {
        let mut events = CallEvents::NONE;
        if !events.add(name) {
            let message = format!(
                "nobody will be told of StatusCallbackEvent {name:?}: the parameter is given once \
                 for each event"
            );
            switch.journal_log(leg, 0, message);
        }
    }
}

fn find(switch: &Switch, sid: &str) -> Option<LegId> {
    switch.find(&CallSid::parse(sid).ok()?)
}

/// `initiated` occurs in callbacks only.
fn shown(status: Status) -> &'static str {
    match status {
        Status::Initiated => "queued",
        other => other.as_str(),
    }
}

/// A call as the REST interface shows it.
fn resource(switch: &Switch, leg: LegId) -> Value {
    let account = switch.account().as_str();
    let leg: &Leg = switch.leg(leg);
    let parent = leg.parent.map(|parent| switch.leg(parent).sid.to_string());
    let ended = leg.status.is_final();
    json!({
        "sid": leg.sid.as_str(),
        "account_sid": account,
        "parent_call_sid": parent,
        "from": leg.from,
        "to": leg.to,
        "status": shown(leg.status),
        "direction": leg.direction.as_str(),
        "api_version": "2010-04-01",
        "date_created": rfc2822(Some(leg.started_at)),
        "date_updated": rfc2822(Some(leg.ended_at.unwrap_or(leg.started_at))),
        "start_time": rfc2822(leg.answered_at),
        "end_time": rfc2822(leg.ended_at),
        "duration": ended.then(|| leg.duration().num_seconds().to_string()),
        "price": Value::Null,
        "price_unit": "USD",
        "to_formatted": leg.to,
        "from_formatted": leg.from,
        "answered_by": Value::Null,
        "caller_name": Value::Null,
        "forwarded_from": Value::Null,
        "group_sid": Value::Null,
        "phone_number_sid": Value::Null,
        "trunk_sid": Value::Null,
        "queue_time": "0",
        "uri": format!("/2010-04-01/Accounts/{account}/Calls/{}.json", leg.sid),
    })
}
