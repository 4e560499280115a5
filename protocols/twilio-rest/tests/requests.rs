//! Every request is one of Twilio's OpenAPI documents: method, path, names, kinds and words of its
//! fields, what is repeated and what is required. The documents' own examples are the answers.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod every;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use twilio_rest::conversations::ConversationSettings;
use twilio_rest::recordings::MediaFormat;
use twilio_rest::{Client, CreateCall, Credentials, Error, UpdateCall};

static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(include_str!("data/openapi.json")).unwrap());

type Seen = Arc<Mutex<Vec<Request<Bytes>>>>;

/// The operation that a request is for, by method and path.
fn operation(request: &Request<Bytes>) -> &'static Value {
    let matches = |template: &str| {
        let parts: Vec<&str> = request.uri().path().split('/').collect();
        let template: Vec<&str> = template.split('/').collect();
        parts.len() == template.len()
            && parts.iter().zip(&template).all(|(part, wanted)| {
                part == wanted
                    || (wanted.starts_with('{')
                        && wanted.ends_with(".json") == part.ends_with(".json"))
            })
    };
    let method = request.method().as_str().to_lowercase();
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let (_, path) = paths
        .iter()
        // `Calls.json` before `{Sid}.json`.
        .filter(|(template, _)| matches(template))
        .min_by_key(|(template, _)| template.matches('{').count())
        .unwrap_or_else(|| panic!("no path for {}", request.uri()));
    assert!(path[&method].is_object(), "{method} {}", request.uri());
    &path[&method]
}

fn client() -> (Client, Seen) {
    let seen = Seen::default();
    let transport = {
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            let responses = operation(&request)["responses"].as_object().unwrap();
            let (status, response) = responses
                .iter()
                .find(|(status, _)| status.starts_with('2'))
                .unwrap();
            let examples = response["content"]["application/json"]["examples"].as_object();
            let example = examples.and_then(|all| all.values().next());
            let body = example.map_or_else(String::new, |example| example["value"].to_string());
            seen.lock().unwrap().push(request);
            Ok(Response::builder()
                .status(status.as_str())
                .body(Bytes::from(body))
                .unwrap())
        }
    };
    let account = every::sid("AC");
    let client = Client::builder(account, Credentials::auth_token("s3cret"))
        .transport(transport)
        .build()
        .unwrap();
    (client, seen)
}

/// The fields of a request, which must be as the document has them.
fn check(operation: &Value, request: &Request<Bytes>) -> Vec<(String, String)> {
    let id = operation["operationId"].as_str().unwrap();
    let form = &operation["requestBody"]["content"]["application/x-www-form-urlencoded"]["schema"];
    let parameters = operation["parameters"].as_array();
    let read = |bytes: &[u8]| -> Vec<(String, String)> {
        form_urlencoded::parse(bytes).into_owned().collect()
    };
    let query = read(request.uri().query().unwrap_or_default().as_bytes());
    let body = read(request.body());
    let parameters = parameters.into_iter().flatten();
    let in_query: BTreeMap<&str, &Value> = parameters
        .filter(|parameter| parameter["in"] == "query")
        .map(|parameter| (parameter["name"].as_str().unwrap(), &parameter["schema"]))
        .collect();
    let in_form = form["properties"].as_object().into_iter().flatten();
    let in_form = in_form.map(|(name, field)| (&**name, field)).collect();
    for (pairs, known) in [(&query, in_query), (&body, in_form)] {
        for (name, value) in pairs {
            let Some(field) = known.get(&**name) else {
                panic!("{id} has no field {name}")
            };
            let field = match field["$ref"].as_str() {
                Some(place) => DOCUMENT.pointer(&place[1..]).unwrap(),
                None => field,
            };
            let repeats = pairs.iter().filter(|(other, _)| other == name).count();
            match field["type"].as_str().unwrap() {
                "array" => {}
                kind => {
                    assert_eq!(repeats, 1, "{id}: {name} is no list");
                    match kind {
                        "integer" => assert!(value.parse::<i64>().is_ok(), "{id}: {name}={value}"),
                        "boolean" => assert!(value.parse::<bool>().is_ok(), "{id}: {name}={value}"),
                        "number" => assert!(value.parse::<f64>().is_ok(), "{id}: {name}={value}"),
                        _ => {}
                    }
                }
            }
            if let Some(allowed) = field["enum"].as_array() {
                assert!(
                    allowed.iter().any(|word| word == value),
                    "{id}: {name}={value}"
                );
            }
        }
    }
    for name in form["required"].as_array().into_iter().flatten() {
        assert!(
            body.iter().any(|(other, _)| name == other),
            "{id}: {name} is required"
        );
    }
    [query, body].concat()
}

#[tokio::test]
async fn every_request_is_one_of_the_document() {
    let (client, seen) = client();
    let results = every::request(&client).await;
    let seen = std::mem::take(&mut *seen.lock().unwrap());
    assert_eq!(seen.len(), results.len());
    for ((id, result), request) in results.iter().zip(&seen) {
        assert!(result.is_ok(), "{id}: {result:?}");
        let operation = operation(request);
        assert_eq!(operation["operationId"], *id, "{}", request.uri());
        check(operation, request);
    }
    // What is not asked for: nothing of it is a promise of this crate.
    let asked: BTreeSet<&str> = results.iter().map(|(id, _)| *id).collect();
    let paths = DOCUMENT["paths"].as_object().unwrap().values();
    let left: BTreeSet<&str> = paths
        .flat_map(|path| path.as_object().unwrap().values())
        .filter_map(|operation| operation["operationId"].as_str())
        .filter(|id| !asked.contains(id))
        .collect();
    let expected = [
        // The same recordings as those of the account.
        "DeleteCallRecording",
        "DeleteConferenceRecording",
        "FetchCallRecording",
        "FetchConferenceRecording",
        // The same operations as without a service.
        "CreateServiceConversationWithParticipants",
        "DeleteServiceConversation",
        "ListServiceParticipantConversation",
        "UpdateServiceConversation",
    ];
    assert_eq!(left, BTreeSet::from(expected));
}

#[tokio::test]
async fn signs_in_names_and_times_are_escaped() {
    let (client, seen) = client();
    every::request(&client).await;
    let seen = seen.lock().unwrap();
    let uris: Vec<String> = seen
        .iter()
        .map(|request| request.uri().to_string())
        .collect();
    let has = |part: &str| assert!(uris.iter().any(|uri| uri.contains(part)), "{part}");
    has("StartTime%3E=2026-03-03T09%3A00%3A00Z");
    has("StartTime%3C=2026-03-03T09%3A00%3A00Z");
    has("DateUpdated%3C=2026-03-03");
    has("To=%2B441134960000");
    has("/v1/Conversations/ada%3Abob%2F17%20%C3%BC");
    has("/Conferences/room%2017%2Fb/Participants.json");
    has("https://conversations.twilio.com/v1/Services/IS00000000000000000000000000000002/Conv");
    for request in seen.iter() {
        let fires = request.headers().contains_key("x-twilio-webhook-enabled");
        let changes_some = request.method() != http::Method::GET
            && request.uri().path().starts_with("/v1/Conversation")
            && !request.uri().path().contains("17/");
        assert_eq!(
            fires,
            changes_some,
            "{} {}",
            request.method(),
            request.uri()
        );
    }
}

#[tokio::test]
async fn of_what_excludes_each_other_the_last_counts() {
    let call = every::full_call()
        .twiml("<Response/>")
        .application("AP1")
        .twiml("<Response/>");
    let (client, seen) = client();
    client.calls().create(call).await.unwrap();
    let request = &seen.lock().unwrap()[0];
    let pairs = check(operation(request), request);
    let values = |wanted: &[&str]| -> Vec<String> {
        let of = pairs
            .iter()
            .filter(|(name, _)| wanted.contains(&name.as_str()));
        of.map(|(_, value)| value.clone()).collect()
    };
    assert_eq!(values(&["Url", "Twiml", "ApplicationSid"]), ["<Response/>"]);
    assert_eq!(
        values(&["StatusCallbackEvent"]),
        ["initiated", "ringing", "answered", "completed"]
    );
}

#[tokio::test]
async fn what_makes_no_sense_is_not_sent() {
    use twilio_rest::CreateMessage;

    let (client, seen) = client();
    let (ada, bob) = ("+441134960000", "+441134960001");
    let later = CreateMessage::new(ada, bob)
        .body("Good morning")
        .send_at(every::time());
    for result in [
        client
            .calls()
            .create(CreateCall::new(ada, bob))
            .await
            .map(drop),
        client
            .messages()
            .create(CreateMessage::new(ada, bob))
            .await
            .map(drop),
        client.messages().create(later).await.map(drop),
    ] {
        assert!(matches!(result, Err(Error::Request { .. })), "{result:?}");
    }
    assert!(seen.lock().unwrap().is_empty());
}

#[test]
fn debug_shows_no_values() {
    let shown = format!(
        "{:?} {:?} {:?}",
        every::full_call(),
        UpdateCall::twiml("<Response>secret</Response>"),
        ConversationSettings::default().unique_name("secret"),
    );
    for word in ["password", "secret", "+44"] {
        assert!(!shown.contains(word), "{shown}");
    }
    assert!(shown.contains("SipAuthPassword"));
}

#[test]
fn sound_is_where_the_recording_is() {
    let (client, _) = client();
    assert_eq!(
        client
            .recordings()
            .media_url(&every::sid("RE"), MediaFormat::Mp3),
        "https://api.twilio.com/2010-04-01/Accounts/AC00000000000000000000000000000002/Recordings/\
         RE00000000000000000000000000000002.mp3"
    );
}
