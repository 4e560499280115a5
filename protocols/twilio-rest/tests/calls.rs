//! Calls are asked for in the words of Twilio's OpenAPI document, and its answers are read.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use twilio_rest::{
    Address, Call, CallEvent, CallSid, CallStatus, CallbackMethod, Client, CreateCall, Credentials,
    Direction, MachineDetection,
};

const OPERATIONS: &str = include_str!("data/operations.json");
const EXAMPLES: &str = include_str!("data/calls.json");

fn everything() -> CreateCall {
    CreateCall::new("+441134960000", "+441134960001")
        .url("https://a.example/v")
        .method(CallbackMethod::Post)
        .fallback("https://a.example/f", CallbackMethod::Get)
        .status_callback("https://a.example/s", CallEvent::ALL)
        .status_callback_method(CallbackMethod::Post)
        .timeout(Duration::from_secs(20))
        .time_limit(Duration::from_secs(3600))
        .send_digits("ww1")
        .caller_id("+441134960002")
        .reason("Your parcel")
        .call_token("token")
        .sip_auth("user", "password")
        .record()
        .recording_status_callback("https://a.example/r")
        .machine_detection(MachineDetection::Enable)
        .async_machine_detection("https://a.example/amd")
}

/// Sends everything there is and gives the pairs that came out.
async fn sent(calls: impl AsyncFn(&Client)) -> Vec<Request<Bytes>> {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let transport = {
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            seen.lock().unwrap().push(request);
            let body = r#"{"sid":"CA00000000000000000000000000000002","status":"queued"}"#;
            Ok(Response::new(Bytes::from_static(body.as_bytes())))
        }
    };
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    let client = Client::builder(account, Credentials::auth_token("s3cret"))
        .transport(transport)
        .build()
        .unwrap();
    calls(&client).await;
    std::mem::take(&mut *seen.lock().unwrap())
}

fn check(operation: &str, request: &Request<Bytes>) -> Vec<(String, String)> {
    let operations: Value = serde_json::from_str(OPERATIONS).unwrap();
    let operation = &operations[operation];
    assert_eq!(
        request.method().as_str(),
        operation["method"].as_str().unwrap()
    );
    let path = operation["path"]
        .as_str()
        .unwrap()
        .replace("{AccountSid}", "AC00000000000000000000000000000001")
        .replace("{Sid}", "CA00000000000000000000000000000002");
    assert_eq!(request.uri().path(), path);
    let pairs: Vec<(String, String)> = form_urlencoded::parse(request.body())
        .into_owned()
        .collect();
    for (name, value) in &pairs {
        let field = &operation["form"][name];
        assert!(field.is_object(), "{name} is no field of the operation");
        let repeats = pairs.iter().filter(|(other, _)| other == name).count();
        match field["type"].as_str().unwrap() {
            "array" => {}
            kind => {
                assert_eq!(repeats, 1, "{name} is no list");
                match kind {
                    "integer" => assert!(value.parse::<i64>().is_ok(), "{name}={value}"),
                    "boolean" => assert!(value.parse::<bool>().is_ok(), "{name}={value}"),
                    _ => {}
                }
            }
        }
        if let Some(allowed) = field["enum"].as_array() {
            assert!(allowed.iter().any(|word| word == value), "{name}={value}");
        }
    }
    for name in operation["required"].as_array().into_iter().flatten() {
        assert!(
            pairs.iter().any(|(other, _)| name == other),
            "{name} is required"
        );
    }
    pairs
}

#[tokio::test]
async fn every_field_is_one_of_the_document() {
    let requests = sent(async |client| {
        client.calls().create(everything()).await.unwrap();
    })
    .await;
    let pairs = check("CreateCall", &requests[0]);
    let events: Vec<_> = pairs
        .iter()
        .filter(|(name, _)| name == "StatusCallbackEvent")
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(events, ["initiated", "ringing", "answered", "completed"]);

    let requests = sent(async |client| {
        let sid: CallSid = "CA00000000000000000000000000000002".parse().unwrap();
        client.calls().cancel(&sid).await.unwrap();
        client.calls().complete(&sid).await.unwrap();
        client.calls().fetch(&sid).await.unwrap();
    })
    .await;
    assert_eq!(
        check("UpdateCall", &requests[0]),
        [("Status".into(), "canceled".into())]
    );
    assert_eq!(
        check("UpdateCall", &requests[1]),
        [("Status".into(), "completed".into())]
    );
    check("FetchCall", &requests[2]);
}

#[tokio::test]
async fn the_last_answer_given_to_a_call_counts() {
    let call = everything()
        .twiml("<Response/>")
        .application("AP1")
        .twiml("<Response/>");
    let requests = sent(async |client| {
        client.calls().create(call.clone()).await.unwrap();
    })
    .await;
    let pairs = check("CreateCall", &requests[0]);
    let answers: Vec<_> = pairs
        .iter()
        .filter(|(name, _)| matches!(name.as_str(), "Url" | "Twiml" | "ApplicationSid"))
        .collect();
    assert_eq!(answers, [&("Twiml".to_owned(), "<Response/>".to_owned())]);
}

#[test]
fn the_documents_own_answers_are_read() {
    let examples: Value = serde_json::from_str(EXAMPLES).unwrap();
    for name in ["create", "fetch"] {
        let call: Call = serde_json::from_value(examples[name].clone()).unwrap();
        assert_eq!(call.status, CallStatus::Completed);
        assert!(
            call.direction
                .is_some_and(|direction| !matches!(direction, Direction::Other(_)))
        );
        assert!(
            matches!(call.from, Some(Address::Phone(_))),
            "{:?}",
            call.from
        );
        assert!(call.duration.is_some());
        assert!(call.date_created.is_some());
        assert!(call.extra.contains_key("uri"));
    }
}

#[test]
fn nulls_numbers_and_new_words_are_taken() {
    let call: Call = serde_json::from_str(
        r#"{"sid":"CA00000000000000000000000000000002","status":"levitating","to":null,"from":"",
            "duration":17,"queue_time":"1500","price":-0.0085,"start_time":"",
            "end_time":"Tue, 03 Mar 2026 09:00:00 +0000","answered_by":"parrot"}"#,
    )
    .unwrap();
    assert_eq!(call.status, CallStatus::Other("levitating".into()));
    assert_eq!((call.to, call.from), (None, None));
    assert_eq!(call.duration, Some(Duration::from_secs(17)));
    assert_eq!(call.queue_time, Some(Duration::from_millis(1500)));
    assert_eq!(call.price.as_deref(), Some("-0.0085"));
    assert_eq!(call.start_time, None);
    assert_eq!(
        call.end_time.unwrap().to_rfc3339(),
        "2026-03-03T09:00:00+00:00"
    );
    assert_eq!(call.answered_by.unwrap().as_str(), "parrot");
    assert!(call.extra.is_empty(), "{:?}", call.extra);
}

#[test]
fn one_odd_field_does_not_hide_the_call() {
    let call: Call = serde_json::from_str(
        r#"{"sid":"CA00000000000000000000000000000002","status":"queued","start_time":"yesterday",
            "duration":[1],"parent_call_sid":"CA1","annotation":null}"#,
    )
    .unwrap();
    assert_eq!(
        (call.start_time, call.duration, call.parent_call_sid),
        (None, None, None)
    );
    assert_eq!(call.extra["start_time"], "yesterday");
    assert_eq!(call.extra["duration"], serde_json::json!([1]));
    assert_eq!(call.extra["parent_call_sid"], "CA1");
    assert!(call.extra["annotation"].is_null());

    for useless in [
        r#"{"status":"queued"}"#,
        r#"{"sid":"CA1","status":"queued"}"#,
    ] {
        let error = serde_json::from_str::<Call>(useless).unwrap_err();
        assert!(error.to_string().contains("field sid is"), "{error}");
    }
}
