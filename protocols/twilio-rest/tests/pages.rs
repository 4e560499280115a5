//! Lists come whole and in order, page by page, and lead neither to other hosts nor in circles.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use twilio_rest::{
    Client, Credentials, Error, ListCalls, ListMessages, RetryPolicy, TransportError,
};

const CALLS: &str = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls.json";

type Seen = Arc<Mutex<Vec<String>>>;

fn client(pages: HashMap<String, Value>) -> (Client, Seen) {
    let seen = Seen::default();
    let transport = {
        let seen = Arc::clone(&seen);
        move |request: Request<Bytes>| {
            let uri = request.uri().to_string();
            seen.lock().unwrap().push(uri.clone());
            let Some(page) = pages.get(&uri) else {
                return Err(TransportError::lost(uri));
            };
            Ok(Response::new(Bytes::from(page.to_string())))
        }
    };
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    let client = Client::builder(account, Credentials::auth_token("s3cret"))
        .retry(RetryPolicy::never())
        .transport(transport)
        .build()
        .unwrap();
    (client, seen)
}

fn call(number: usize) -> Value {
    json!({"sid": format!("CA{number:032}"), "status": "completed"})
}

/// A page of the 2010 API.
fn page(calls: impl IntoIterator<Item = usize>, next: Option<&str>) -> Value {
    let calls: Vec<Value> = calls.into_iter().map(call).collect();
    json!({"calls": calls, "page": 0, "next_page_uri": next})
}

fn at(target: &str) -> String {
    format!("https://api.twilio.com{target}")
}

/// Three pages, of which the second is empty.
fn three_pages() -> HashMap<String, Value> {
    let second = format!("{CALLS}?StartTime%3E=2026-03-03T09%3A00%3A00Z&Page=1&PageToken=PA%2B1");
    let third = format!("{CALLS}?Page=2");
    HashMap::from([
        (at(CALLS), page([1, 2], Some(&second))),
        (at(&second), page([], Some(&third))),
        (at(&third), page([3], None)),
    ])
}

fn numbers(calls: &[twilio_rest::Call]) -> Vec<usize> {
    let number = |call: &twilio_rest::Call| call.sid.as_str()[2..].parse().unwrap();
    calls.iter().map(number).collect()
}

#[tokio::test]
async fn all_pages_in_order() {
    let (client, seen) = client(three_pages());
    let calls = client.calls().list(ListCalls::default()).collect(100).await;
    assert_eq!(numbers(&calls.unwrap()), [1, 2, 3]);
    assert_eq!(seen.lock().unwrap().len(), 3);
}

#[tokio::test]
async fn no_more_pages_than_needed() {
    let (client, seen) = client(three_pages());
    let list = || client.calls().list(ListCalls::default());
    assert_eq!(seen.lock().unwrap().len(), 0);
    assert_eq!(numbers(&list().collect(2).await.unwrap()), [1, 2]);
    assert_eq!(seen.lock().unwrap().len(), 1);
    assert!(list().collect(0).await.unwrap().is_empty());
    assert_eq!(seen.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn pages_and_items_may_be_mixed() {
    let (client, _) = client(three_pages());
    let mut calls = client.calls().list(ListCalls::default());
    let first = calls.next().await.unwrap().unwrap();
    assert_eq!(numbers(&[first]), [1]);
    assert_eq!(numbers(&calls.next_page().await.unwrap().unwrap()), [2]);
    assert!(calls.next_page().await.unwrap().unwrap().is_empty());
    let last = calls.next().await.unwrap().unwrap();
    assert_eq!(numbers(&[last]), [3]);
    for _ in 0..2 {
        assert_eq!(calls.next().await.unwrap(), None);
        assert_eq!(calls.next_page().await.unwrap(), None);
    }
}

#[tokio::test]
async fn as_a_stream() {
    use futures::{StreamExt as _, TryStreamExt as _, stream};

    let (client, _) = client(three_pages());
    let calls = client.calls().list(ListCalls::default());
    let stream = stream::try_unfold(calls, async |mut list| {
        Ok::<_, Error>(list.next().await?.map(|item| (item, list)))
    });
    let calls: Vec<_> = stream.boxed().try_collect().await.unwrap();
    assert_eq!(numbers(&calls), [1, 2, 3]);
}

#[tokio::test]
async fn a_list_that_goes_in_circles_ends_with_what_it_had() {
    let second = format!("{CALLS}?Page=1");
    for to in [CALLS, &second] {
        let (client, seen) = client(HashMap::from([
            (at(CALLS), page([1], Some(&second))),
            (at(&second), page([2], Some(to))),
        ]));
        let mut calls = client.calls().list(ListCalls::default());
        for number in [1, 2] {
            let call = calls.next().await.unwrap().unwrap();
            assert_eq!(numbers(&[call]), [number]);
        }
        let error = calls.next().await.unwrap_err();
        assert!(matches!(error, Error::Page { .. }), "{error:?}");
        assert_eq!(seen.lock().unwrap().len(), 2);
    }
}

#[tokio::test]
async fn credentials_stay_on_the_host() {
    for elsewhere in [
        "https://evil.example/2010-04-01/Calls.json?To=%2B441134960000",
        "https://api.twilio.com.evil.example/Calls.json",
        "http://api.twilio.com/2010-04-01/Calls.json",
        "//evil.example/Calls.json",
        "@evil.example/Calls.json",
    ] {
        let (client, seen) = client(HashMap::from([(at(CALLS), page([1], Some(elsewhere)))]));
        let mut calls = client.calls().list(ListCalls::default());
        calls.next().await.unwrap().unwrap();
        let error = calls.next().await.unwrap_err();
        assert!(matches!(error, Error::Page { .. }), "{error:?}");
        // Nor does the error tell who was called.
        assert!(!error.to_string().contains("44113"), "{error}");
        assert_eq!(*seen.lock().unwrap(), [at(CALLS)]);
    }
}

#[tokio::test]
async fn newer_apis_name_whole_urls() {
    let first = "https://conversations.twilio.com/v1/Conversations";
    let second = format!("{first}?PageSize=50&Page=1&PageToken=PT1");
    let conversation = |digit| json!({"sid": format!("CH{digit:032}")});
    let (client, _) = client(HashMap::from([
        (
            first.to_owned(),
            json!({"conversations": [conversation(1)],
                   "meta": {"key": "conversations", "next_page_url": second}}),
        ),
        (
            second.clone(),
            json!({"conversations": [conversation(2)],
                   "meta": {"key": "conversations", "next_page_url": null}}),
        ),
    ]));
    let all = client
        .conversations()
        .list(Default::default())
        .collect(10)
        .await;
    assert_eq!(all.unwrap().len(), 2);
}

#[tokio::test]
async fn after_an_error_the_same_page_is_asked_for_again() {
    let mut pages = three_pages();
    let lost = at(&format!("{CALLS}?Page=2"));
    pages.remove(&lost);
    let (client, seen) = client(pages);
    let mut calls = client.calls().list(ListCalls::default());
    for _ in 0..2 {
        calls.next().await.unwrap().unwrap();
    }
    for _ in 0..2 {
        let error = calls.next().await.unwrap_err();
        assert!(matches!(error, Error::Transport { .. }), "{error:?}");
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.iter().filter(|uri| **uri == lost).count(), 2);
}

#[tokio::test]
async fn a_page_without_its_list_is_no_empty_list() {
    let messages = "/2010-04-01/Accounts/AC00000000000000000000000000000001/Messages.json";
    let (client, _) = client(HashMap::from([(at(messages), json!({"calls": []}))]));
    let mut list = client.messages().list(ListMessages::default());
    let error = list.next().await.unwrap_err();
    assert!(matches!(error, Error::Decode { .. }), "{error:?}");
}
