//! Checking a signature: against the bare HMAC over bytes that lie ready, which no check can beat,
//! and against the plain way of sorting, joining and hashing.
//!
//! `Params` puts its pairs in the order of signing when it reads them, so a check alone does not
//! show what the order costs: `twilio_webhook/reading` has the reading, and both together.
//!
//! The request is the `action` of an `<Enqueue>`: 28 parameters, 0.6 kB.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]
#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::hint::black_box;

use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use twilio_webhook::{EnqueueResult, Params, Verifier, sign};

const TOKEN: &str = "2b1c9d7e4f6a8b0c1d2e3f4a5b6c7d8e";
const URL: &str = "https://voice.example.com/twilio/queue/left?ticket=01HV9Z2N3Q&class=premium";
/// In no order, as Twilio sends them.
const BODY: &str = "Called=%2B441134960001&ToState=&CallerCountry=GB&Direction=inbound\
    &QueueSid=QU0123456789abcdef0123456789abcdef&CallerState=Leeds&ToZip=&QueueTime=34\
    &CallSid=CA0123456789abcdef0123456789abcdef&To=%2B441134960001&CallerZip=&ToCountry=GB\
    &CalledZip=&ApiVersion=2010-04-01&CalledCity=LEEDS&CallStatus=in-progress&QueueResult=bridged\
    &From=%2B441134960000&AccountSid=AC0123456789abcdef0123456789abcdef&CalledCountry=GB\
    &CallerCity=&ToCity=LEEDS&FromCountry=GB&Caller=%2B441134960000&FromCity=&CalledState=\
    &FromZip=&FromState=Leeds";

fn signature(criterion: &mut Criterion) {
    let params = Params::from_form(BODY).unwrap();
    let header = sign(TOKEN, URL, &params);
    let verifier = Verifier::new(TOKEN);
    verifier.verify(URL, &header, &params).unwrap();
    let mut pairs: Vec<_> = params.iter().collect();
    pairs.sort_unstable();
    let in_order: Params = pairs.iter().copied().collect();
    let text = pairs
        .iter()
        .fold(URL.to_owned(), |text, (name, value)| text + name + value);

    let mut group = criterion.benchmark_group("twilio_webhook/signature");
    group.throughput(Throughput::Bytes(text.len() as u64));
    group.bench_function("bare HMAC, keyed per request", |bencher| {
        bencher.iter(|| {
            let mut mac = Hmac::<Sha1>::new_from_slice(black_box(TOKEN.as_bytes())).unwrap();
            mac.update(black_box(text.as_bytes()));
            mac.finalize().into_bytes()
        });
    });
    let keyed = Hmac::<Sha1>::new_from_slice(TOKEN.as_bytes()).unwrap();
    group.bench_function("bare HMAC, keyed before", |bencher| {
        bencher.iter(|| {
            let mut mac = keyed.clone();
            mac.update(black_box(text.as_bytes()));
            mac.finalize().into_bytes()
        });
    });
    group.bench_function("pairs sorted and joined, then HMAC", |bencher| {
        bencher.iter(|| {
            let mut pairs: Vec<_> = black_box(&params).iter().collect();
            pairs.sort_unstable();
            let text = pairs
                .iter()
                .fold(URL.to_owned(), |text, (name, value)| text + name + value);
            let mut mac = keyed.clone();
            mac.update(text.as_bytes());
            mac.finalize().into_bytes()
        });
    });
    group.bench_function("Verifier::verify", |bencher| {
        bencher.iter(|| verifier.verify(black_box(URL), black_box(&header), black_box(&params)));
    });
    group.bench_function("Verifier::verify, parameters in order", |bencher| {
        bencher.iter(|| verifier.verify(black_box(URL), black_box(&header), black_box(&in_order)));
    });
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let params = Params::from_form(BODY).unwrap();
    let mut group = criterion.benchmark_group("twilio_webhook/reading");
    group.throughput(Throughput::Bytes(BODY.len() as u64));
    group.bench_function("Params::from_form", |bencher| {
        bencher.iter(|| Params::from_form(black_box(BODY)));
    });
    let header = sign(TOKEN, URL, &params);
    let verifier = Verifier::new(TOKEN);
    group.bench_function("Params::from_form, then Verifier::verify", |bencher| {
        bencher.iter(|| {
            let params = Params::from_form(black_box(BODY)).unwrap();
            verifier.verify(black_box(URL), black_box(&header), &params)
        });
    });
    group.bench_function("EnqueueResult::from_params", |bencher| {
        bencher.iter(|| EnqueueResult::from_params(black_box(&params)));
    });
    group.finish();
}

criterion_group!(benches, signature, reading);
criterion_main!(benches);
