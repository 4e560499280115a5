//! The Calls resource.

use std::sync::Arc;
use std::time::Duration;

use http::Method;
use serde_json::{Value, json};
use twilio_webhook::{CallSid, Params};

use super::form::{check_known, invalid, link, optional_link, required};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::switch::{
    CallEvents, Leg, LegId, NewCall, OnAnswer, Progress, Status, Switch, translate,
};

/// Twilio's default and limit for how long a call may ring, in seconds.
const TIMEOUT: u64 = 60;
const LONGEST_TIMEOUT: u64 = 600;

/// Longest TwiML that the form may hold (error 32018).
const TWIML_LIMIT: usize = 4000;

/// Parameters that change nothing which the simulator shows.
const WITHOUT_EFFECT: &[&str] = &["CallerId", "CallReason", "Trim", "CallToken", "Byoc"];

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
    "Page",
    "PageSize",
    "PageToken",
];

/// `POST /Calls`.
pub(super) fn create(switch: &mut Switch, form: &Params) -> Reply {
    match new_call(switch, form) {
        Ok(call) => {
            let leg = switch.place_call(call);
            Reply::ok(201, resource(switch, leg))
        }
        Err(refusal) => refusal,
    }
}

/// `GET /Calls`: the newest first.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    let query = &request.query;
    for (name, _) in query.iter() {
        if !FILTERS.contains(&name) {
            let what = format!("the filter {name} of Calls");
            return Reply::not_simulated(&Method::GET, &what);
        }
    }
    let wanted = |name: &str, value: &Value| {
        query
            .get(name)
            .is_none_or(|wanted| value.as_str() == Some(wanted))
    };
    let calls = switch
        .legs()
        .rev()
        .map(|leg| resource(switch, leg))
        .filter(|call| {
            wanted("To", &call["to"])
                && wanted("From", &call["from"])
                && wanted("Status", &call["status"])
                && wanted("ParentCallSid", &call["parent_call_sid"])
        })
        .collect();
    list::page("calls", calls, &request.path, query)
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
    if !from.starts_with("client:") && !switch.owns(&from) {
        let message =
            format!("Source phone number provided, {from}, is not yet verified for your account.");
        return Err(Reply::error(400, 21_210, &message));
    }
    let on_answer = match (form.get("Twiml"), form.get("Url")) {
        (Some(twiml), _) => OnAnswer::Run(inline(twiml)?),
        (None, Some(_)) => OnAnswer::Fetch(link(form, "Url", "Method", 21_205)?),
        (None, None) => {
            let message = "Url parameter is required.";
            return Err(Reply::error(400, 21_205, message));
        }
    };
    let timeout = match form.get("Timeout") {
        None => TIMEOUT,
        Some(text) => text
            .parse()
            .map_err(|_| invalid("Timeout", text))
            .map(|seconds: u64| seconds.min(LONGEST_TIMEOUT))?,
    };
    Ok(NewCall {
        from,
        to,
        on_answer,
        fallback: optional_link(form, "FallbackUrl", "FallbackMethod")?,
        progress: progress(form)?,
        timeout: Duration::from_secs(timeout),
    })
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
fn progress(form: &Params) -> Result<Option<Progress>, Reply> {
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

fn find(switch: &Switch, sid: &str) -> Option<LegId> {
    switch.find(&CallSid::parse(sid).ok()?)
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
        "status": match leg.status {
            // `initiated` occurs in callbacks only.
            Status::Initiated => "queued",
            other => other.as_str(),
        },
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
