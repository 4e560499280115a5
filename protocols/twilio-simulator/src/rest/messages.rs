//! The Messages resource.

use serde_json::{Value, json};
use twilio_webhook::{MessageSid, Params};

use super::form::{check_filters, check_known, optional_link, required};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::message::{Message, MessageDirection};
use crate::switch::{MessageId, NewMessage, OPTED_OUT, Switch};

/// Longest text (error 21617), and most media (21623).
const BODY_LIMIT: usize = 1600;
const MEDIA_LIMIT: usize = 10;

/// The parameters of a creation that are obeyed.
const CREATION: &[&str] = &["To", "From", "Body", "MediaUrl", "StatusCallback"];

/// Parameters that change nothing which the simulator shows.
const WITHOUT_EFFECT: &[&str] = &[
    "ProvideFeedback",
    "MaxPrice",
    "SmartEncoded",
    "ForceDelivery",
    "ShortenUrls",
    "RiskCheck",
    "ValidityPeriod",
];

/// `POST /Messages`.
pub(super) fn create(switch: &mut Switch, form: &Params) -> Reply {
    match new_message(switch, form) {
        Ok(message) => {
            let id = switch.send_message(message);
            Reply::ok(201, resource(switch, id))
        }
        Err(refusal) => refusal,
    }
}

/// `GET /Messages`: the newest first.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    let query = &request.query;
    if let Err(refusal) = check_filters("Messages", query, &["To", "From", "DateSent"]) {
        return refusal;
    }
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|wanted| value == wanted);
    let messages = switch
        .messages()
        .rev()
        .filter(|(_, message)| {
            let date = message.sent_at.map(|at| at.format("%Y-%m-%d").to_string());
            wanted("To", &message.to)
                && wanted("From", &message.from)
                && wanted("DateSent", date.as_deref().unwrap_or_default())
        })
        .map(|(id, _)| resource(switch, id))
        .collect();
    list::page("messages", messages, &request.path, query)
}

/// `GET /Messages/{Sid}`.
pub(super) fn fetch(switch: &Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(message) => Reply::ok(200, resource(switch, message)),
        None => Reply::not_found(path),
    }
}

/// `POST /Messages/{Sid}`: an empty `Body` takes the text away.
pub(super) fn update(switch: &mut Switch, sid: &str, request: &RestRequest) -> Reply {
    let Some(message) = find(switch, sid) else {
        return Reply::not_found(&request.path);
    };
    if let Err(refusal) = check_known("Messages", &request.form, &[&["Body"]]) {
        return refusal;
    }
    match request.form.get("Body") {
        Some("") => {
            switch.envelope_mut(message).message.body.clear();
            Reply::ok(200, resource(switch, message))
        }
        _ => Reply::error(
            400,
            20_001,
            "Body must be empty: a text can only be taken away",
        ),
    }
}

/// `DELETE /Messages/{Sid}`: once it is on its way no longer, or arrived.
pub(super) fn delete(switch: &mut Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(message) => {
            switch.envelope_mut(message).deleted = true;
            Reply::deleted()
        }
        None => Reply::not_found(path),
    }
}

fn new_message(switch: &Switch, form: &Params) -> Result<NewMessage, Reply> {
    check_known("Messages", form, &[CREATION, WITHOUT_EFFECT])?;
    let to = required(form, "To", 21_604, "A 'To' phone number is required.")?;
    let from = required(
        form,
        "From",
        21_603,
        "A 'From' or 'MessagingServiceSid' parameter is required.",
    )?;
    let number = to.rsplit(':').next().unwrap_or_default();
    let digits = number.strip_prefix('+').unwrap_or(number);
    if digits.is_empty() || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
        let message = format!("The 'To' number {to} is not a valid phone number.");
        return Err(Reply::error(400, 21_211, &message));
    }
    if !switch.owns(&from) {
        let message = format!(
            "The 'From' phone number provided, {from}, is not a valid, message-capable Twilio \
             phone number for this destination."
        );
        return Err(Reply::error(400, 21_606, &message));
    }
    if switch.is_unwanted(&from, &to) {
        let message = "Attempt to send to unsubscribed recipient";
        return Err(Reply::error(400, OPTED_OUT, message));
    }
    let body = form.get("Body").unwrap_or_default().to_owned();
    let media: Vec<String> = form.all("MediaUrl").map(str::to_owned).collect();
    if body.is_empty() && media.is_empty() {
        return Err(Reply::error(400, 21_602, "Message body is required."));
    }
    if body.chars().count() > BODY_LIMIT {
        let message =
            format!("The concatenated message body exceeds the {BODY_LIMIT} character limit.");
        return Err(Reply::error(400, 21_617, &message));
    }
    if media.len() > MEDIA_LIMIT {
        let message = "Number of media files exceeds allowed limit.";
        return Err(Reply::error(400, 21_623, message));
    }
    Ok(NewMessage {
        direction: MessageDirection::OutboundApi,
        from,
        to,
        body,
        media,
        callbacks: optional_link(form, "StatusCallback", "")?
            .into_iter()
            .collect(),
    })
}

fn find(switch: &Switch, sid: &str) -> Option<MessageId> {
    switch.find_message(&MessageSid::parse(sid).ok()?)
}

/// A message as the REST interface shows it.
fn resource(switch: &Switch, id: MessageId) -> Value {
    let account = switch.account().as_str();
    let message: &Message = &switch.envelope(id).message;
    let uri = format!(
        "/2010-04-01/Accounts/{account}/Messages/{}",
        message.sid.as_str()
    );
    json!({
        "sid": message.sid.as_str(),
        "account_sid": account,
        "messaging_service_sid": Value::Null,
        "from": message.from,
        "to": message.to,
        "body": message.body,
        "num_media": message.media.len().to_string(),
        "num_segments": message.segments().to_string(),
        "status": message.status.as_str(),
        "direction": message.direction.as_str(),
        "error_code": message.error_code,
        "error_message": Value::Null,
        "price": Value::Null,
        "price_unit": "USD",
        "api_version": "2010-04-01",
        "date_created": rfc2822(Some(message.created_at)),
        "date_sent": rfc2822(message.sent_at),
        "date_updated": rfc2822(Some(message.updated_at)),
        "uri": format!("{uri}.json"),
        "subresource_uris": { "media": format!("{uri}/Media.json") },
    })
}
