//! The simulator in process and over loopback: simple calls, a day of calls with queues, and what a
//! waiting call takes in memory.
//!
//! The peer for calls in process is sprucehealth/twimulator (Go), whose 17,000 to 53,000 calls a
//! second are of the shape `Gather, Redirect, Hangup` here. Over loopback the peer is the same
//! client and the same server without a simulator between them.
#![expect(clippy::unwrap_used, reason = "a bench may panic")]
#![allow(missing_docs, reason = "criterion's macros make public items")]

use std::alloc::System;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::header::CONTENT_TYPE;
use axum::routing::post;
use bytes::Bytes;
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::runtime::{Builder, Runtime};
use twilio_simulator::{
    Answers, Caller, Document, Documents, Evidence, HttpTransport, NumberConfig, Script, Settings,
    Simulator, Transport,
};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const ACCOUNT: &str = "AC0123456789abcdef0123456789abcdef";
const LINE: &str = "+15550009001";
const REPS: &str = "+15550009002";

fn runtime() -> Runtime {
    Builder::new_current_thread().enable_all().build().unwrap()
}

fn page(path: &str, verbs: &str) -> Document {
    Document::new(
        format!("http://app.test{path}"),
        format!("<Response>{verbs}</Response>"),
    )
}

fn host() -> Documents {
    Documents::new()
        .with(page("/one", "<Say>Good morning</Say><Hangup/>"))
        .with(page(
            "/menu",
            r#"<Gather timeout="5"/><Redirect>/bye</Redirect>"#,
        ))
        .with(page("/bye", "<Hangup/>"))
        .with(page(
            "/queue",
            r#"<Enqueue waitUrl="/wait">sales</Enqueue>"#,
        ))
        .with(page(
            "/wait",
            r#"<Say>Please hold the line</Say><Pause length="20"/>"#,
        ))
        .with(page(
            "/rep",
            r#"<Dial timeout="60"><Queue>sales</Queue></Dial>"#,
        ))
}

async fn simulator(voice_url: &str, transport: Arc<dyn Transport>, at_once: usize) -> Simulator {
    let mut sim = Simulator::builder(ACCOUNT, "auth token")
        .settings(Settings::default())
        .transport(transport)
        .evidence(Evidence::None)
        .requests_at_once(at_once)
        .build()
        .await
        .unwrap();
    sim.number(LINE, NumberConfig::new(voice_url)).unwrap();
    sim.number(REPS, NumberConfig::new("http://app.test/rep"))
        .unwrap();
    sim.queue("sales", 100_000);
    sim
}

/// So many callers, one every ten milliseconds.
async fn calls(mut sim: Simulator, count: u32) {
    let start = sim.now();
    for index in 0..count {
        let at = start + Duration::from_millis(10) * index;
        sim.call_at(at, Caller::from("+15550001001").to(LINE))
            .unwrap();
    }
    sim.run_until_idle().await.unwrap();
    assert_eq!(sim.spectator().tally().ended, u64::from(count));
}

fn in_process(criterion: &mut Criterion) {
    const CALLS: u32 = 1_000;
    let runtime = runtime();
    let mut group = criterion.benchmark_group("twilio_simulator/calls in process");
    group.throughput(Throughput::Elements(CALLS.into()));
    for (name, url) in [
        ("Say, Hangup", "http://app.test/one"),
        ("Gather, Redirect, Hangup", "http://app.test/menu"),
    ] {
        group.bench_function(BenchmarkId::from_parameter(name), |bencher| {
            bencher.iter(|| {
                runtime.block_on(async {
                    let sim = simulator(url, Arc::new(host()), 1).await;
                    calls(sim, CALLS).await;
                });
            });
        });
    }
    group.finish();
}

/// A web application on loopback, on a thread of its own.
fn app() -> String {
    let listener = std::net::TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    let url = format!("http://{}/voice", listener.local_addr().unwrap());
    std::thread::spawn(move || {
        runtime().block_on(async {
            let answer = (
                [(CONTENT_TYPE, "text/xml")],
                "<Response><Hangup/></Response>",
            );
            let app = Router::new().route("/voice", post(move || async move { answer }));
            let listener = tokio::net::TcpListener::from_std(listener).unwrap();
            axum::serve(listener, app).await.unwrap();
        });
    });
    url
}

fn loopback(criterion: &mut Criterion) {
    const REQUESTS: u32 = 500;
    let (runtime, url) = (runtime(), app());
    let form = "CallSid=CA0123456789abcdef0123456789abcdef&AccountSid=AC0123456789abcdef0123456789abcdef\
        &From=%2B15550001001&To=%2B15550009001&Caller=%2B15550001001&Called=%2B15550009001\
        &CallStatus=ringing&ApiVersion=2010-04-01&Direction=inbound";
    let mut group = criterion.benchmark_group("twilio_simulator/requests over loopback");
    group.throughput(Throughput::Elements(REQUESTS.into()));
    let transport = Arc::new(HttpTransport::new());
    group.bench_function("same client and server, no simulator", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                for _ in 0..REQUESTS {
                    let request = axum::http::Request::post(&url)
                        .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
                        .body(Bytes::from_static(form.as_bytes()))
                        .unwrap();
                    transport.send(request).await.unwrap();
                }
            });
        });
    });
    group.bench_function("simulator, one call a request", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let transport = Arc::clone(&transport) as Arc<dyn Transport>;
                calls(simulator(&url, transport, 1).await, REQUESTS).await;
            });
        });
    });
    group.finish();
}

/// 10,000 callers over a day, most of whom wait, and reps who take them.
fn a_day(criterion: &mut Criterion) {
    const CALLS: u32 = 10_000;
    let runtime = runtime();
    let mut group = criterion.benchmark_group("twilio_simulator/a day of 10,000 calls with queues");
    group.sample_size(10);
    group.bench_function("in process", |bencher| {
        bencher.iter(|| {
            runtime.block_on(async {
                let url = "http://app.test/queue";
                let mut sim = simulator(url, Arc::new(host()), 1).await;
                let start = sim.now();
                let between = Duration::from_secs(86_400) / CALLS;
                for index in 0..CALLS {
                    let at = start + between * index;
                    let caller = Caller::from("+15550001001")
                        .to(LINE)
                        .gives_up_after(Duration::from_secs(300))
                        .gets_through()
                        .hangs_up_after(Duration::from_secs(180));
                    sim.call_at(at, caller).unwrap();
                    let rep = Caller::from("client:rep").to(REPS);
                    sim.call_at(at + Duration::from_secs(90), rep).unwrap();
                }
                sim.run_until_idle().await.unwrap();
                assert_eq!(sim.queue_size("sales"), Some(0));
            });
        });
    });
    group.finish();
}

/// Not a time: printed, and checked against 4 kB.
fn memory(_: &mut Criterion) {
    const CALLS: u32 = 10_000;
    runtime().block_on(async {
        let mut sim = simulator("http://app.test/queue", Arc::new(host()), 1).await;
        sim.phone("+15550002001", Answers::never().then(Script::new()));
        let start = sim.now();
        let region = Region::new(ALLOCATOR);
        for index in 0..CALLS {
            let caller = Caller::from(format!("+1555{index:07}")).to(LINE);
            sim.call_at(start, caller).unwrap();
        }
        sim.run_until(start + Duration::from_secs(30))
            .await
            .unwrap();
        assert_eq!(sim.queue_size("sales"), Some(CALLS as usize));
        let change = region.change();
        let bytes = (change.bytes_allocated - change.bytes_deallocated) / CALLS as usize;
        println!("twilio_simulator/memory: {bytes} bytes for each waiting call");
        assert!(bytes <= 4_096);
    });
}

criterion_group!(benches, in_process, loopback, a_day, memory);
criterion_main!(benches);
