//! Whatever Twilio, or somebody in its place, answers: the client gives a result, without a panic,
//! an endless list, a request to another host, or a creation sent twice.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod every;

use std::collections::HashSet;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{HeaderValue, Request, Response};
use proptest::prelude::*;
use serde_json::{Map, Value, json};
use twilio_rest::{Client, CreateCall, Credentials, Error, ListCalls, RetryPolicy, TransportError};

/// One answer, as the far side gives it.
type Scripted = (u16, Option<String>, Vec<u8>);

fn run<T>(work: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()
        .unwrap()
        .block_on(work)
}

fn client(answers: Vec<Scripted>) -> (Client, Arc<Mutex<Vec<String>>>) {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let transport = {
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            let mut seen = seen.lock().unwrap();
            let next = answers.get(seen.len()).or(answers.last());
            seen.push(request.uri().to_string());
            let Some((status, retry_after, body)) = next else {
                return Err(TransportError::not_sent("nobody there"));
            };
            let mut response = Response::new(Bytes::from(body.clone()));
            *response.status_mut() = (*status).try_into().unwrap();
            if let Some(value) = retry_after
                && let Ok(value) = HeaderValue::from_str(value)
            {
                response.headers_mut().insert("retry-after", value);
            }
            Ok(response)
        }
    };
    let client = Client::builder(every::sid("AC"), Credentials::auth_token("s3cret"))
        .transport(transport)
        .retry(RetryPolicy::default())
        .build()
        .unwrap();
    (client, seen)
}

/// JSON that resembles an answer: its names, with values of any kind.
fn answer() -> impl Strategy<Value = Value> {
    let value = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        "\\PC{0,20}".prop_map(Value::from),
        Just(json!("CA00000000000000000000000000000002")),
        Just(json!("Tue, 03 Mar 2026 09:00:00 +0000")),
        Just(json!("2026-02-30T25:61:61Z")),
        Just(json!({"a": [1, {"b": null}]})),
        Just(json!("{\"order\": 17}")),
    ];
    let name = prop_oneof![
        Just("sid".to_owned()),
        Just("status".to_owned()),
        Just("call_sid".to_owned()),
        Just("start_time".to_owned()),
        Just("duration".to_owned()),
        Just("attributes".to_owned()),
        Just("messaging_binding".to_owned()),
        Just("calls".to_owned()),
        Just("meta".to_owned()),
        Just("next_page_uri".to_owned()),
        "[a-z_]{1,12}",
    ];
    prop::collection::vec((name, value), 0..12)
        .prop_map(|pairs| Value::Object(pairs.into_iter().collect::<Map<_, _>>()))
}

fn scripted() -> impl Strategy<Value = Scripted> {
    let body = prop_oneof![
        answer().prop_map(|value| value.to_string().into_bytes()),
        prop::collection::vec(any::<u8>(), 0..40),
    ];
    let status = prop_oneof![Just(200), Just(201), Just(429), 200_u16..600];
    (status, prop::option::of("\\PC{0,12}|[0-9]{1,25}"), body)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_answers_to_every_request(answers in prop::collection::vec(scripted(), 1..6)) {
        let (client, _) = client(answers);
        run(every::request(&client));
    }

    #[test]
    fn what_is_sent_is_in_the_struct_or_in_extra(value in answer()) {
        let Ok(call) = serde_json::from_value::<twilio_rest::Call>(value.clone()) else {
            return Ok(());
        };
        let known = ["sid", "status", "start_time", "duration"];
        for (name, sent) in value.as_object().unwrap() {
            if known.contains(&&**name) {
                // Either read or kept, whatever it was; nothing is neither.
                let nothing = sent.is_null() || *sent == json!("");
                let read = match &**name {
                    "sid" | "status" => true,
                    "start_time" => call.start_time.is_some(),
                    _ => call.duration.is_some(),
                };
                prop_assert_eq!(read || nothing, !call.extra.contains_key(name), "{}", name);
            } else {
                prop_assert_eq!(call.extra.get(name), Some(sent));
            }
        }
    }

    #[test]
    fn a_creation_goes_out_once_unless_refused(answers in prop::collection::vec(scripted(), 1..6)) {
        let (client, seen) = client(answers.clone());
        let call = CreateCall::new("client:ada", "+441134960001").url("https://a.example/v");
        let result = run(client.calls().create(call));
        let seen = seen.lock().unwrap().len();
        // All but the last attempt were refused as too many.
        for (status, _, _) in &answers[..seen.min(answers.len()) - 1] {
            prop_assert_eq!(*status, 429);
        }
        let last = answers.get(seen - 1).or(answers.last()).unwrap().0;
        match last {
            200..=299 => {
                prop_assert!(matches!(result, Ok(_) | Err(Error::Decode { .. })), "{:?}", result)
            }
            408 | 425 | 500..=599 => {
                prop_assert!(matches!(result, Err(Error::Ambiguous { .. })), "{:?}", result)
            }
            429 => prop_assert!(matches!(result, Err(Error::Throttled { .. })), "{:?}", result),
            _ => prop_assert!(matches!(result, Err(Error::Api(_))), "{:?}", result),
        }
    }

    #[test]
    fn lists_end_and_stay_on_the_host(places in prop::collection::vec(
        prop_oneof![
            "/2010-04-01/[a-z]{0,2}",
            "(https?:)?//?(api.twilio.com|evil.example|\\PC{0,5})[/:@a-z.\\\\]{0,8}",
            "https://api\\.twilio\\.com/[a-z]{0,2}",
            "\\PC{0,12}",
        ],
        1..8,
    )) {
        let pages = places.iter().map(|place| {
            let call = json!({"sid": "CA00000000000000000000000000000002", "status": "queued"});
            let page = json!({"calls": [call], "next_page_uri": place});
            (200, None, page.to_string().into_bytes())
        });
        let (client, seen) = client(pages.collect());
        let mut list = client.calls().list(ListCalls::default());
        let mut items = 0;
        let end = run(async {
            loop {
                match list.next().await {
                    Ok(Some(_)) => items += 1,
                    end => break end,
                }
                assert!(items < 1000);
            }
        });
        let seen = seen.lock().unwrap();
        let different: HashSet<&String> = seen.iter().collect();
        prop_assert_eq!(different.len(), seen.len(), "{:?}", seen);
        prop_assert!(seen.iter().all(|uri| uri.starts_with("https://api.twilio.com/")), "{:?}", seen);
        prop_assert!(
            matches!(end, Ok(None) | Err(Error::Page { .. } | Error::Request { .. })),
            "{:?}", end
        );
        prop_assert_eq!(items, seen.len());
    }
}
