//! Which request is whose.

use http::Method;
use serde_json::json;

use super::reply::{Reply, rfc2822};
use super::{RestRequest, calls, conferences, messages, numbers, participants, queues, recordings};
use crate::rest::recordings::Below;
use crate::switch::Switch;

/// Answers a request to a path below the account.
pub(super) fn route(switch: &mut Switch, path: &str, request: &RestRequest) -> Reply {
    let full = request.path.as_str();
    if let Some(file) = path.strip_prefix("/Recordings/")
        && request.method == Method::GET
        && [".wav", ".mp3"].iter().any(|end| file.ends_with(end))
    {
        return recordings::media(switch, file, full);
    }
    let Some(path) = path.strip_suffix(".json") else {
        return Reply::not_found(full);
    };
    let parts: Vec<&str> = path.trim_start_matches('/').split('/').collect();
    match parts.as_slice() {
        [""] if request.method == Method::GET => account(switch),
        ["Calls", rest @ ..] => of_calls(switch, rest, request),
        ["Messages", rest @ ..] => of_messages(switch, rest, request),
        ["Queues", rest @ ..] => of_queues(switch, rest, request),
        ["Conferences", rest @ ..] => of_conferences(switch, rest, request),
        ["Recordings", rest @ ..] => of_recordings(switch, Below::Account, rest, request),
        ["IncomingPhoneNumbers", rest @ ..] => of_numbers(switch, rest, request),
        _ => unknown(request),
    }
}

fn of_calls(switch: &mut Switch, rest: &[&str], request: &RestRequest) -> Reply {
    let path = request.path.as_str();
    match (&request.method, rest) {
        (&Method::POST, []) => calls::create(switch, &request.form),
        (&Method::GET, []) => calls::index(switch, request),
        (&Method::GET, [sid]) => calls::fetch(switch, sid, path),
        (&Method::POST, [sid]) => calls::update(switch, sid, path, &request.form),
        (&Method::POST, [sid, "Recordings"]) => recordings::create(switch, sid, request),
        (&Method::POST, [sid, "Recordings", tape]) => {
            recordings::update(switch, sid, tape, request)
        }
        (_, [sid, "Recordings", rest @ ..]) => {
            of_recordings(switch, Below::Call(sid), rest, request)
        }
        _ => unknown(request),
    }
}

fn of_messages(switch: &mut Switch, rest: &[&str], request: &RestRequest) -> Reply {
    let path = request.path.as_str();
    match (&request.method, rest) {
        (&Method::POST, []) => messages::create(switch, &request.form),
        (&Method::GET, []) => messages::index(switch, request),
        (&Method::GET, [sid]) => messages::fetch(switch, sid, path),
        (&Method::POST, [sid]) => messages::update(switch, sid, request),
        (&Method::DELETE, [sid]) => messages::delete(switch, sid, path),
        _ => unknown(request),
    }
}

fn of_queues(switch: &mut Switch, rest: &[&str], request: &RestRequest) -> Reply {
    let path = request.path.as_str();
    match (&request.method, rest) {
        (&Method::POST, []) => queues::create(switch, &request.form),
        (&Method::GET, []) => queues::index(switch, request),
        (&Method::GET, [sid]) => queues::fetch(switch, sid, path),
        (&Method::POST, [sid]) => queues::update(switch, sid, request),
        (&Method::DELETE, [sid]) => queues::delete(switch, sid, path),
        (&Method::GET, [sid, "Members"]) => queues::members(switch, sid, request),
        (&Method::GET, [sid, "Members", call]) => queues::member(switch, sid, call, path),
        (&Method::POST, [sid, "Members", call]) => queues::dequeue(switch, sid, call, request),
        _ => unknown(request),
    }
}

fn of_conferences(switch: &mut Switch, rest: &[&str], request: &RestRequest) -> Reply {
    let path = request.path.as_str();
    match (&request.method, rest) {
        (&Method::GET, []) => conferences::index(switch, request),
        (&Method::GET, [sid]) => conferences::fetch(switch, sid, path),
        (&Method::POST, [sid]) => conferences::update(switch, sid, request),
        (&Method::POST, [sid, "Participants"]) => participants::create(switch, sid, request),
        (&Method::GET, [sid, "Participants"]) => participants::index(switch, sid, request),
        (&Method::GET, [sid, "Participants", call]) => participants::fetch(switch, sid, call, path),
        (&Method::POST, [sid, "Participants", call]) => {
            participants::update(switch, sid, call, request)
        }
        (&Method::DELETE, [sid, "Participants", call]) => {
            participants::kick(switch, sid, call, path)
        }
        (_, [sid, "Recordings", rest @ ..]) => {
            of_recordings(switch, Below::Conference(sid), rest, request)
        }
        _ => unknown(request),
    }
}

fn of_recordings(
    switch: &mut Switch,
    below: Below<'_>,
    rest: &[&str],
    request: &RestRequest,
) -> Reply {
    match (&request.method, rest) {
        (&Method::GET, []) => recordings::index(switch, below, request),
        (&Method::GET, [sid]) => recordings::fetch(switch, below, sid, &request.path),
        (&Method::DELETE, [sid]) => recordings::delete(switch, below, sid, &request.path),
        _ => unknown(request),
    }
}

fn of_numbers(switch: &mut Switch, rest: &[&str], request: &RestRequest) -> Reply {
    match (&request.method, rest) {
        (&Method::POST, []) => numbers::create(switch, &request.form),
        (&Method::GET, []) => numbers::index(switch, request),
        (&Method::GET, [sid]) => numbers::fetch(switch, sid, &request.path),
        (&Method::POST, [sid]) => numbers::update(switch, sid, request),
        _ => unknown(request),
    }
}

/// `GET /2010-04-01/Accounts/{Sid}`.
fn account(switch: &Switch) -> Reply {
    let sid = switch.account().as_str();
    let began = rfc2822(Some(switch.began()));
    Reply::ok(
        200,
        json!({
            "sid": sid,
            "owner_account_sid": sid,
            "friendly_name": "The simulated account",
            "status": "active",
            "type": "Full",
            "date_created": began,
            "date_updated": began,
            "uri": format!("/2010-04-01/Accounts/{sid}.json"),
        }),
    )
}

fn unknown(request: &RestRequest) -> Reply {
    Reply::not_simulated(&request.method, &request.path)
}
