//! The Conferences resource.

use serde_json::{Value, json};

use super::filter::Dates;
use super::form::{check_filters, check_known, invalid};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::switch::{Phase, RoomId, Switch};

/// `GET /Conferences`: the newest first.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    match filtered(switch, request) {
        Ok(rooms) => list::page("conferences", rooms, &request.path, &request.query),
        Err(refusal) => refusal,
    }
}

fn filtered(switch: &Switch, request: &RestRequest) -> Result<Vec<Value>, Reply> {
    let query = &request.query;
    let filters = [
        "FriendlyName",
        "Status",
        "DateCreated",
        "DateCreated<",
        "DateCreated>",
        "DateUpdated",
        "DateUpdated<",
        "DateUpdated>",
    ];
    check_filters("Conferences", query, &filters)?;
    let created = Dates::read(query, "DateCreated")?;
    let updated = Dates::read(query, "DateUpdated")?;
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| value == wanted);
    Ok(switch
        .rooms()
        .rev()
        .filter(|(_, room)| {
            wanted("FriendlyName", &room.name)
                && wanted("Status", status(room.phase))
                && created.hold(Some(room.created_at))
                && updated.hold(Some(room.updated_at))
        })
        .map(|(id, _)| resource(switch, id))
        .collect())
}

/// `GET /Conferences/{Sid}`: by SID, not by name.
pub(super) fn fetch(switch: &Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(room) => Reply::ok(200, resource(switch, room)),
        None => Reply::not_found(path),
    }
}

/// `POST /Conferences/{Sid}`: `Status=completed` ends it.
pub(super) fn update(switch: &mut Switch, sid: &str, request: &RestRequest) -> Reply {
    let Some(room) = find(switch, sid) else {
        return Reply::not_found(&request.path);
    };
    if let Err(refusal) = check_known("Conferences", &request.form, &[&["Status"]]) {
        return refusal;
    }
    match request.form.get("Status") {
        None => {}
        Some("completed") => switch.end_conference_by_rest(room),
        Some(other) => return invalid("Status", other),
    }
    Reply::ok(200, resource(switch, room))
}

pub(super) fn find(switch: &Switch, sid: &str) -> Option<RoomId> {
    switch
        .rooms()
        .find(|(_, room)| room.sid == sid)
        .map(|(id, _)| id)
}

/// A conference that has not ended, by SID or name.
pub(super) fn find_living(switch: &Switch, sid: &str) -> Option<RoomId> {
    switch
        .rooms()
        .find(|(_, room)| room.phase != Phase::Completed && (room.sid == sid || room.name == sid))
        .map(|(id, _)| id)
}

fn status(phase: Phase) -> &'static str {
    match phase {
        Phase::Gathering => "init",
        Phase::InProgress => "in-progress",
        Phase::Completed => "completed",
    }
}

fn resource(switch: &Switch, id: RoomId) -> Value {
    let account = switch.account().as_str();
    let room = switch.room(id);
    let uri = format!("/2010-04-01/Accounts/{account}/Conferences/{}", room.sid);
    let ended_by = room.ended.map(|(leg, _)| switch.leg(leg).sid.to_string());
    json!({
        "sid": room.sid,
        "account_sid": account,
        "friendly_name": room.name,
        "status": status(room.phase),
        "region": "us1",
        "api_version": "2010-04-01",
        "reason_conference_ended": room.ended.map(|(_, why)| why.as_str()),
        "call_sid_ending_conference": ended_by,
        "date_created": rfc2822(Some(room.created_at)),
        "date_updated": rfc2822(Some(room.updated_at)),
        "uri": format!("{uri}.json"),
        "subresource_uris": {
            "participants": format!("{uri}/Participants.json"),
            "recordings": format!("{uri}/Recordings.json"),
        },
    })
}
