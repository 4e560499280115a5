//! The Queues resource and its members.

use serde_json::{Value, json};
use twilio_webhook::{CallSid, Params};

use super::form::{check_known, link};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::switch::{QueueMember, QueueView, Switch};

/// Longest name of a queue; largest queue.
const NAME_LIMIT: usize = 64;
const LARGEST: usize = 5000;

/// Room in a queue of which nothing is said.
const DEFAULT: usize = 1000;

/// `POST /Queues`.
pub(super) fn create(switch: &mut Switch, form: &Params) -> Reply {
    match changes(switch, form, None) {
        Ok((Some(name), max_size)) => {
            switch.set_queue(name.clone(), max_size.unwrap_or(DEFAULT));
            match switch.queues().iter().find(|queue| queue.name == name) {
                Some(queue) => Reply::ok(201, resource(switch, queue)),
                None => Reply::not_found(&name),
            }
        }
        Ok((None, _)) => Reply::error(400, 20_001, "FriendlyName is required"),
        Err(refusal) => refusal,
    }
}

/// `POST /Queues/{Sid}`: another name, or room for more or fewer.
pub(super) fn update(switch: &mut Switch, sid: &str, request: &RestRequest) -> Reply {
    let Some(queue) = find(switch, sid) else {
        return Reply::not_found(&request.path);
    };
    match changes(switch, &request.form, Some(&queue.name)) {
        Ok((name, max_size)) => {
            switch.change_queue(sid, name.as_deref(), max_size);
            fetch(switch, sid, &request.path)
        }
        Err(refusal) => refusal,
    }
}

/// `DELETE /Queues/{Sid}`: only when it is empty.
pub(super) fn delete(switch: &mut Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        None => Reply::not_found(path),
        Some(queue) if !queue.members.is_empty() => {
            // Twilio refuses as well; its code for it could not be found out.
            Reply::error(400, 20_001, "The queue is not empty")
        }
        Some(_) => {
            switch.delete_queue(sid);
            Reply::deleted()
        }
    }
}

/// The name and size that are asked for.
fn changes(
    switch: &Switch,
    form: &Params,
    own: Option<&str>,
) -> Result<(Option<String>, Option<usize>), Reply> {
    check_known("Queues", form, &[&["FriendlyName", "MaxSize"]])?;
    let name = form.get("FriendlyName").map(str::trim);
    if let Some(name) = name {
        if name.is_empty() || name.chars().count() > NAME_LIMIT {
            let message = format!("FriendlyName must have 1 to {NAME_LIMIT} characters");
            return Err(Reply::error(400, 20_001, &message));
        }
        if own != Some(name) && switch.queues().iter().any(|queue| queue.name == name) {
            // Twilio refuses as well; its code for it could not be found out.
            return Err(Reply::error(400, 20_001, "A queue of this name exists"));
        }
    }
    let max_size = match form.get("MaxSize").map(str::parse) {
        None => None,
        Some(Ok(size)) if size <= LARGEST => Some(size),
        Some(_) => return Err(Reply::error(400, 20_001, "MaxSize must be at most 5000")),
    };
    Ok((name.map(str::to_owned), max_size))
}

/// `GET /Queues`.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    let all = switch.queues();
    let queues = all.iter().map(|queue| resource(switch, queue)).collect();
    list::page("queues", queues, &request.path, &request.query)
}

/// `GET /Queues/{Sid}`: by SID, not by name.
pub(super) fn fetch(switch: &Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(queue) => Reply::ok(200, resource(switch, &queue)),
        None => Reply::not_found(path),
    }
}

/// `GET /Queues/{Sid}/Members`.
pub(super) fn members(switch: &Switch, sid: &str, request: &RestRequest) -> Reply {
    let Some(queue) = find(switch, sid) else {
        return Reply::not_found(&request.path);
    };
    let members = queue
        .members
        .iter()
        .map(|member| member_resource(switch, &queue, member))
        .collect();
    list::page("queue_members", members, &request.path, &request.query)
}

/// `GET /Queues/{Sid}/Members/{CallSid}`, or `Front` for the head.
pub(super) fn member(switch: &Switch, sid: &str, call: &str, path: &str) -> Reply {
    match find_member(switch, sid, call) {
        Some((queue, member)) => Reply::ok(200, member_resource(switch, &queue, &member)),
        None => Reply::not_found(path),
    }
}

/// `POST /Queues/{Sid}/Members/{CallSid}`: takes the member out and sends it to a URL.
pub(super) fn dequeue(switch: &mut Switch, sid: &str, call: &str, request: &RestRequest) -> Reply {
    let Some((queue, member)) = find_member(switch, sid, call) else {
        return Reply::not_found(&request.path);
    };
    match link(&request.form, "Url", "Method", 21_205) {
        Ok(endpoint) => {
            let body = member_resource(switch, &queue, &member);
            switch.redirect_by_rest(member.leg, endpoint);
            Reply::ok(200, body)
        }
        Err(refusal) => refusal,
    }
}

fn find(switch: &Switch, sid: &str) -> Option<QueueView> {
    switch.queues().into_iter().find(|queue| queue.sid == sid)
}

fn find_member(switch: &Switch, sid: &str, call: &str) -> Option<(QueueView, QueueMember)> {
    let queue = find(switch, sid)?;
    let member = if call == "Front" {
        queue.members.first().cloned()
    } else {
        let call = CallSid::parse(call).ok()?;
        queue
            .members
            .iter()
            .find(|member| member.call == call)
            .cloned()
    }?;
    Some((queue, member))
}

fn resource(switch: &Switch, queue: &QueueView) -> Value {
    let account = switch.account().as_str();
    let waits: Vec<i64> = queue
        .members
        .iter()
        .map(|member| (switch.now() - member.joined_at).num_seconds())
        .collect();
    let average = waits.iter().sum::<i64>() / waits.len().max(1) as i64;
    let uri = format!("/2010-04-01/Accounts/{account}/Queues/{}", queue.sid);
    json!({
        "sid": queue.sid,
        "account_sid": account,
        "friendly_name": queue.name,
        "current_size": queue.members.len(),
        "max_size": queue.max_size,
        "average_wait_time": average,
        "date_created": rfc2822(Some(queue.created_at)),
        "date_updated": rfc2822(Some(queue.created_at)),
        "uri": format!("{uri}.json"),
        "subresource_uris": { "members": format!("{uri}/Members.json") },
    })
}

fn member_resource(switch: &Switch, queue: &QueueView, member: &QueueMember) -> Value {
    let account = switch.account().as_str();
    json!({
        "call_sid": member.call.as_str(),
        "queue_sid": queue.sid,
        "position": member.position,
        "wait_time": (switch.now() - member.joined_at).num_seconds(),
        "date_enqueued": rfc2822(Some(member.joined_at)),
        "uri": format!(
            "/2010-04-01/Accounts/{account}/Queues/{}/Members/{}.json",
            queue.sid, member.call
        ),
    })
}
