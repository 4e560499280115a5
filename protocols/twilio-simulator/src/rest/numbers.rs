//! The IncomingPhoneNumbers resource.

use http::Method;
use serde_json::{Value, json};
use twilio_webhook::Params;

use super::form::{check_filters, check_known, optional_link, required};
use super::reply::{Reply, rfc2822};
use super::{RestRequest, list};
use crate::switch::{Endpoint, Number, Switch};

/// The parameters that are obeyed.
const OBEYED: &[&str] = &[
    "PhoneNumber",
    "FriendlyName",
    "VoiceUrl",
    "VoiceMethod",
    "VoiceFallbackUrl",
    "VoiceFallbackMethod",
    "StatusCallback",
    "StatusCallbackMethod",
    "SmsUrl",
    "SmsMethod",
    "SmsFallbackUrl",
    "SmsFallbackMethod",
];

/// Parameters that change nothing which the simulator shows.
const WITHOUT_EFFECT: &[&str] = &[
    "ApiVersion",
    "VoiceCallerIdLookup",
    "BundleSid",
    "AddressSid",
];

/// `POST /IncomingPhoneNumbers`: the account gets a number.
pub(super) fn create(switch: &mut Switch, form: &Params) -> Reply {
    let known = check_known("IncomingPhoneNumbers", form, &[OBEYED, WITHOUT_EFFECT]);
    let number = known.and_then(|()| {
        required(
            form,
            "PhoneNumber",
            21_404,
            "PhoneNumber is required: numbers are not chosen here",
        )
    });
    let number = match number {
        Ok(number) => number,
        Err(refusal) => return refusal,
    };
    if switch.owns(&number) {
        let message = format!("{number} is not available");
        return Reply::error(400, 21_422, &message);
    }
    match set(switch, &number, Number::silent(), form) {
        Ok(()) => Reply::ok(201, resource(switch, &number)),
        Err(refusal) => refusal,
    }
}

/// `GET /IncomingPhoneNumbers`.
pub(super) fn index(switch: &Switch, request: &RestRequest) -> Reply {
    let query = &request.query;
    let filters = ["PhoneNumber", "FriendlyName"];
    if let Err(refusal) = check_filters("IncomingPhoneNumbers", query, &filters) {
        return refusal;
    }
    let wanted = |name: &str, value: &str| query.get(name).is_none_or(|own| value.contains(own));
    let numbers = switch
        .numbers()
        .filter(|number| wanted("PhoneNumber", number) && wanted("FriendlyName", number))
        .map(|number| resource(switch, number))
        .collect();
    list::page("incoming_phone_numbers", numbers, &request.path, query)
}

/// `GET /IncomingPhoneNumbers/{Sid}`.
pub(super) fn fetch(switch: &Switch, sid: &str, path: &str) -> Reply {
    match find(switch, sid) {
        Some(number) => Reply::ok(200, resource(switch, &number)),
        None => Reply::not_found(path),
    }
}

/// `POST /IncomingPhoneNumbers/{Sid}`: other URLs.
pub(super) fn update(switch: &mut Switch, sid: &str, request: &RestRequest) -> Reply {
    let form = &request.form;
    let known = check_known("IncomingPhoneNumbers", form, &[OBEYED, WITHOUT_EFFECT]);
    if let Err(refusal) = known {
        return refusal;
    }
    let found = find(switch, sid).and_then(|own| Some((switch.number(&own)?.clone(), own)));
    let Some((number, name)) = found else {
        return Reply::not_found(&request.path);
    };
    match set(switch, &name, number, form) {
        Ok(()) => Reply::ok(200, resource(switch, &name)),
        Err(refusal) => refusal,
    }
}

fn set(switch: &mut Switch, name: &str, mut number: Number, form: &Params) -> Result<(), Reply> {
    for (url, method, place) in [
        ("VoiceUrl", "VoiceMethod", &mut number.voice),
        (
            "VoiceFallbackUrl",
            "VoiceFallbackMethod",
            &mut number.fallback,
        ),
        (
            "StatusCallback",
            "StatusCallbackMethod",
            &mut number.status_callback,
        ),
        ("SmsUrl", "SmsMethod", &mut number.messaging),
        (
            "SmsFallbackUrl",
            "SmsFallbackMethod",
            &mut number.messaging_fallback,
        ),
    ] {
        if form.get(url).is_some() {
            *place = optional_link(form, url, method)?;
        }
    }
    switch.put_number(name.to_owned(), number);
    Ok(())
}

fn find(switch: &Switch, sid: &str) -> Option<String> {
    switch
        .numbers()
        .find(|number| Number::sid(number) == sid)
        .map(str::to_owned)
}

fn resource(switch: &Switch, name: &str) -> Value {
    let account = switch.account().as_str();
    let Some(number) = switch.number(name) else {
        return Value::Null;
    };
    let sid = Number::sid(name);
    let url = |endpoint: &Option<Endpoint>| endpoint.as_ref().map(|own| own.url.to_string());
    let method = |endpoint: &Option<Endpoint>| {
        let method = endpoint.as_ref().map_or(&Method::POST, |own| &own.method);
        method.to_string()
    };
    json!({
        "sid": sid,
        "account_sid": account,
        "phone_number": name,
        "friendly_name": name,
        "voice_url": url(&number.voice),
        "voice_method": method(&number.voice),
        "voice_fallback_url": url(&number.fallback),
        "voice_fallback_method": method(&number.fallback),
        "voice_caller_id_lookup": false,
        "status_callback": url(&number.status_callback),
        "status_callback_method": method(&number.status_callback),
        "sms_url": url(&number.messaging),
        "sms_method": method(&number.messaging),
        "sms_fallback_url": url(&number.messaging_fallback),
        "sms_fallback_method": method(&number.messaging_fallback),
        "capabilities": { "voice": true, "sms": true, "mms": true, "fax": false },
        "beta": false,
        "origin": "twilio",
        "status": "in-use",
        "api_version": "2010-04-01",
        "date_created": rfc2822(Some(switch.began())),
        "date_updated": rfc2822(Some(switch.began())),
        "uri": format!("/2010-04-01/Accounts/{account}/IncomingPhoneNumbers/{sid}.json"),
    })
}
