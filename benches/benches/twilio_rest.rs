//! What the client itself costs: everything between the host's request and its typed answer, with a
//! transport that answers at once. Beside it the bare work that nobody can leave out: the form
//! encoded from pairs and the answer read into a `serde_json::Value`.
//!
//! And a thousand creations at once through the limits, at a Twilio that refuses and breaks at
//! random: virtual time, so what is measured is the work. That none is lost or doubled, the crate's
//! test `ledger` shows; here it is asserted again.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]
#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::hint::black_box;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use http::{Request, Response};
use tokio::runtime::{Builder, Runtime};
use twilio_rest::{
    CallEvent, Client, CreateCall, Credentials, Error, HttpTransport, RateLimit, RetryPolicy,
    TransportError,
};

/// A call just created, as Twilio's documentation shows it: 1.9 kB.
const ANSWER: &str = r#"{"account_sid":"AC00000000000000000000000000000001","annotation":null,"answered_by":null,"api_version":"2010-04-01","caller_name":null,"date_created":"Tue, 03 Mar 2026 09:00:00 +0000","date_updated":"Tue, 03 Mar 2026 09:00:00 +0000","direction":"outbound-api","duration":null,"end_time":null,"forwarded_from":null,"from":"+441134960001","from_formatted":"0113 496 0001","group_sid":null,"parent_call_sid":null,"phone_number_sid":"PN00000000000000000000000000000003","price":null,"price_unit":"USD","sid":"CA00000000000000000000000000000002","start_time":null,"status":"queued","subresource_uris":{"notifications":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Notifications.json","recordings":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Recordings.json","payments":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Payments.json","events":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Events.json","siprec":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Siprec.json","streams":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Streams.json","transcriptions":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002/Transcriptions.json"},"to":"+441134960000","to_formatted":"0113 496 0000","trunk_sid":null,"uri":"/2010-04-01/Accounts/AC00000000000000000000000000000001/Calls/CA00000000000000000000000000000002.json","queue_time":"0"}"#;

/// The form that `a_call` becomes.
const PAIRS: [(&str, &str); 9] = [
    ("To", "+441134960000"),
    ("From", "+441134960001"),
    ("Url", "https://pbx.example.com/agent?ticket=01HV9Z2N3Q"),
    ("Timeout", "20"),
    ("StatusCallback", "https://pbx.example.com/status"),
    ("StatusCallbackEvent", "initiated"),
    ("StatusCallbackEvent", "ringing"),
    ("StatusCallbackEvent", "answered"),
    ("StatusCallbackEvent", "completed"),
];

fn a_call() -> CreateCall {
    CreateCall::new(PAIRS[0].1, PAIRS[1].1)
        .url(PAIRS[2].1)
        .timeout(Duration::from_secs(20))
        .status_callback(PAIRS[4].1, CallEvent::ALL)
}

fn created() -> Response<Bytes> {
    let mut response = Response::new(Bytes::from_static(ANSWER.as_bytes()));
    *response.status_mut() = http::StatusCode::CREATED;
    response
}

fn client(transport: impl HttpTransport + 'static) -> Client {
    let account = "AC00000000000000000000000000000001".parse().unwrap();
    Client::builder(account, Credentials::auth_token("s3cret"))
        .transport(transport)
        .concurrency(50)
        .rate_limit(RateLimit::new(1_000_000, Duration::from_secs(1)).burst(1_000_000))
        .retry(RetryPolicy::default().attempts(100))
        .build()
        .unwrap()
}

fn runtime(time: Time) -> Runtime {
    let mut builder = Builder::new_current_thread();
    builder.enable_time();
    if matches!(time, Time::Virtual) {
        builder.start_paused(true);
    }
    builder.build().unwrap()
}

enum Time {
    Real,
    Virtual,
}

fn one_call(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("twilio_rest/create a call");
    group.bench_function("form and JSON alone", |bencher| {
        bencher.iter(|| {
            let form = form_urlencoded::Serializer::new(String::new())
                .extend_pairs(black_box(PAIRS))
                .finish();
            let answer: serde_json::Value = serde_json::from_str(black_box(ANSWER)).unwrap();
            (form, answer)
        });
    });
    let runtime = runtime(Time::Real);
    let client = client(|_: Request<Bytes>| Ok(created()));
    group.bench_function("twilio-rest", |bencher| {
        bencher.iter(|| {
            let call = runtime.block_on(client.calls().create(black_box(a_call())));
            call.unwrap()
        });
    });
    group.finish();
}

fn a_thousand_at_once(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("twilio_rest/1,000 creations at once");
    group.sample_size(20);
    group.bench_function("a third of the attempts fails", |bencher| {
        bencher.iter(|| {
            let placed = Arc::new(AtomicUsize::new(0));
            let counted = Arc::clone(&placed);
            let client = client(move |_: Request<Bytes>| match fastrand::u8(0..6) {
                0 => Err(TransportError::not_sent("connection refused")),
                1 => {
                    counted.fetch_add(1, Ordering::Relaxed);
                    Err(TransportError::lost("connection reset"))
                }
                _ => {
                    counted.fetch_add(1, Ordering::Relaxed);
                    Ok(created())
                }
            });
            let known = runtime(Time::Virtual).block_on(async {
                let tasks: Vec<_> = (0..1000)
                    .map(|_| {
                        let client = client.clone();
                        tokio::spawn(async move { client.calls().create(a_call()).await })
                    })
                    .collect();
                let mut known = 0;
                for task in tasks {
                    match task.await.unwrap() {
                        Ok(_) | Err(Error::Ambiguous { .. }) => known += 1,
                        Err(error) => panic!("{error}"),
                    }
                }
                known
            });
            assert_eq!((known, placed.load(Ordering::Relaxed)), (1000, 1000));
        });
    });
    group.finish();
}

criterion_group!(benches, one_call, a_thousand_at_once);
criterion_main!(benches);
